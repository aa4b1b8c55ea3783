/// A block of addresses that share their first `length` bits (RFC 4632).
public struct IPv4Prefix: Hashable, Sendable, BitwiseCopyable {
  /// The first address of the block; its host bits are zero.
  public let network: IPv4Address
  /// 0 to 32.
  public let length: UInt8

  /// The block that holds `address`; its host bits are cleared. Nil when `length` is above 32.
  public init?(holding address: IPv4Address, length: Int) {
    guard (0...32).contains(length) else { return nil }
    self.length = UInt8(length)
    network = IPv4Address(rawValue: address.rawValue & IPv4Prefix.mask(length))
  }

  public static let all = IPv4Prefix(network: .any, length: 0)

  /// The block of the one address.
  public init(host: IPv4Address) { self.init(network: host, length: 32) }

  private init(network: IPv4Address, length: UInt8) {
    self.network = network
    self.length = length
  }

  public var netmask: IPv4Address { IPv4Address(rawValue: IPv4Prefix.mask(Int(length))) }

  /// The last address; for /31 and /32 it is an ordinary host (RFC 3021).
  public var broadcast: IPv4Address {
    IPv4Address(rawValue: network.rawValue | ~IPv4Prefix.mask(Int(length)))
  }

  public func contains(_ address: IPv4Address) -> Bool {
    address.rawValue & IPv4Prefix.mask(Int(length)) == network.rawValue
  }

  public func overlaps(_ other: IPv4Prefix) -> Bool {
    contains(other.network) || other.contains(network)
  }

  static func mask(_ length: Int) -> UInt32 { length == 0 ? 0 : UInt32.max << UInt32(32 - length) }
}

extension IPv4Prefix: LosslessStringConvertible {
  /// Reads `a.b.c.d/length`; nil when host bits are set, which `InterfaceAddress` allows.
  public init?(_ text: String) {
    guard let parsed = InterfaceAddress(text), parsed.prefix.network == parsed.address else { return nil }
    self = parsed.prefix
  }

  public var description: String { "\(network)/\(length)" }
}

/// An interface's own address together with the block it is on: `192.168.1.10/24`.
public struct InterfaceAddress: Hashable, Sendable, BitwiseCopyable {
  public let address: IPv4Address
  public let prefix: IPv4Prefix

  public init?(_ address: IPv4Address, length: Int) {
    guard let prefix = IPv4Prefix(holding: address, length: length) else { return nil }
    self.address = address
    self.prefix = prefix
  }

  public init(_ address: IPv4Address, in prefix: IPv4Prefix) {
    self.address = address
    self.prefix = prefix
  }
}

extension InterfaceAddress: LosslessStringConvertible {
  public init?(_ text: String) {
    let parts = text.split(separator: "/", omittingEmptySubsequences: false)
    guard parts.count == 2, let address = IPv4Address(String(parts[0])),
      (1...2).contains(parts[1].utf8.count),
      parts[1].utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }),
      let length = Int(parts[1])
    else { return nil }
    self.init(address, length: length)
  }

  public var description: String { "\(address)/\(prefix.length)" }
}
