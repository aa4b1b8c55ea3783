import Packets

/// What a message says, as far as a ladder tells it; each language has its words for it.
///
/// A number of bytes is nil where it is left out, as it is of many that are alike.
enum Saying: Hashable {
  // ARP
  case asksFor(IPv4Address)
  case probes(IPv4Address)
  case announces(IPv4Address)
  case tells(IPv4Address, isAt: MACAddress)
  // DHCP
  case lease(DHCPMessage.Kind?, IPv4Address?)
  // DNS
  case asksForName(String)
  case name(String, is: IPv4Address)
  case noAddress, noSuchName, nameRefused, serverFailure
  case nameError(UInt8)
  // TCP
  case syn(port: UInt16)
  case synAck, ack, rst
  case data(bytes: Int?)
  case fin(bytes: Int?)
  /// The journal only counted them.
  case segments
  // HTTP
  case get(path: String)
  case page(status: UInt16, bytes: Int?)
  // ICMP
  case echoRequest, echoReply
  case redirect(to: IPv4Address)
  case tooBig(mtu: UInt16)
  /// Told by the name of the error alone.
  case refusal(ICMPMessage.Kind)
  case icmp(type: UInt8, code: UInt8)
  // UDP
  case datagram(port: UInt16, bytes: Int?)
  // Bridges
  case bridgeUnit, topologyChange
  case rapidUnit(RapidUnit)
  case aggregationUnit
  // Others
  case fragment(bytes: Int?)
  case payload(IPProtocol, bytes: Int?)
  case frame(EtherType, bytes: Int?)

  enum RapidUnit {
    case plain, proposal, agreement
  }
}

extension Saying {
  var topic: Topic {
    switch self {
    case .asksFor, .probes, .announces, .tells: .arp
    case .lease: .dhcp
    case .asksForName, .name, .noAddress, .noSuchName, .nameRefused, .serverFailure, .nameError: .dns
    case .syn, .synAck, .ack, .rst, .data, .fin, .segments: .tcp
    case .get, .page: .http
    case .echoRequest, .echoReply, .redirect, .tooBig, .refusal, .icmp: .icmp
    case .datagram: .udp
    case .bridgeUnit, .topologyChange, .rapidUnit, .aggregationUnit: .control
    case .fragment, .payload, .frame: .other
    }
  }

  /// The same of all that are alike.
  var gist: Saying {
    switch self {
    case .data: .data(bytes: nil)
    case .fin: .fin(bytes: nil)
    case .page(let status, _): .page(status: status, bytes: nil)
    case .datagram(let port, _): .datagram(port: port, bytes: nil)
    case .topologyChange, .rapidUnit: .bridgeUnit
    case .fragment: .fragment(bytes: nil)
    case .payload(let number, _): .payload(number, bytes: nil)
    case .frame(let type, _): .frame(type, bytes: nil)
    default: self
    }
  }

  /// What is summed up of many that are alike.
  var bytes: Int {
    switch self {
    case .data(let bytes), .datagram(_, let bytes), .fragment(let bytes), .payload(_, let bytes), .frame(_, let bytes):
      bytes ?? 0
    default: 0
    }
  }

  /// It opens something, so that it has to say whom it is for.
  var isOpening: Bool {
    switch topic {
    case .tcp: if case .syn = self { true } else { false }
    case .http, .arp, .control: false
    case .dhcp, .dns, .icmp, .udp, .other: true
    }
  }

  /// Its words tell a port, and the address with it.
  var hasPort: Bool {
    switch self {
    case .syn, .datagram: true
    default: false
    }
  }
}
