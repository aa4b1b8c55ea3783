extension DHCPMessage {
  /// Nil unless these are the fields for Ethernet, the cookie and whole options.
  ///
  /// Server name and boot file are not kept; a message that goes on with its options there is not read.
  init?(_ bytes: ArraySlice<UInt8>) {
    let header = DHCPMessage.cookieOffset + 4
    guard bytes.count >= header, bytes.long(DHCPMessage.cookieOffset) == DHCPMessage.cookie,
      bytes.byte(1) == 1, bytes.byte(2) == 6, let options = DHCPMessage.options(bytes.dropFirst(header))
    else { return nil }
    self.init(
      operation: bytes.byte(0), transaction: bytes.long(4), clientHardware: bytes.hardware(28),
      options: options)
    hops = bytes.byte(3)
    seconds = bytes.word(8)
    wantsBroadcast = bytes.word(10) & DHCPMessage.broadcastFlag != 0
    clientAddress = bytes.address(12)
    yourAddress = bytes.address(16)
    nextServer = bytes.address(20)
    relayAgent = bytes.address(24)
  }

  private static func options(_ bytes: ArraySlice<UInt8>) -> [DHCPOption]? {
    var options: [DHCPOption] = []
    var rest = bytes
    while let code = rest.first, code != DHCPOption.end {
      guard code != DHCPOption.pad else {
        rest = rest.dropFirst()
        continue
      }
      guard code != DHCPOption.overload, let value = value(of: code, &rest) else { return nil }
      options.append(DHCPOption(code: code, value: value))
    }
    return options
  }

  /// The value of the option in front, with what further options of the same code add to a full one (RFC 3396, 5).
  private static func value(of code: UInt8, _ rest: inout ArraySlice<UInt8>) -> [UInt8]? {
    var value: [UInt8] = []
    repeat {
      guard rest.count >= 2 else { return nil }
      let length = Int(rest.byte(1))
      guard rest.count >= 2 + length else { return nil }
      value.append(contentsOf: rest.dropFirst(2).prefix(length))
      rest = rest.dropFirst(2 + length)
      guard length == 255 else { break }
      rest = rest.drop { $0 == DHCPOption.pad }
    } while rest.first == code
    return value
  }
}

extension DHCPOption {
  /// A value that does not fit its code stays bytes.
  init(code: UInt8, value: [UInt8]) {
    self = DHCPOption.known(code: code, value[...]) ?? .other(code: code, bytes: value)
  }

  private static func known(code: UInt8, _ value: ArraySlice<UInt8>) -> DHCPOption? {
    switch code {
    case 1: address(value).map { .subnetMask($0) }
    case 3: addresses(value).map { .routers($0) }
    case 6: addresses(value).map { .domainNameServers($0) }
    case 12: text(value).map { .hostName($0) }
    case 15: text(value).map { .domainName($0) }
    case 26: value.count == 2 ? .interfaceMTU(value.word(0)) : nil
    case 28: address(value).map { .broadcastAddress($0) }
    case 44: addresses(value).map { .netBIOSNameServers($0) }
    case 50: address(value).map { .requestedAddress($0) }
    case 51: number(value).map { .leaseTime($0) }
    case 53: value.count == 1 ? DHCPMessage.Kind(rawValue: value.byte(0)).map { .messageType($0) } : nil
    case 54: address(value).map { .serverIdentifier($0) }
    case 55: .parameterRequestList(Array(value))
    case 56: text(value).map { .message($0) }
    case 58: number(value).map { .renewalTime($0) }
    case 59: number(value).map { .rebindingTime($0) }
    case 61: .clientIdentifier(Array(value))
    default: nil
    }
  }

  private static func number(_ value: ArraySlice<UInt8>) -> UInt32? {
    value.count == 4 ? value.long(0) : nil
  }

  private static func address(_ value: ArraySlice<UInt8>) -> IPv4Address? {
    value.count == 4 ? value.address(0) : nil
  }

  private static func addresses(_ value: ArraySlice<UInt8>) -> [IPv4Address]? {
    guard value.count % 4 == 0 else { return nil }
    return stride(from: 0, to: value.count, by: 4).map { value.address($0) }
  }

  private static func text(_ value: ArraySlice<UInt8>) -> String? {
    String(validating: value, as: UTF8.self)
  }
}
