/// Why bytes are no frame.
public enum PacketError: Error, Hashable, Sendable {
  /// There are fewer bytes than the part needs or says it has.
  case truncated(Part)
  case badChecksum(Part)
  /// A length field is too small for what must be in it.
  case badLength(Part)
  /// The version field of an Internet header is not 4.
  case badVersion(UInt8)

  public enum Part: String, Hashable, Sendable, CaseIterable {
    case ethernet = "Ethernet"
    case tag = "802.1Q tag"
    case arp = "ARP"
    case ipv4 = "IPv4"
    case icmp = "ICMP"
    case udp = "UDP"
    case tcp = "TCP"
  }
}

extension PacketError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .truncated(let part): "truncated \(part.rawValue)"
    case .badChecksum(let part): "bad \(part.rawValue) checksum"
    case .badLength(let part): "bad \(part.rawValue) length"
    case .badVersion(let version): "IP version \(version) instead of 4"
    }
  }
}
