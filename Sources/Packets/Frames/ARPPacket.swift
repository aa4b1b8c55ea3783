/// An address resolution packet for IPv4 over Ethernet (RFC 826).
public struct ARPPacket: Hashable, Sendable, BitwiseCopyable {
  /// 1 asks, 2 answers; others exist and are carried unchanged.
  public struct Operation: Hashable, Sendable, BitwiseCopyable {
    public let rawValue: UInt16
    public init(rawValue: UInt16) { self.rawValue = rawValue }
    public static let request = Operation(rawValue: 1)
    public static let reply = Operation(rawValue: 2)
  }

  public var operation: Operation
  public var senderHardware: MACAddress
  public var senderAddress: IPv4Address
  public var targetHardware: MACAddress
  public var targetAddress: IPv4Address

  public init(
    operation: Operation, senderHardware: MACAddress, senderAddress: IPv4Address,
    targetHardware: MACAddress, targetAddress: IPv4Address
  ) {
    self.operation = operation
    self.senderHardware = senderHardware
    self.senderAddress = senderAddress
    self.targetHardware = targetHardware
    self.targetAddress = targetAddress
  }
}
