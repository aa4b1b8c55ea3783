import Packets
import Simulation
import Topology

/// From a way of frames to a journey of hops.
extension FlowReader {
  func journey(along way: [FrameID]) -> Journey {
    var hops: [Hop] = []
    var decisions: [Record] = []
    for (place, frame) in way.enumerated() {
      guard let birth = index.birth(of: frame) else { continue }
      let record = records[birth]
      decisions += place == 0 ? firstDecisions(before: birth) : noted(about: record.cause, before: birth)
      // Of a frame itself, only that it is a duplicate was noted before it was sent.
      decisions += index.notes(about: frame).lazy.filter { $0 < birth }.map { records[$0] }
      switch record.event {
      case .sent(let sent, let direction):
        let from = LinkEnd(record.device, record.port)
        hops.append(
          Hop(
            frame: sent, id: frame, from: from, to: farEnd(of: direction, from), direction: direction,
            sent: record.time, decisions: decisions, origin: record.origin))
        decisions = []
      case .held: decisions.append(record)
      default: break
      }
    }
    return finished(completed(hops), at: way.last ?? .none)
  }

  /// A proxy leaves the address of its socket to the stack that has it; it is the one the packet carries on the far side.
  private func completed(_ hops: [Hop]) -> [Hop] {
    var hops = hops
    for place in hops.indices {
      for index in hops[place].decisions.indices {
        guard case .proxied(var translation) = hops[place].decisions[index].event else { continue }
        if translation.after.address.isAny, let source = hops[place...].compactMap(\.namedSource).first {
          translation.after.address = source
        }
        if translation.before.address.isAny, let target = hops[..<place].last?.packet?.destination {
          translation.before.address = target
        }
        hops[place].decisions[index].event = .proxied(translation)
      }
    }
    return hops
  }

  private func finished(_ hops: [Hop], at last: FrameID) -> Journey {
    let birth = index.birth(of: last).map { records[$0] }
    let reception = index.reception(of: last).map { records[$0] }
    let place = reception ?? birth
    var journey = Journey(
      hops: hops, end: .underWay, lastDevice: place?.device ?? .none, lastPort: place?.port ?? .none)
    // A frame that a link lost, or that waits, came in one hop earlier at the device that has it.
    if reception == nil {
      let before = hops.last?.id == last ? hops.dropLast().last : hops.last
      if let before { journey.lastPort = before.to.port }
    }
    guard let end = index.end(of: last) else { return journey }
    let record = records[end]
    journey.ended = record.time
    switch record.event {
    case .absorbed(let absorber): journey.end = .absorbed(absorber)
    case .dropped(let reason): journey.end = .dropped(reason, record.origin)
    default: break
    }
    journey.lastDecisions = noted(about: last, before: end)
    for place in index.notes(about: last) where records[place].device == record.device {
      switch records[place].event {
      case .looped(let packet) where journey.looped == nil: journey.looped = packet
      case .rationed(let kind): journey.withheld = kind
      default: break
      }
    }
    return journey
  }

  private func farEnd(of direction: DirectionID, _ from: LinkEnd) -> LinkEnd {
    guard direction != .none, direction.link < topology.links.count else { return from }
    let ends = topology.links[direction.link].ends
    return direction.isForward ? ends.1 : ends.0
  }

  /// What the sending device wrote down about the frame it had received or kept. An answer begins after that frame
  /// has met its end.
  private func noted(about cause: FrameID, before birth: Int) -> [Record] {
    guard cause != .none else { return [] }
    let isAnswer = records[birth].relation == .answers
    let beginning = isAnswer ? index.end(of: cause) ?? -1 : -1
    return index.notes(about: cause).lazy
      .filter { $0 > beginning && $0 < birth && records[$0].device == records[birth].device }
      // A late answer is decided when it is made; what was noted before, such as a server's check, is not about it.
      .filter { !isAnswer || records[$0].time == records[birth].time }
      .map { records[$0] }
  }

  /// What a device decided just before it sent a packet of its own; the packet has no cause to note it about.
  private func firstDecisions(before birth: Int) -> [Record] {
    let record = records[birth]
    if record.relation == .answers { return noted(about: record.cause, before: birth) }
    var place = birth
    while place > 0, records[place - 1].isDecision, records[place - 1].device == record.device,
      records[place - 1].time == record.time
    {
      place -= 1
    }
    return Array(records[place..<birth])
  }
}

extension Record {
  /// Whether it says what a device decided or found out, as opposed to what became of a frame.
  var isDecision: Bool {
    switch event {
    case .forwarded, .flooded, .learned, .routed, .resolved, .unresolved, .translated, .proxied, .wrapped, .unwrapped,
      .looped, .refused, .logged, .withheld:
      true
    default: false
    }
  }
}

extension Hop {
  /// By how many datagrams around it the frame became deeper before it was sent: 1, 0 or -1.
  var nesting: Int {
    decisions.reduce(0) { depth, record in
      switch record.event {
      case .wrapped: depth + 1
      case .unwrapped: depth - 1
      default: depth
      }
    }
  }

  /// Whether a tunnel made another packet of it: one around it, or the one inside.
  public var isTunnelEnd: Bool { nesting != 0 }

  fileprivate var packet: IPv4Packet? {
    if case .ipv4(let packet) = frame.payload { packet } else { nil }
  }

  fileprivate var namedSource: IPv4Address? { packet.flatMap { $0.source.isAny ? nil : $0.source } }
}
