import Devices
import Simulation

/// Which ports hear each other without a router between: bridges and hubs join what is plugged into them, as far as they
/// carry it in one VLAN.
struct Segments {
  /// By port of all devices, the number of its segment.
  private var numbers: [Int]
  /// The number of each device's first port.
  private let firstPorts: [Int]

  init(_ topology: Topology) {
    var firstPorts: [Int] = []
    var count = 0
    for device in topology.devices {
      firstPorts.append(count)
      count += device.ports.count
    }
    self.firstPorts = firstPorts
    // Nearly every network is without VLANs, and then ports are joined, not what is on their wires.
    if topology.devices.contains(where: { $0.settings.separatesVLANs }) {
      numbers = []
      numbers = VLANSearch(topology).segments
    } else {
      numbers = Array(0..<count)
      join(topology)
    }
  }

  func segment(of end: LinkEnd) -> Int { numbers[number(end)] }

  private func number(_ end: LinkEnd) -> Int { firstPorts[Int(end.device.index)] + Int(end.port.index) }

  private mutating func join(_ topology: Topology) {
    for (device, first) in zip(topology.devices, firstPorts)
    where [.bridge, .hub].contains(type(of: device.settings).role) {
      for place in device.ports.indices { numbers[first + place] = first }
    }
    for link in topology.links { join(number(link.ends.0), number(link.ends.1)) }
    // A parent never has the higher number, so one pass leads every port to its root.
    for port in numbers.indices { numbers[port] = numbers[numbers[port]] }
  }

  private mutating func join(_ one: Int, _ other: Int) {
    let (first, second) = (root(one), root(other))
    if first != second { numbers[max(first, second)] = min(first, second) }
  }

  /// Halves the path on the way, so that long chains of switches stay cheap.
  private mutating func root(_ start: Int) -> Int {
    var port = start
    while numbers[port] != port {
      numbers[port] = numbers[numbers[port]]
      port = numbers[port]
    }
    return port
  }
}

/// Follows untagged frames from each port through bridges that tag them, as far as they come.
private struct VLANSearch {
  /// A frame on the wire at a port.
  private struct Spot: Hashable {
    var end: LinkEnd
    var tagging: Tagging
  }

  /// A VLAN inside a device.
  private struct Inner: Hashable {
    var device: DeviceID
    var tagging: Tagging
  }

  private let topology: Topology
  private var peers: [LinkEnd: LinkEnd] = [:]  // looked up, never iterated
  private var found: [Spot: Int] = [:]  // looked up, never iterated
  private var entered: Set<Inner> = []  // looked up, never iterated
  /// By port of all devices, the segment that its untagged frames are on.
  private(set) var segments: [Int] = []

  init(_ topology: Topology) {
    self.topology = topology
    for link in topology.links {
      peers[link.ends.0] = link.ends.1
      peers[link.ends.1] = link.ends.0
    }
    for device in topology.devices.indices {
      for place in topology.devices[device].ports.indices {
        let spot = Spot(end: LinkEnd(DeviceID(index: device), PortNumber(place)), tagging: .none)
        let number = segments.count
        if found[spot] == nil { follow(spot, number) }
        segments.append(found[spot] ?? number)
      }
    }
  }

  private mutating func follow(_ start: Spot, _ number: Int) {
    var open = [start]
    while let spot = open.popLast() {
      guard found.updateValue(number, forKey: spot) == nil else { continue }
      if let peer = peers[spot.end] { open.append(Spot(end: peer, tagging: spot.tagging)) }
      let device = topology.devices[Int(spot.end.device.index)]
      guard let inner = device.settings.enter(spot.tagging, by: spot.end.port),
        entered.insert(Inner(device: spot.end.device, tagging: inner)).inserted
      else { continue }
      for place in device.ports.indices {
        let port = PortNumber(place)
        guard let tagging = device.settings.leave(inner, by: port) else { continue }
        open.append(Spot(end: LinkEnd(spot.end.device, port), tagging: tagging))
      }
    }
  }
}
