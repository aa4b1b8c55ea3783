/// A dynamic host configuration message (RFC 2131, figure 1).
public struct DHCPMessage: Hashable, Sendable {
  /// 1 from clients (BOOTREQUEST), 2 from servers (BOOTREPLY).
  public var operation: UInt8
  public var hops: UInt8 = 0
  public var transaction: UInt32
  /// Seconds since the client began.
  public var seconds: UInt16 = 0
  /// The client cannot take unicast before it is configured (RFC 2131, 4.1).
  public var wantsBroadcast = false
  public var clientAddress = IPv4Address.any
  public var yourAddress = IPv4Address.any
  public var nextServer = IPv4Address.any
  public var relayAgent = IPv4Address.any
  public var clientHardware: MACAddress
  /// In wire order; the message type is among them.
  public var options: [DHCPOption]

  public init(operation: UInt8, transaction: UInt32, clientHardware: MACAddress, options: [DHCPOption]) {
    self.operation = operation
    self.transaction = transaction
    self.clientHardware = clientHardware
    self.options = options
  }

  /// Option 53 of RFC 2132, 9.6.
  public enum Kind: UInt8, Hashable, Sendable {
    case discover = 1
    case offer, request, decline, ack, nak, release, inform
  }

  public var kind: Kind? {
    for case .messageType(let kind) in options { return kind }
    return nil
  }
}

/// One option of RFC 2132, in the form its code gives it.
public enum DHCPOption: Hashable, Sendable {
  case subnetMask(IPv4Address)  // 1
  case routers([IPv4Address])  // 3
  case domainNameServers([IPv4Address])  // 6
  case hostName(String)  // 12
  case domainName(String)  // 15
  case interfaceMTU(UInt16)  // 26
  case broadcastAddress(IPv4Address)  // 28
  case netBIOSNameServers([IPv4Address])  // 44
  case requestedAddress(IPv4Address)  // 50
  case leaseTime(UInt32)  // 51, seconds
  case messageType(DHCPMessage.Kind)  // 53
  case serverIdentifier(IPv4Address)  // 54
  case parameterRequestList([UInt8])  // 55
  case message(String)  // 56
  case renewalTime(UInt32)  // 58, T1 in seconds
  case rebindingTime(UInt32)  // 59, T2 in seconds
  case clientIdentifier([UInt8])  // 61
  case other(code: UInt8, bytes: [UInt8])
}
