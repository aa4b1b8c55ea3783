import Packets

/// What a message says, and whom it is for where that is not who gets it.
struct Speech: Hashable {
  var saying: Saying
  var destination: IPv4Address?

  init(_ saying: Saying, for destination: IPv4Address? = nil) {
    self.saying = saying
    self.destination = destination
  }

  var topic: Topic { saying.topic }
  var gist: Speech { Speech(saying.gist, for: destination) }

  init(_ frame: EthernetFrame, _ messages: MessageTable) {
    switch frame.payload {
    case .arp(let packet): self.init(Self.saying(packet))
    case .ipv4(let packet): self.init(Self.saying(packet, messages))
    case .other(let type, let content):
      switch content.message.flatMap({ messages[$0] }) {
      case .bridge(let unit): self.init(Self.saying(unit))
      case .aggregation: self.init(.aggregationUnit)
      default: self.init(.frame(type, bytes: Int(content.length)))
      }
    }
  }

  private static func saying(_ packet: ARPPacket) -> Saying {
    guard packet.operation == .request else { return .tells(packet.senderAddress, isAt: packet.senderHardware) }
    if packet.senderAddress == packet.targetAddress { return .announces(packet.targetAddress) }
    return packet.senderAddress.isAny ? .probes(packet.targetAddress) : .asksFor(packet.targetAddress)
  }

  private static func saying(_ unit: BridgeProtocolDataUnit) -> Saying {
    switch unit {
    case .configuration: .bridgeUnit
    case .rapid(_, let rapid): .rapidUnit(rapid.isProposal ? .proposal : rapid.isAgreement ? .agreement : .plain)
    case .topologyChange: .topologyChange
    }
  }

  private static func saying(_ packet: IPv4Packet, _ messages: MessageTable) -> Saying {
    if packet.isFragment, packet.fragmentOffset > 0 { return .fragment(bytes: Int(packet.length) - 20) }
    switch packet.payload {
    case .icmp(let message): return saying(message)
    case .udp(let datagram): return saying(datagram, messages)
    case .tcp(let segment): return saying(segment, messages)
    case .other(let number, let content): return .payload(number, bytes: Int(content.length))
    }
  }

  private static func saying(_ message: ICMPMessage) -> Saying {
    switch message.kind {
    case .echoRequest: .echoRequest
    case .echoReply: .echoReply
    case .redirect(_, let gateway): .redirect(to: gateway)
    case .unreachable(.fragmentationNeeded, let mtu): .tooBig(mtu: mtu)
    case .unreachable(let code, _): .refusal(.unreachable(code, mtu: 0))
    case .timeExceeded: .refusal(.timeExceeded(code: 0))
    case .other(let type, let code, _): .icmp(type: type, code: code)
    }
  }

  private static func saying(_ datagram: UDPDatagram, _ messages: MessageTable) -> Saying {
    switch datagram.content.offset == 0 ? datagram.content.message.flatMap({ messages[$0] }) : nil {
    case .dhcp(let message): saying(message)
    case .dns(let message): saying(message)
    default: .datagram(port: datagram.destinationPort, bytes: max(0, Int(datagram.length) - 8))
    }
  }

  private static func saying(_ message: DHCPMessage) -> Saying {
    if message.yourAddress != .any { return .lease(message.kind, message.yourAddress) }
    for case .requestedAddress(let address) in message.options { return .lease(message.kind, address) }
    return .lease(message.kind, message.clientAddress == .any ? nil : message.clientAddress)
  }

  private static func saying(_ message: DNSMessage) -> Saying {
    let name = message.questions.first.map { "\($0.name)" } ?? ""
    guard message.isResponse else { return .asksForName(name) }
    switch message.code {
    case .noError: break
    case .nameError: return .noSuchName
    case .refused: return .nameRefused
    case .serverFailure: return .serverFailure
    default: return .nameError(message.code.rawValue)
    }
    for answer in message.answers {
      if case .address(let address) = answer.data { return .name(name, is: address) }
    }
    return .noAddress
  }

  private static func saying(_ segment: TCPSegment, _ messages: MessageTable) -> Saying {
    if segment.content.offset == 0, let id = segment.content.message, case .http(let message) = messages[id] {
      switch message {
      case .request(_, let path): return .get(path: path)
      case .response(let status, let length): return .page(status: status, bytes: Int(length))
      }
    }
    let length = Int(segment.content.length)
    let flags = segment.flags
    if flags.contains(.syn) { return flags.contains(.ack) ? .synAck : .syn(port: segment.destinationPort) }
    if flags.contains(.rst) { return .rst }
    if flags.contains(.fin) { return .fin(bytes: length > 0 ? length : nil) }
    return length > 0 ? .data(bytes: length) : .ack
  }
}
