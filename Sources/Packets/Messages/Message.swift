/// A message too long to stand in a frame, kept beside it in a `MessageTable`.
public enum Message: Hashable, Sendable {
  case dhcp(DHCPMessage)
  case dns(DNSMessage)
  case http(HTTPMessage)
  case bridge(BridgeProtocolDataUnit)
  case aggregation(LinkAggregationUnit)
  /// The packet an ICMP error speaks of, cut to what the error carries (RFC 1812, 4.3.2.3: up to 576 bytes in all).
  case quote(Quote)
  /// What a TCP receiver has beyond its acknowledgment. It stands among the options, so it has no bytes as content.
  case selective(SelectiveBlocks)
  /// A frame in a tunnel.
  case encapsulated(EncapsulatedFrame)
  /// Bytes that no rule above explains.
  case bytes([UInt8])
}

extension Message {
  /// Another message that a part of this one refers to.
  var inner: MessageID? {
    switch self {
    case .quote(let quote): quote.packet.message
    case .encapsulated(let inside): inside.frame.message
    case .dhcp, .dns, .http, .bridge, .aggregation, .selective, .bytes: nil
    }
  }
}

/// A quoted packet and how many of its bytes are quoted.
public struct Quote: Hashable, Sendable, BitwiseCopyable {
  public var packet: IPv4Packet
  public var length: UInt16

  public init(_ packet: IPv4Packet, length: UInt16) {
    self.packet = packet
    self.length = length
  }
}
