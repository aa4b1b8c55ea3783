import Configuration
import Simulation
import Topology

/// A link by what is at its ends: `lan -- pc`, `[lan, pc:eth0]`, or one interface that it is plugged into.
enum LinkNames {
  static let shape = Shape<[Located<String>]>.either(
    Shape<[Located<String>]>(
      expecting: "a link such as 'lan -- pc', or an interface", schema: .string(pattern: nil)
    ) { value, diagnostics in
      read(value, expecting: "a link or an interface", &diagnostics)
    },
    .list(of: Shape<String>.string.located, atLeast: 2))

  /// One name, or two with `--` between them; each keeps its column.
  static func read(
    _ value: Value, expecting: String, _ diagnostics: inout Diagnostics
  ) -> [Located<String>]? {
    guard let text = value.text else {
      diagnostics.report(.expected(expecting, found: value))
      return nil
    }
    let words = text.split(separator: " ")
    let ends = words.filter { $0 != "--" }
    guard ends.count == (words.contains("--") ? 2 : 1) else {
      diagnostics.report(.expected("a link such as 'lan -- pc', or one name", found: value, code: .badEndpointPair))
      return nil
    }
    return ends.map { end in
      var location = value.location
      if !location.isNone {
        location.column += UInt32(text.unicodeScalars.distance(from: text.startIndex, to: end.startIndex))
      }
      return Located(String(end), at: location)
    }
  }

  static func words(_ names: [Located<String>]) -> String { names.map(\.value).joined(separator: " -- ") }
}

extension StepReader {
  /// What the names stand for, as many as there are; nil where one stands for nothing, which has been reported.
  mutating func find(_ names: [Located<String>]) -> [Place]? {
    let found = names.compactMap { places.find($0.value, at: $0.location, &diagnostics) }
    return found.count == names.count ? found : nil
  }

  /// The one link that is meant; nil where there is none or more than one, which has been reported.
  mutating func link(_ names: [Located<String>], at location: SourceLocation) -> Int? {
    guard names.count <= 2 else {
      diagnostics.report("a link has two ends, not \(names.count)", .badLink, at: location)
      return nil
    }
    guard let found = find(names) else { return nil }
    let links = places.topology.links(at: found)
    if links.count == 1 { return links[0] }
    let words = LinkNames.words(names)
    diagnostics.report(
      links.isEmpty ? "no link is at '\(words)'" : "several links are at '\(words)'",
      links.isEmpty ? .badLink : .ambiguousInterface, at: location,
      notes: links.isEmpty ? [] : ["name an interface behind a colon"])
    return nil
  }
}

extension Topology {
  /// The links between two places, or at one.
  func links(at places: [Place]) -> [Int] {
    links.indices.filter { index in
      let ends = links[index].ends
      guard places.count == 2 else { return touches(ends.0, places[0]) || touches(ends.1, places[0]) }
      return touches(ends.0, places[0]) && touches(ends.1, places[1])
        || touches(ends.0, places[1]) && touches(ends.1, places[0])
    }
  }

  /// Whether a link's end is at that place.
  func touches(_ end: LinkEnd, _ place: Place) -> Bool {
    switch place {
    case .machine(let machine): devices[Int(end.device.index)].machine == machine
    case .device(let device): end.device == device
    case .interface(_, let ends): ends.contains(end)
    }
  }

  func isInside(_ machine: Int, _ host: Int) -> Bool { lineage(of: machine).contains(host) }

  /// A machine, the machine it runs in, and so on.
  func lineage(of machine: Int) -> [Int] {
    var lineage: [Int] = []
    var next: Int? = machine
    // Machines may be written inside each other in a circle.
    while let current = next, lineage.count < machines.count {
      lineage.append(current)
      next = machines[current].parent
    }
    return lineage
  }
}
