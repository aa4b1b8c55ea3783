import Devices
import Packets
import Simulation
import Topology

/// A journal written by hand, in names.
struct JournalSketch {
  let topology: Topology
  private(set) var records: [Record] = []
  var time = Instant.start

  init(_ topology: Topology) { self.topology = topology }

  var journal: Journal { Journal(records: records, counters: Counters()) }

  /// `sw` or `pc.nat8`.
  func device(_ name: String) -> DeviceID {
    let index = topology.devices.indices.first { index in
      let id = DeviceID(index: index)
      return topology.name(of: id) == name || topology.machine(of: id).name == name
    }
    return DeviceID(index: index ?? 0)
  }

  private func direction(_ from: String, _ to: String) -> (id: DirectionID, from: LinkEnd, to: LinkEnd)? {
    let (a, b) = (device(from), device(to))
    for (index, link) in topology.links.enumerated() {
      if link.ends.0.device == a, link.ends.1.device == b {
        return (DirectionID(index: 2 * index), link.ends.0, link.ends.1)
      }
      if link.ends.0.device == b, link.ends.1.device == a {
        return (DirectionID(index: 2 * index + 1), link.ends.1, link.ends.0)
      }
    }
    return nil
  }

  static func echo(
    _ source: String = "10.0.0.1", _ destination: String = "10.0.0.2", ttl: UInt8 = 64,
    kind: ICMPMessage.Kind = .echoRequest(identifier: 1, sequence: 1)
  ) -> EthernetFrame {
    let packet = IPv4Packet(
      source: IPv4Address(source) ?? .any, destination: IPv4Address(destination) ?? .any, timeToLive: ttl,
      payload: .icmp(ICMPMessage(kind)))
    return EthernetFrame(destination: .broadcast, source: .zero, payload: .ipv4(packet))
  }

  /// Puts a frame on the link between two devices; unless told otherwise, the other one receives it.
  mutating func send(
    _ frame: UInt32, _ from: String, _ to: String, _ relation: Relation, of cause: UInt32 = 0,
    activity: UInt32 = 0, _ content: EthernetFrame = echo(), arrives: Bool = true
  ) {
    guard let direction = direction(from, to) else { return }
    add(
      .sent(content, direction.id), device(from), direction.from.port, frame, cause, relation, activity)
    if arrives { add(.received, device(to), direction.to.port, frame) }
  }

  mutating func hold(
    _ frame: UInt32, at name: String, _ relation: Relation, of cause: UInt32 = 0, activity: UInt32 = 0
  ) {
    add(.held(JournalSketch.echo(), .any), device(name), .none, frame, cause, relation, activity)
  }

  mutating func absorb(_ frame: UInt32, at name: String, by absorber: Absorber = .icmp) {
    add(.absorbed(absorber), device(name), .none, frame)
  }

  mutating func drop(_ frame: UInt32, at name: String, _ reason: DropReason) {
    add(.dropped(reason), device(name), .none, frame)
  }

  mutating func note(_ event: Event, at name: String, about frame: UInt32 = 0) {
    add(event, device(name), .none, frame)
  }

  mutating func begin(_ activity: UInt32 = 1, at name: String, step: UInt32 = 0) {
    add(.stepBegan(step), .none, .none, 0)
    add(.began(ActivityID(rawValue: activity), step: step), device(name), .none, 0)
  }

  mutating func end(_ activity: UInt32 = 1, _ outcome: Outcome = .success, at name: String, step: UInt32 = 0) {
    add(.ended(ActivityID(rawValue: activity), outcome), device(name), .none, 0)
    add(.stepEnded(step), .none, .none, 0)
  }

  private mutating func add(
    _ event: Event, _ device: DeviceID, _ port: PortNumber, _ frame: UInt32, _ cause: UInt32 = 0,
    _ relation: Relation = .continues, _ activity: UInt32 = 0
  ) {
    // Time passes on links, not in devices.
    if event == .received { time = time + .microseconds(1) }
    records.append(
      Record(
        time: time, device: device, port: port, frame: FrameID(rawValue: frame), cause: FrameID(rawValue: cause),
        relation: relation, activity: ActivityID(rawValue: activity), origin: .none, event: event))
  }
}
