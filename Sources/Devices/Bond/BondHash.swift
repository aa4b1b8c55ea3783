import Packets

/// Which link a frame of a flow takes (Linux, `xmit_hash_policy`): the remainder of this number by the number of links.
///
/// Addresses and ports are numbers as a processor reads them that puts the lowest octet first; that matters only where the
/// number of links is no power of two.
public enum BondHash: String, Hashable, Sendable, CaseIterable {
  case layer2
  case layer2And3 = "layer2+3"
  case layer3And4 = "layer3+4"

  /// Linux, `bond_xmit_hash`.
  public func value(of frame: EthernetFrame) -> UInt32 {
    guard self != .layer2, case .ipv4(let packet) = frame.payload else { return BondHash.stations(of: frame) }
    var hash = self == .layer2And3 ? BondHash.stations(of: frame) : BondHash.ports(of: packet)
    hash ^= packet.source.rawValue.byteSwapped ^ packet.destination.rawValue.byteSwapped
    hash ^= hash >> 16
    hash ^= hash >> 8
    // The lowest bit says little, since many programs use even ports.
    return self == .layer3And4 ? hash >> 1 : hash
  }

  /// Linux, `bond_eth_hash`: the last octets of both addresses, and the type.
  private static func stations(of frame: EthernetFrame) -> UInt32 {
    UInt32((frame.destination.rawValue ^ frame.source.rawValue) & 0xff) ^ UInt32(frame.payload.type.rawValue)
  }

  /// Both ports; of an echo its type, code and identifier; nothing of a fragment, which may have none.
  private static func ports(of packet: IPv4Packet) -> UInt32 {
    guard !packet.isFragment else { return 0 }
    switch packet.payload {
    case .udp(let datagram): return both(datagram.sourcePort, datagram.destinationPort)
    case .tcp(let segment): return both(segment.sourcePort, segment.destinationPort)
    case .icmp(let message):
      switch message.kind {
      // `skb_flow_get_icmp_tci`: an identifier of zero counts as one.
      case .echoRequest(let identifier, _): return 8 | UInt32(max(identifier, 1)) << 16
      case .echoReply(let identifier, _): return UInt32(max(identifier, 1)) << 16
      default: return 0
      }
    case .other: return 0
    }
  }

  private static func both(_ source: UInt16, _ destination: UInt16) -> UInt32 {
    UInt32(source.byteSwapped) | UInt32(destination.byteSwapped) << 16
  }
}
