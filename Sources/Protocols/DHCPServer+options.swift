import Packets

extension DHCPMessage {
  var serverIdentifier: IPv4Address? {
    for case .serverIdentifier(let address) in options { return address }
    return nil
  }
  var hostName: String? {
    for case .hostName(let name) in options { return name }
    return nil
  }
  var requestedAddress: IPv4Address? {
    for case .requestedAddress(let address) in options { return address }
    return nil
  }
  var subnetMask: IPv4Address? {
    for case .subnetMask(let mask) in options { return mask }
    return nil
  }
  var leaseTime: UInt32? {
    for case .leaseTime(let seconds) in options { return seconds }
    return nil
  }
  var renewalTime: UInt32? {
    for case .renewalTime(let seconds) in options { return seconds }
    return nil
  }
  var rebindingTime: UInt32? {
    for case .rebindingTime(let seconds) in options { return seconds }
    return nil
  }
  var clientIdentifier: [UInt8]? {
    for case .clientIdentifier(let bytes) in options { return bytes }
    return nil
  }
  var parameterRequests: [UInt8]? {
    for case .parameterRequestList(let codes) in options { return codes }
    return nil
  }
}

extension DHCPOption {
  /// RFC 3046, 2.0: what a relay agent adds.
  static let agentInformation: UInt8 = 82
}
