import Packets
import Simulation

/// RFC 4787, REQ-1 and REQ-9, as Linux keeps them: an outside endpoint toward one destination is one inside endpoint's, and
/// what comes back goes to it.
struct TranslationRules {
  private struct Key: Hashable {
    var device: DeviceID
    var transport: IPProtocol
    var outside: Endpoint
    var remote: Endpoint
  }

  private struct Owner {
    var inside: Endpoint
    var lastSeen: Instant
    /// A TCP connection that was closed or reset may have to make room for another (Linux: `nf_nat_used_tuple_harder`).
    var isOver = false
  }

  private var owners: [Key: Owner] = [:]  // looked up, never iterated
  /// Translated frames that have not gone on yet.
  private var pending: [FrameID: Translation] = [:]

  /// An entry that has been used lately cannot have ended: the shortest that Linux keeps one is ten seconds
  /// (`nf_conntrack_tcp_timeout_close`).
  private static let shortest = TimeSpan.seconds(10)

  /// A rewriting that is told; where it is the way back, what is wrong with it.
  mutating func note(_ translation: Translation, _ record: Record, _ frame: EthernetFrame?) -> [String] {
    guard record.frame != .none, let frame, case .ipv4(let packet) = frame.payload, !packet.isError else { return [] }
    if translation.side == .source, !translation.isReverse { pending[record.frame] = translation }
    guard translation.side == .destination, translation.isReverse, let source = packet.sourceEndpoint else { return [] }
    let key = Key(
      device: record.device, transport: packet.payload.number, outside: translation.before, remote: source)
    guard let owner = owners[key] else { return ["\(translation.before) was never given, toward \(source)"] }
    owners[key]?.lastSeen = record.time
    if packet.endsConnection { owners[key]?.isOver = true }
    guard owner.inside != translation.after else { return [] }
    return ["the answer from \(source) to \(owner.inside) went to \(translation.after)"]
  }

  /// A frame that continues a translated one; what is wrong with it.
  mutating func follow(_ frame: EthernetFrame, _ record: Record) -> [String] {
    guard let translation = pending.removeValue(forKey: record.cause), case .ipv4(let packet) = frame.payload,
      let destination = packet.destinationEndpoint
    else { return [] }
    guard packet.source == translation.after.address else { return ["\(translation.after) did not become the source"] }
    let key = Key(
      device: record.device, transport: packet.payload.number, outside: translation.after, remote: destination)
    let before = owners.updateValue(Owner(inside: translation.before, lastSeen: record.time), forKey: key)
    guard let before, before.inside != translation.before, record.time < before.lastSeen + Self.shortest else {
      return []
    }
    return ["\(before.inside) and \(translation.before) are both \(translation.after) toward \(destination)"]
  }
}

extension IPv4Packet {
  fileprivate var isError: Bool {
    if case .icmp(let message) = payload { message.kind.isError } else { false }
  }

  fileprivate var endsConnection: Bool {
    if case .tcp(let segment) = payload { !segment.flags.isDisjoint(with: [.fin, .rst]) } else { false }
  }

  fileprivate var sourceEndpoint: Endpoint? {
    switch payload {
    case .udp(let datagram): Endpoint(source, datagram.sourcePort)
    case .tcp(let segment): Endpoint(source, segment.sourcePort)
    case .icmp: Endpoint(source, 0)
    case .other: nil
    }
  }

  fileprivate var destinationEndpoint: Endpoint? {
    switch payload {
    case .udp(let datagram): Endpoint(destination, datagram.destinationPort)
    case .tcp(let segment): Endpoint(destination, segment.destinationPort)
    case .icmp: Endpoint(destination, 0)
    case .other: nil
    }
  }
}
