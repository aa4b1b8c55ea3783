extension DHCPMessage {
  /// 236 bytes of fields, the cookie and the options, padded to the 300 bytes of BOOTP (RFC 2131, 2; RFC 1542, 2.1).
  public func encoded() -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(length)
    bytes.append(contentsOf: [operation, 1, 6, hops])  // hardware type Ethernet, six octets
    bytes.append(long: transaction)
    bytes.append(word: seconds)
    bytes.append(word: wantsBroadcast ? DHCPMessage.broadcastFlag : 0)
    bytes.append(clientAddress)
    bytes.append(yourAddress)
    bytes.append(nextServer)
    bytes.append(relayAgent)
    bytes.append(clientHardware)
    bytes.append(repeating: 0, count: DHCPMessage.cookieOffset - bytes.count)  // rest of chaddr, sname, file
    bytes.append(long: DHCPMessage.cookie)
    for option in options { option.append(to: &bytes) }
    bytes.append(DHCPOption.end)
    bytes.append(repeating: DHCPOption.pad, count: length - bytes.count)
    return bytes
  }

  public var length: Int {
    var length = DHCPMessage.cookieOffset + 4 + 1
    for option in options { length += option.encodedLength }
    return max(DHCPMessage.minimumLength, length)
  }

  static let cookieOffset = 236
  static let cookie: UInt32 = 0x6382_5363  // RFC 2131, 3
  static let broadcastFlag: UInt16 = 0x8000  // RFC 2131, figure 2
  static let minimumLength = 300
}

extension DHCPOption {
  static let pad: UInt8 = 0
  static let end: UInt8 = 255
  /// RFC 2132, 9.3: options go on in the fields for names, which we do not have.
  static let overload: UInt8 = 52

  /// The code before the option's bytes.
  public var code: UInt8 {
    switch self {
    case .subnetMask: 1
    case .routers: 3
    case .domainNameServers: 6
    case .hostName: 12
    case .domainName: 15
    case .interfaceMTU: 26
    case .broadcastAddress: 28
    case .netBIOSNameServers: 44
    case .requestedAddress: 50
    case .leaseTime: 51
    case .messageType: 53
    case .serverIdentifier: 54
    case .parameterRequestList: 55
    case .message: 56
    case .renewalTime: 58
    case .rebindingTime: 59
    case .clientIdentifier: 61
    case .other(let code, _): code
    }
  }

  /// The bytes behind code and length.
  var value: [UInt8] {
    var bytes: [UInt8] = []
    switch self {
    case .subnetMask(let address), .broadcastAddress(let address), .requestedAddress(let address),
      .serverIdentifier(let address):
      bytes.append(address)
    case .routers(let addresses), .domainNameServers(let addresses), .netBIOSNameServers(let addresses):
      for address in addresses { bytes.append(address) }
    case .hostName(let text), .domainName(let text), .message(let text): bytes = Array(text.utf8)
    case .interfaceMTU(let mtu): bytes.append(word: mtu)
    case .leaseTime(let seconds), .renewalTime(let seconds), .rebindingTime(let seconds):
      bytes.append(long: seconds)
    case .messageType(let kind): bytes.append(kind.rawValue)
    case .parameterRequestList(let value), .clientIdentifier(let value), .other(_, let value): bytes = value
    }
    return bytes
  }

  /// Codes 0 and 255 have no value (RFC 2132, 3.1 and 3.2), so an option that claims one of them is left out.
  private var isWritten: Bool { code != DHCPOption.pad && code != DHCPOption.end }

  /// Code, length and value; a value above 255 bytes goes on in another option of the same code (RFC 3396, 5).
  func append(to bytes: inout [UInt8]) {
    guard isWritten else { return }
    var rest = value[...]
    repeat {
      let part = rest.prefix(255)
      bytes.append(code)
      bytes.append(UInt8(part.count))
      bytes.append(contentsOf: part)
      rest = rest.dropFirst(255)
    } while !rest.isEmpty
  }

  var encodedLength: Int {
    guard isWritten else { return 0 }
    let count = value.count
    return count + 2 * max(1, (count + 254) / 255)
  }
}
