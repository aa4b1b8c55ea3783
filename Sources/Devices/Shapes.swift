import Configuration
import Packets
import Simulation

/// What the fields of a network hold: how it is written, read and explained.
extension Shape where Output == IPv4Address {
  public static var ipv4Address: Shape {
    Shape(
      expecting: "an IPv4 address such as 192.168.1.10", pattern: #"^\d{1,3}(\.\d{1,3}){3}$"#,
      suggest: { text in text.split(separator: "/").first.flatMap { IPv4Address(String($0)) }?.description },
      parse: { IPv4Address($0) }
    ).named("address")
  }
}

extension Shape where Output == IPv4Prefix {
  public static var ipv4Prefix: Shape {
    Shape(
      expecting: "an IPv4 network such as 192.168.1.0/24", pattern: #"^\d{1,3}(\.\d{1,3}){3}/\d{1,2}$"#,
      code: .impossiblePrefix, suggest: { InterfaceAddress($0)?.prefix.description }, parse: { IPv4Prefix($0) }
    ).named("network")
  }
}

extension Shape where Output == InterfaceAddress {
  public static var interfaceAddress: Shape {
    Shape(
      expecting: "an address with its prefix length, such as 192.168.1.10/24",
      pattern: #"^\d{1,3}(\.\d{1,3}){3}/\d{1,2}$"#, code: .impossiblePrefix,
      suggest: { IPv4Address($0).map { "\($0)/24" } }, parse: { InterfaceAddress($0) }
    )
    .flatMap { address, value, diagnostics in
      guard let obstacle = address.obstacle else { return address }
      diagnostics.report(
        "no interface can have the address \(address): it is \(obstacle)", .impossiblePrefix, at: value.location)
      return nil
    }.named("interface-address")
  }
}

extension InterfaceAddress {
  /// What the address is that no station can have (RFC 1122, 3.2.1.3); a /31 has room for two (RFC 3021).
  fileprivate var obstacle: String? {
    if address.isAny { return "the address of nobody" }
    if address.isLoopback { return "one by which a machine means itself" }
    if address.isMulticast { return "one of a multicast group" }
    if address.isLimitedBroadcast { return "the one for everybody" }
    guard prefix.length < 31 else { return nil }
    if address == prefix.broadcast { return "the broadcast address of \(prefix)" }
    return address == prefix.network ? "the one of the network \(prefix) itself" : nil
  }
}

extension Shape where Output == MACAddress {
  public static var macAddress: Shape {
    Shape(
      expecting: "a MAC address such as 52:54:00:00:00:01", pattern: "^[0-9a-fA-F]{1,2}([:-][0-9a-fA-F]{1,2}){5}$",
      parse: { MACAddress($0).flatMap { $0.isGroup || $0 == .zero ? nil : $0 } }
    ).named("mac-address")
  }
}

extension Shape where Output == ClosedRange<IPv4Address> {
  public static var addressRange: Shape {
    Shape(
      expecting: "a range of addresses such as 192.168.1.100-192.168.1.199",
      pattern: #"^[\d.]+-[\d.]+$"#,
      parse: { text in
        let ends = text.split(separator: "-", omittingEmptySubsequences: false).map { IPv4Address(String($0)) }
        guard ends.count == 2, let first = ends[0], let last = ends[1], first <= last else { return nil }
        return first...last
      }
    ).named("address-range")
  }
}

extension Shape where Output == DomainName {
  public static var domainName: Shape {
    Shape(
      expecting: "a domain name such as www.example.net", pattern: #"^[^\s/:]+$"#,
      parse: { text in
        text.utf8.allSatisfy { $0 > 32 && $0 != UInt8(ascii: "/") && $0 != UInt8(ascii: ":") }
          ? DomainName(text) : nil
      })
  }
}

extension Shape where Output == Endpoint {
  /// An address and a port.
  public static var endpoint: Shape {
    Shape(
      expecting: "an address and a port such as 192.168.56.1:3128", pattern: #"^\d{1,3}(\.\d{1,3}){3}:\d{1,5}$"#,
      parse: { text in
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 2, let address = IPv4Address(String(parts[0])), let port = UInt16(parts[1]), port > 0,
          parts[1].utf8.allSatisfy({ (48...57).contains($0) })
        else { return nil }
        return Endpoint(address, port)
      })
  }
}

/// A port of a transport protocol, as in `tcp/22`.
public struct PortService: Hashable, Sendable {
  public var transport: IPProtocol
  public var port: UInt16

  public init(transport: IPProtocol, port: UInt16) {
    self.transport = transport
    self.port = port
  }
}

extension Shape where Output == PortService {
  public static var portService: Shape {
    Shape(
      expecting: "a port such as tcp/22", pattern: #"^(tcp|udp)/\d{1,5}$"#,
      suggest: { text in UInt16(text).map { "tcp/\($0)" } },
      parse: { text in
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2, let port = PlainNumber.whole(parts[1]), (1...65535).contains(port) else { return nil }
        switch parts[0] {
        case "tcp": return PortService(transport: .tcp, port: UInt16(port))
        case "udp": return PortService(transport: .udp, port: UInt16(port))
        default: return nil
        }
      }
    ).named("port-service")
  }
}
