import Configuration
import Simulation
import Topology

/// `fail: pc:eth0`, `fail: lan -- pc`, `fail: [lan, pc]`, `fail: pc` or `fail: pc.nat8`
public struct FailStep: StepKind {
  public static let word = "fail"
  public static let summary = "Cuts a link, or switches a machine with its guests or one device off"
  public static let family = StepFamily.change
  public static var schema: SchemaNode { FaultTarget.shape.schema }

  private let target: FaultTarget

  public init?(_ value: Value, _ reader: inout StepReader) {
    guard let target = FaultTarget(value, &reader) else { return nil }
    self.target = target
  }

  public var words: String { "fail \(target.words)" }
  public var length: StepLength { .exactly(.zero) }
  public func begin(on stage: inout Stage) { target.set(isUp: false, on: &stage) }
}

/// The opposite of `fail`.
public struct RepairStep: StepKind {
  public static let word = "repair"
  public static let summary = "Mends a link, or switches a machine with its guests or one device on"
  public static let family = StepFamily.change
  public static var schema: SchemaNode { FaultTarget.shape.schema }

  private let target: FaultTarget

  public init?(_ value: Value, _ reader: inout StepReader) {
    guard let target = FaultTarget(value, &reader) else { return nil }
    self.target = target
  }

  public var words: String { "repair \(target.words)" }
  public var length: StepLength { .exactly(.zero) }
  public func begin(on stage: inout Stage) { target.set(isUp: true, on: &stage) }
}

/// What can fail.
private struct FaultTarget: Sendable {
  private var links: [Int] = []
  private var devices: [DeviceID] = []
  let words: String

  static let shape = Shape<[Located<String>]>.either(
    Shape<[Located<String>]>(
      expecting: "a link such as 'lan -- pc', an interface, a machine or a device",
      schema: .string(pattern: nil)
    ) { value, diagnostics in
      guard let text = value.text else {
        diagnostics.report(.expected("a link, an interface, a machine or a device", found: value))
        return nil
      }
      let ends = text.split(separator: " ").filter { $0 != "--" }
      let hasBar = text.split(separator: " ").contains("--")
      guard ends.count == (hasBar ? 2 : 1) else {
        diagnostics.report(
          .expected("a link such as 'lan -- pc', or one name", found: value, code: .badEndpointPair))
        return nil
      }
      return ends.map { end in
        var location = value.location
        if !location.isNone {
          location.column += UInt32(text.unicodeScalars.distance(from: text.startIndex, to: end.startIndex))
        }
        return Located(String(end), at: location)
      }
    },
    .list(of: Shape<String>.string.located, atLeast: 2))

  init?(_ value: Value, _ reader: inout StepReader) {
    guard let names = reader.read(FaultTarget.shape, value) else { return nil }
    words = names.map(\.value).joined(separator: " -- ")
    guard names.count <= 2 else {
      reader.diagnostics.report("a link has two ends, not \(names.count)", .badLink, at: value.location)
      return nil
    }
    let places = names.compactMap { reader.places.find($0.value, at: $0.location, &reader.diagnostics) }
    guard places.count == names.count else { return nil }
    let topology = reader.places.topology
    if places.count == 2 {
      links = topology.links.indices.filter { index in
        let ends = topology.links[index].ends
        return topology.touches(ends.0, places[0]) && topology.touches(ends.1, places[1])
          || topology.touches(ends.0, places[1]) && topology.touches(ends.1, places[0])
      }
    } else if case .interface = places[0] {
      links = topology.links.indices.filter { index in
        let ends = topology.links[index].ends
        return topology.touches(ends.0, places[0]) || topology.touches(ends.1, places[0])
      }
    } else {
      devices = topology.devices(of: places[0])
      return
    }
    guard links.count != 1 else { return }
    reader.diagnostics.report(
      links.isEmpty ? "no link is at '\(words)'" : "several links are at '\(words)'",
      links.isEmpty ? .badLink : .ambiguousInterface, at: value.location,
      notes: links.isEmpty ? [] : ["name an interface behind a colon"])
    return nil
  }

  func set(isUp: Bool, on stage: inout Stage) {
    for link in links { stage.setLink(link, isUp: isUp) }
    for device in devices { stage.setDevice(device, isUp: isUp) }
  }
}

extension Topology {
  /// Whether a link's end is at that place.
  fileprivate func touches(_ end: LinkEnd, _ place: Place) -> Bool {
    switch place {
    case .machine(let machine): devices[Int(end.device.index)].machine == machine
    case .device(let device): end.device == device
    case .interface(_, let ends): ends.contains(end)
    }
  }

  /// A machine's own devices and those of the machines inside it.
  fileprivate func devices(of place: Place) -> [DeviceID] {
    guard case .machine(let machine) = place else {
      if case .device(let device) = place { return [device] }
      return []
    }
    return machines.indices.filter { isInside($0, machine) }
      .flatMap { machines[$0].devices.map(DeviceID.init(index:)) }
  }

  private func isInside(_ machine: Int, _ host: Int) -> Bool {
    var next: Int? = machine
    // Machines may be written inside each other in a circle.
    for _ in machines.indices {
      guard let current = next else { return false }
      if current == host { return true }
      next = machines[current].parent
    }
    return false
  }
}
