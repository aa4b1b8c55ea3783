import Packets
import Simulation

/// What a program takes in is what another one sent: of the same length, kind and seed, whatever lay between them.
///
/// Hops are compared elsewhere; this follows each packet from its sender through routers that put it together and split it
/// again, through translation and NAT proxies. Segments are taken one by one: how they make a stream is a connection's own
/// business. ICMP errors are quoted anew for whom they tell, and are left out.
struct DeliveryRules {
  /// Bytes of a message or a pattern.
  private struct Stretch: Equatable {
    var kind: Content.Kind
    var reference: UInt32
    var start: UInt32
    var end: UInt32
    /// Of a first fragment: how many there are of the whole datagram.
    var whole: UInt32?

    init(_ content: Content) {
      (kind, reference) = (content.kind, content.reference)
      start = content.offset
      end = content.offset &+ UInt32(content.length)
    }

    func isSame(as other: Stretch) -> Bool { kind == other.kind && reference == other.reference }
    func isEqual(to other: Stretch) -> Bool { isSame(as: other) && start == other.start && end == other.end }

    func joined(with other: Stretch) -> Stretch {
      var joined = self
      (joined.start, joined.end) = (min(start, other.start), max(end, other.end))
      joined.whole = whole ?? other.whole
      return joined
    }
  }

  /// A fragment that has just been made part of a whole.
  private struct Part {
    var own: Stretch
    var origin: Stretch
  }

  /// What the first sender of each frame put into it.
  private var origins: [FrameID: Stretch] = [:]  // looked up, never iterated
  /// What was taken in with each frame that completed it.
  private var delivered: [FrameID: Stretch] = [:]  // looked up, never iterated
  /// What the frame that is being received completes.
  private var parts: [Part] = []
  private var arrival = FrameID.none

  mutating func receive(_ record: Record) {
    arrival = record.frame
    parts.removeAll(keepingCapacity: true)
  }

  /// A frame that leaves, or waits to; what is wrong with it.
  ///
  /// - Parameter isAnew: Whether a program took in what it continues, and speaks for it by a packet of its own.
  mutating func send(_ frame: EthernetFrame, _ record: Record, isAnew: Bool) -> [String] {
    guard let own = Self.stretch(of: frame) else { return [] }
    guard record.relation == .continues, !isAnew, let origin = origins[record.cause] else {
      origins[record.frame] = own
      return answer(frame, own, record)
    }
    let joined = record.cause == arrival ? parts.reduce(origin) { $0.joined(with: $1.origin) } : origin
    origins[record.frame] = joined
    return []
  }

  /// The reply to an echo, and what the echo port answers, say what was asked.
  private func answer(_ frame: EthernetFrame, _ own: Stretch, _ record: Record) -> [String] {
    guard record.relation == .answers, let asked = delivered[record.cause], frame.isEcho else { return [] }
    guard own.isSame(as: asked), frame.isFragment ? own.end <= asked.end : own.isEqual(to: asked) else {
      return ["\(record.frame) answers \(record.cause) with something else"]
    }
    return []
  }

  /// A frame that a program takes in, or that completes what it takes in; what is wrong with that.
  mutating func absorb(_ frame: EthernetFrame, by absorber: Absorber, _ record: Record) -> [String] {
    guard let own = Self.stretch(of: frame), let origin = origins[record.frame] else { return [] }
    switch absorber {
    case .arp, .spanningTree, .linkAggregation: return []
    case .reassembly:
      parts.append(Part(own: own, origin: origin))
      return []
    default: break
    }
    guard frame.isFragment else {
      delivered[record.frame] = own
      return own.isEqual(to: origin) ? [] : ["\(record.frame) brought something else than was sent"]
    }
    let all = (parts + [Part(own: own, origin: origin)]).sorted { $0.own.start < $1.own.start }
    delivered[record.frame] = all.map(\.own).reduce(own) { $0.joined(with: $1) }
    return Self.isWhole(all) ? [] : ["\(record.frame) completed something else than was sent"]
  }

  /// Whether parts are one next to the other, each of what its sender sent, and as many bytes as it said.
  private static func isWhole(_ parts: [Part]) -> Bool {
    var end: UInt32 = 0
    for part in parts {
      guard part.own.isSame(as: parts[0].own), part.own.isSame(as: part.origin), part.own.start == end,
        part.own.start >= part.origin.start, part.own.end <= part.origin.end
      else { return false }
      end = part.own.end
    }
    return parts[0].own.whole == end
  }

  private static func stretch(of frame: EthernetFrame) -> Stretch? {
    guard case .ipv4(let packet) = frame.payload else { return nil }
    if case .icmp(let message) = packet.payload, message.kind.isError { return nil }
    var stretch = Stretch(packet.payload.content)
    if packet.isFragment, packet.fragmentOffset == 0 {
      let header = UInt32(packet.payload.length) &- UInt32(packet.payload.content.length)
      stretch.whole = UInt32(packet.unfragmentedLength) &- header
    }
    return stretch
  }
}

extension EthernetFrame {
  fileprivate var isFragment: Bool {
    if case .ipv4(let packet) = payload { packet.isFragment } else { false }
  }

  fileprivate var isEcho: Bool {
    guard case .ipv4(let packet) = payload else { return false }
    switch packet.payload {
    case .icmp(let message): if case .echoReply = message.kind { return true } else { return false }
    case .udp(let datagram): return datagram.sourcePort == 7
    case .tcp, .other: return false
    }
  }
}
