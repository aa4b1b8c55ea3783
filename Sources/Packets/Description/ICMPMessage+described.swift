extension ICMPMessage {
  /// What the message says; the length counts its header.
  func described(to receiver: IPv4Address, _ messages: MessageTable) -> String {
    let length = "length \(ICMPMessage.headerLength + Int(content.length))"
    switch kind {
    case .echoRequest(let identifier, let sequence):
      return "ICMP echo request, id \(identifier), seq \(sequence), \(length)"
    case .echoReply(let identifier, let sequence):
      return "ICMP echo reply, id \(identifier), seq \(sequence), \(length)"
    case .unreachable(let code, let mtu):
      return "ICMP \(code.described(of: quotedPacket(messages), mtu: mtu)), \(length)"
    case .timeExceeded(let code): return "ICMP \(ICMPMessage.timeExceeded(code)), \(length)"
    case .redirect(let code, let gateway):
      let target = quotedPacket(messages).map { "\($0.destination)" } ?? "unknown"
      return "ICMP \(ICMPMessage.redirect(code, of: target)) \(gateway), \(length)"
    case .other(let type, let code, _): return "ICMP \(ICMPMessage.other(type, code)), \(length)"
    }
  }

  /// The packet an error speaks of, where it could be read.
  public func quotedPacket(_ messages: MessageTable) -> IPv4Packet? {
    guard let id = content.message, case .quote(let quote) = messages[id] else { return nil }
    return quote.packet
  }

  private static func timeExceeded(_ code: UInt8) -> String {
    switch code {
    case 0: "time exceeded in-transit"
    case 1: "ip reassembly time exceeded"
    default: "time exceeded-#\(code)"
    }
  }

  private static func redirect(_ code: UInt8, of target: String) -> String {
    switch code {
    case 0: "redirect \(target) to net"
    case 1: "redirect \(target) to host"
    case 2: "redirect-tos \(target) to net"
    case 3: "redirect-tos \(target) to host"
    default: "redirect-#\(code) \(target) to"
    }
  }

  private static func other(_ type: UInt8, _ code: UInt8) -> String {
    switch type {
    case ICMPType.sourceQuench: "source quench"
    case ICMPType.parameterProblem: "parameter problem"
    case 9: "router advertisement"
    case 10: "router solicitation"
    case 13: "time stamp query"
    case 14: "time stamp reply"
    case 17: "address mask request"
    case 18: "address mask reply"
    default: "type-#\(type)"
    }
  }
}

extension UnreachableCode {
  /// Names what the quoted packet did not reach: its network, host, protocol or port.
  func described(of quoted: IPv4Packet?, mtu: UInt16) -> String {
    let target = quoted.map { "\($0.destination)" } ?? "unknown"
    return switch self {
    case .network: "net \(target) unreachable"
    case .host: "host \(target) unreachable"
    case .protocol:
      "\(target) protocol \(quoted.map { "\($0.payload.number.rawValue)" } ?? "unknown") unreachable"
    case .port: "\(target) \(UnreachableCode.port(of: quoted)) unreachable"
    case .fragmentationNeeded where mtu != 0: "\(target) unreachable - need to frag (mtu \(mtu))"
    case .fragmentationNeeded: "\(target) unreachable - need to frag"
    case .sourceRouteFailed: "\(target) unreachable - source route failed"
    case .networkUnknown: "net \(target) unreachable - unknown"
    case .hostUnknown: "host \(target) unreachable - unknown"
    case .hostIsolated: "\(target) unreachable - source host isolated"
    case .networkProhibited: "net \(target) unreachable - admin prohibited"
    case .hostProhibited: "host \(target) unreachable - admin prohibited"
    case .networkForService: "net \(target) unreachable - tos prohibited"
    case .hostForService: "host \(target) unreachable - tos prohibited"
    case .administrativelyProhibited: "host \(target) unreachable - admin prohibited filter"
    case .precedenceViolation: "host \(target) unreachable - host precedence violation"
    case .precedenceCutoff: "host \(target) unreachable - precedence cutoff"
    default: "\(target) unreachable - #\(rawValue)"
    }
  }

  private static func port(of quoted: IPv4Packet?) -> String {
    switch quoted?.payload {
    case .udp(let datagram): "udp port \(datagram.destinationPort)"
    case .tcp(let segment): "tcp port \(segment.destinationPort)"
    case .some(let payload): "protocol \(payload.number.rawValue) port"
    case nil: "port"
    }
  }
}
