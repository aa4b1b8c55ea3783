/// The frame in one line, in tcpdump's words (as `tcpdump -n -S` prints it, with the tag in front where there is one).
public func described(_ frame: EthernetFrame, _ messages: MessageTable) -> String {
  let tag = frame.tag.map { "\($0.described), " } ?? ""
  switch frame.payload {
  case .arp(let packet): return tag + packet.described
  case .ipv4(let packet): return tag + described(packet, messages)
  case .other(let type, let content):
    switch content.message.flatMap({ messages[$0] }) {
    case .bridge(let unit): return tag + unit.described
    case .aggregation(let unit): return tag + unit.described
    default: break
    }
    return tag + "ethertype Unknown (\(hexadecimal(type.rawValue))), length \(content.length)"
  }
}

/// The packet in one line, from "IP" on.
public func described(_ packet: IPv4Packet, _ messages: MessageTable) -> String {
  let text = { (source: String, destination: String, rest: String) in
    "IP \(packet.source)\(source) > \(packet.destination)\(destination): \(rest)"
  }
  switch packet.payload {
  case .icmp(let message): return text("", "", message.described(to: packet.destination, messages))
  case .udp(let datagram):
    return text(".\(datagram.sourcePort)", ".\(datagram.destinationPort)", datagram.described(messages))
  case .tcp(let segment):
    return text(".\(segment.sourcePort)", ".\(segment.destinationPort)", segment.described(messages))
  case .other(let number, let content):
    return text("", "", packet.isFragment ? number.described : "\(number.described) \(content.length)")
  }
}

extension VLANTag {
  var described: String {
    "vlan \(control & 0x0fff), p \(priority)\(isDropEligible ? ", DEI" : "")"
  }
}

extension ARPPacket {
  var described: String {
    let length = "length \(ARPPacket.length)"
    switch operation {
    case .request:
      let known = targetHardware == .zero ? "" : " (\(targetHardware))"
      return "ARP, Request who-has \(targetAddress)\(known) tell \(senderAddress), \(length)"
    case .reply: return "ARP, Reply \(senderAddress) is-at \(senderHardware), \(length)"
    default: return "ARP, Unknown (\(operation.rawValue)), \(length)"
    }
  }
}

extension IPProtocol {
  /// The keyword of the protocol (Protocol Numbers, IANA) in small letters.
  var described: String {
    switch rawValue {
    case 1: "icmp"
    case 2: "igmp"
    case 4: "ipip"
    case 6: "tcp"
    case 17: "udp"
    case 47: "gre"
    case 50: "esp"
    case 51: "ah"
    case 89: "ospf"
    case 112: "vrrp"
    case 132: "sctp"
    default: "ip-proto-\(rawValue)"
    }
  }
}

/// Four digits behind 0x.
func hexadecimal(_ value: UInt16) -> String {
  let digits = String(value, radix: 16)
  return "0x" + String(repeating: "0", count: 4 - digits.count) + digits
}
