import Packets
import Scenarios

/// What kind of speech a message is, which gives it its colour.
enum Topic: CaseIterable {
  case arp, dhcp, dns, tcp, http, icmp, udp, control, other

  var word: String {
    switch self {
    case .arp: "ARP"
    case .dhcp: "DHCP"
    case .dns: "DNS"
    case .tcp: "TCP"
    case .http: "HTTP"
    case .icmp: "ICMP"
    case .udp: "UDP"
    case .control: "bridges"
    case .other: "other"
    }
  }

  /// Dark enough to be read on paper, and apart from each other for any colour vision (Okabe and Ito, darkened).
  var colour: String {
    switch self {
    case .arp: "#8a6d00"
    case .dhcp: "#007a5a"
    case .dns: "#a4467f"
    case .tcp: "#0072b2"
    case .http: "#1f2328"
    case .icmp: "#c04f00"
    case .udp: "#2a88b8"
    case .control: "#6e7781"
    case .other: "#6e7781"
    }
  }
}

/// What a message says, in the few words that fit over an arrow.
struct Speech: Hashable {
  var topic: Topic
  /// `DHCP Offer 192.168.1.186`.
  var words: String
  /// The same of all that are alike: `TCP data`.
  var gist: String
  var bytes = 0

  /// It opens something, so that it has to say whom it is for.
  var isOpening: Bool {
    switch topic {
    case .tcp: words.hasPrefix("TCP SYN to")
    case .http, .arp, .control: false
    case .dhcp, .dns, .icmp, .udp, .other: true
    }
  }

  /// Says whom it is for: `TCP SYN to 10.0.0.2:22`, `ICMP echo request for 10.0.0.2`.
  mutating func head(for destination: IPv4Address) {
    func headed(_ words: String) -> String {
      guard let mark = words.range(of: " to :") else { return "\(words) for \(destination)" }
      return "\(words[..<mark.lowerBound]) to \(destination):\(words[mark.upperBound...])"
    }
    (words, gist) = (headed(words), headed(gist))
  }

  init(_ topic: Topic, _ words: String, gist: String? = nil, bytes: Int = 0) {
    self.topic = topic
    self.words = words
    self.gist = gist ?? words
    self.bytes = bytes
  }

  init(_ frame: EthernetFrame, _ messages: MessageTable) {
    switch frame.payload {
    case .arp(let packet): self.init(.arp, Self.words(packet))
    case .ipv4(let packet): self.init(packet, messages)
    case .other(let type, let content):
      switch content.message.flatMap({ messages[$0] }) {
      case .bridge(let unit): self.init(.control, Self.words(unit), gist: "BPDU")
      case .aggregation: self.init(.control, "LACPDU")
      default: self.init(.other, "ethertype \(type.rawValue)", bytes: Int(content.length))
      }
    }
  }

  private init(_ packet: IPv4Packet, _ messages: MessageTable) {
    if packet.isFragment, packet.fragmentOffset > 0 {
      self.init(.other, "part of a datagram", bytes: Int(packet.length) - 20)
      return
    }
    switch packet.payload {
    case .icmp(let message): self.init(.icmp, "ICMP " + Self.words(message, messages))
    case .udp(let datagram): self.init(datagram, messages)
    case .tcp(let segment): self.init(segment, messages)
    case .other(let number, let content):
      self.init(.other, "IP protocol \(number.rawValue)", bytes: Int(content.length))
    }
  }

  private static func words(_ packet: ARPPacket) -> String {
    guard packet.operation == .request else { return "ARP \(packet.senderAddress) is at \(packet.senderHardware)" }
    if packet.senderAddress == packet.targetAddress { return "ARP I have \(packet.targetAddress)" }
    if packet.senderAddress.isAny { return "ARP probe: who has \(packet.targetAddress)?" }
    return "ARP who has \(packet.targetAddress)?"
  }

  private static func words(_ unit: BridgeProtocolDataUnit) -> String {
    switch unit {
    case .configuration: "BPDU"
    case .rapid(_, let rapid):
      "RSTP" + (rapid.isProposal ? " proposal" : rapid.isAgreement ? " agreement" : " BPDU")
    case .topologyChange: "BPDU: the topology changes"
    }
  }

  private static func words(_ message: ICMPMessage, _ messages: MessageTable) -> String {
    switch message.kind {
    case .echoRequest: return "echo request"
    case .echoReply: return "echo reply"
    case .redirect(_, let gateway): return "redirect to \(gateway)"
    case .unreachable(.fragmentationNeeded, let mtu): return "fragmentation needed, MTU \(mtu)"
    case .unreachable, .timeExceeded:
      return English().refused(message.kind)?.split(separator: " ").dropFirst().joined(separator: " ") ?? "error"
    case .other(let type, let code, _): return "type \(type), code \(code)"
    }
  }

  private init(_ datagram: UDPDatagram, _ messages: MessageTable) {
    switch datagram.content.offset == 0 ? datagram.content.message.flatMap({ messages[$0] }) : nil {
    case .dhcp(let message): self.init(.dhcp, Self.words(message))
    case .dns(let message): self.init(.dns, Self.words(message))
    default:
      let length = max(0, Int(datagram.length) - 8)
      let port = "UDP to :\(datagram.destinationPort)"
      self.init(.udp, "\(port), \(length) bytes", gist: port, bytes: length)
    }
  }

  private static func words(_ message: DHCPMessage) -> String {
    let name = "DHCP \(message.kind?.name ?? "message")"
    if message.yourAddress != .any { return "\(name) \(message.yourAddress)" }
    for case .requestedAddress(let address) in message.options { return "\(name) \(address)" }
    return message.clientAddress == .any ? name : "\(name) \(message.clientAddress)"
  }

  private static func words(_ message: DNSMessage) -> String {
    let name = message.questions.first.map { "\($0.name)" } ?? ""
    guard message.isResponse else { return "DNS \(name)?" }
    switch message.code {
    case .noError: break
    case .nameError: return "DNS no such name"
    case .refused: return "DNS refused"
    case .serverFailure: return "DNS server failure"
    default: return "DNS error \(message.code.rawValue)"
    }
    for answer in message.answers {
      if case .address(let address) = answer.data { return "DNS \(name) is \(address)" }
    }
    return "DNS no address"
  }

  private init(_ segment: TCPSegment, _ messages: MessageTable) {
    if segment.content.offset == 0, let id = segment.content.message, case .http(let message) = messages[id] {
      switch message {
      case .request(_, let path): self.init(.http, "HTTP GET \(path)")
      case .response(let status, let length):
        self.init(.http, "HTTP \(status), \(length) bytes", gist: "HTTP \(status)")
      }
      return
    }
    let length = Int(segment.content.length)
    let flags = segment.flags
    if flags.contains(.syn) {
      self.init(.tcp, flags.contains(.ack) ? "TCP SYN ACK" : "TCP SYN to :\(segment.destinationPort)")
    } else if flags.contains(.rst) {
      self.init(.tcp, "TCP RST")
    } else if flags.contains(.fin) {
      self.init(.tcp, length > 0 ? "TCP FIN, \(length) bytes" : "TCP FIN", gist: "TCP FIN")
    } else if length > 0 {
      self.init(.tcp, "TCP \(length) bytes", gist: "TCP data", bytes: length)
    } else {
      self.init(.tcp, "TCP ACK")
    }
  }
}
