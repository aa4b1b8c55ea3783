import Devices
import Simulation
import Topology

/// IEEE 802.1D-2004, 17.1: once it has come to rest, spanning tree connects whatever can be connected, and by one way only.
struct TreeRules {
  private let topology: Topology
  private var states: [LinkEnd: PortState] = [:]  // looked up, never iterated
  private var cut: Set<Int> = []
  private var off: Set<DeviceID> = []
  /// When something that matters to a tree last changed.
  private var lastChange = Instant.start

  /// A root that is silent is believed for 20 s, and then a port listens and learns for 15 s each; some seconds for what
  /// is said on the way.
  private static let patience = TimeSpan.seconds(60)

  init(_ topology: Topology) { self.topology = topology }

  mutating func take(_ record: Record) {
    switch record.event {
    case .portChanged(let state): states[LinkEnd(record.device, record.port)] = state
    case .linkChanged(let link, let isUp):
      if isUp { cut.remove(Int(link)) } else { cut.insert(Int(link)) }
      lastChange = record.time
    case .deviceChanged(let isUp):
      if isUp { off.remove(record.device) } else { off.insert(record.device) }
      lastChange = record.time
    default: break
    }
  }

  /// What is wrong with the trees as they are at the end.
  func faults(at end: Instant) -> [String] {
    guard end >= lastChange + Self.patience else { return [] }
    var plugged = Groups(topology.devices.count)
    var connected = Groups(topology.devices.count)
    var faults: [String] = []
    for (number, link) in topology.links.enumerated() where !cut.contains(number) {
      let ends = [link.ends.0, link.ends.1]
      guard ends.allSatisfy({ carries($0.device) }) else { continue }
      let devices = ends.map { Int($0.device.index) }
      _ = plugged.join(devices[0], devices[1])
      guard ends.allSatisfy(forwards) else { continue }
      if !connected.join(devices[0], devices[1]) {
        faults.append(
          "a circle is closed between \(ends.map { topology.name(of: $0.device) }.joined(separator: " and "))")
      }
    }
    for (number, link) in topology.links.enumerated() where !cut.contains(number) {
      let devices = [link.ends.0.device, link.ends.1.device]
      guard devices.allSatisfy(carries) else { continue }
      let places = devices.map { Int($0.index) }
      if plugged.root(places[0]) == plugged.root(places[1]), connected.root(places[0]) != connected.root(places[1]) {
        faults.append("no way is left between \(devices.map { topology.name(of: $0) }.joined(separator: " and "))")
      }
    }
    return faults
  }

  /// Whether the device is a part of a network of bridges.
  private func carries(_ device: DeviceID) -> Bool {
    let word = type(of: topology.devices[Int(device.index)].settings).word
    return !off.contains(device) && (word == BridgeSettings.word || word == HubSettings.word)
  }

  private func forwards(_ end: LinkEnd) -> Bool {
    guard topology.devices[Int(end.device.index)].settings.breaksLoops else { return true }
    return states[end] == .forwarding
  }
}

/// Which of some things are joined, directly or by others.
struct Groups {
  private var parents: [Int]

  init(_ count: Int) { parents = Array(0..<count) }

  func root(_ place: Int) -> Int {
    var place = place
    while parents[place] != place { place = parents[place] }
    return place
  }

  /// False where the two were joined already.
  mutating func join(_ one: Int, _ other: Int) -> Bool {
    let roots = (root(one), root(other))
    parents[roots.0] = roots.1
    return roots.0 != roots.1
  }
}
