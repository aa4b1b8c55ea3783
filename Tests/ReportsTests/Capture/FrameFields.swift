import Foundation
import Packets

/// What a dissector should read in a frame, by tshark's names of fields; what is not here should not be there.
struct FrameFields {
  static let names = [
    "frame.len", "eth.dst", "eth.src", "vlan.id", "vlan.priority", "arp.opcode", "arp.src.hw_mac", "arp.src.proto_ipv4",
    "arp.dst.hw_mac", "arp.dst.proto_ipv4", "ip.src", "ip.dst", "ip.len", "ip.ttl", "ip.id", "ip.flags.df",
    "ip.flags.mf", "ip.frag_offset",
    "udp.srcport", "udp.dstport", "udp.length", "tcp.srcport", "tcp.dstport", "tcp.seq_raw", "tcp.ack_raw",
    "tcp.flags", "tcp.window_size_value", "tcp.options.mss_val",
    "tcp.options.wscale.shift", "tcp.options.sack_le", "tcp.options.sack_re", "tcp.urgent_pointer", "icmp.type",
    "icmp.code", "icmp.ident", "icmp.seq",
    "icmp.mtu", "icmp.redir_gw", "dhcp.id", "dhcp.option.dhcp", "dhcp.ip.client", "dhcp.ip.your", "dhcp.ip.relay",
    "dhcp.hw.mac_addr", "dhcp.option.ip_address_lease_time", "dhcp.option.requested_ip_address",
    "dhcp.option.dhcp_server_id",
    "dhcp.option.subnet_mask", "dhcp.option.router", "dhcp.option.domain_name_server", "dhcp.option.hostname",
    "dhcp.option.renewal_time_value", "dhcp.flags.bc", "dhcp.secs", "dhcp.hops", "dns.id", "dns.flags.response",
    "dns.flags.rcode", "dns.flags.authoritative",
    "dns.flags.recdesired", "dns.flags.recavail", "dns.count.answers", "dns.qry.name", "dns.qry.type", "dns.a",
    "dns.cname", "dns.resp.ttl",
    "vxlan.vni",
  ]

  private var values: [String: String] = [:]

  init(_ frame: EthernetFrame, _ messages: MessageTable) {
    values["frame.len"] = "\(frame.length)"
    values["eth.dst"] = frame.destination.description
    values["eth.src"] = frame.source.description
    values["vlan.id"] = (frame.tag?.control).map { "\($0 & 0xfff)" }
    values["vlan.priority"] = (frame.tag?.control).map { "\($0 >> 13)" }
    switch frame.payload {
    case .arp(let packet): add(packet)
    case .ipv4(let packet): add(packet, messages)
    case .other: break
    }
  }

  /// In the order of the names.
  var list: [String] { Self.names.map { values[$0] ?? "" } }

  private static func hexadecimal(_ number: some BinaryInteger, _ digits: Int) -> String {
    let text = String(number, radix: 16)
    return "0x" + String(repeating: "0", count: max(0, digits - text.count)) + text
  }

  private mutating func add(_ packet: ARPPacket) {
    values["arp.opcode"] = "\(packet.operation.rawValue)"
    values["arp.src.hw_mac"] = packet.senderHardware.description
    values["arp.src.proto_ipv4"] = packet.senderAddress.description
    values["arp.dst.hw_mac"] = packet.targetHardware.description
    values["arp.dst.proto_ipv4"] = packet.targetAddress.description
  }

  private mutating func add(_ packet: IPv4Packet, _ messages: MessageTable) {
    values["ip.src"] = packet.source.description
    values["ip.dst"] = packet.destination.description
    values["ip.len"] = "\(packet.length)"
    values["ip.ttl"] = "\(packet.timeToLive)"
    values["ip.id"] = Self.hexadecimal(packet.identification, 4)
    values["ip.flags.df"] = packet.dontFragment ? "1" : "0"
    values["ip.flags.mf"] = packet.moreFragments ? "1" : "0"
    values["ip.frag_offset"] = "\(packet.fragmentOffset / 8)"
    switch packet.payload {
    case .icmp(let message): add(message, messages)
    case .udp(let datagram): add(datagram, isFragment: packet.isFragment, messages)
    case .tcp(let segment): add(segment, messages)
    case .other: break
    }
  }

  private mutating func add(_ datagram: UDPDatagram, isFragment: Bool, _ messages: MessageTable) {
    values["udp.srcport"] = "\(datagram.sourcePort)"
    values["udp.dstport"] = "\(datagram.destinationPort)"
    values["udp.length"] = "\(datagram.length)"
    guard let id = datagram.content.message else { return }
    switch messages[id] {
    case .dhcp(let message)? where !isFragment: add(message)
    case .dns(let message)? where !isFragment: add(message)
    case .encapsulated(let inside)?
    where [datagram.sourcePort, datagram.destinationPort].contains(EncapsulatedFrame.port):
      values["vxlan.vni"] = "\(inside.identifier >> 8)"
      // Of what is there twice the first counts, which is outside.
      values.merge(FrameFields(inside.frame, messages).values) { outside, _ in outside }
    default: break
    }
  }

  private mutating func add(_ segment: TCPSegment, _ messages: MessageTable) {
    values["tcp.srcport"] = "\(segment.sourcePort)"
    values["tcp.dstport"] = "\(segment.destinationPort)"
    values["tcp.seq_raw"] = "\(segment.sequence)"
    values["tcp.ack_raw"] = "\(segment.acknowledgment)"
    values["tcp.flags"] = Self.hexadecimal(segment.flags.rawValue, 4)
    values["tcp.window_size_value"] = "\(segment.window)"
    values["tcp.urgent_pointer"] = "\(segment.urgentPointer)"
    if segment.maximumSegmentSize > 0 { values["tcp.options.mss_val"] = "\(segment.maximumSegmentSize)" }
    if segment.windowScale != TCPSegment.noWindowScale {
      values["tcp.options.wscale.shift"] = "\(segment.windowScale)"
    }
    guard segment.selectiveBlockCount > 0 else { return }
    let block = segment.selectiveBlocks(messages)[0]
    values["tcp.options.sack_le"] = "\(block.start)"
    values["tcp.options.sack_re"] = "\(block.end)"
  }

  private mutating func add(_ message: ICMPMessage, _ messages: MessageTable) {
    func set(_ type: Int, _ code: UInt8) {
      values["icmp.type"] = "\(type)"
      values["icmp.code"] = "\(code)"
    }
    switch message.kind {
    case .echoRequest(let identifier, let sequence): setEcho(8, identifier, sequence)
    case .echoReply(let identifier, let sequence): setEcho(0, identifier, sequence)
    case .unreachable(let code, let mtu):
      set(3, code.rawValue)
      if code == .fragmentationNeeded { values["icmp.mtu"] = "\(mtu)" }
    case .timeExceeded(let code): set(11, code)
    case .redirect(let code, let gateway):
      set(5, code)
      values["icmp.redir_gw"] = gateway.description
    case .other(let type, let code, _): set(Int(type), code)
    }
    // The dissector goes on into the packet that an error quotes.
    guard message.kind.isError, let id = message.content.message, case .quote(let quote)? = messages[id] else { return }
    addQuoted(quote.packet, messages)
    // Of a segment that a redirect quotes it reads no more than the eight bytes of RFC 792.
    if case .redirect = message.kind {
      for field in ["tcp.ack_raw", "tcp.flags", "tcp.window_size_value", "tcp.urgent_pointer"] { values[field] = nil }
    }
  }

  private mutating func setEcho(_ type: Int, _ identifier: UInt16, _ sequence: UInt16) {
    values["icmp.type"] = "\(type)"
    values["icmp.code"] = "0"
    values["icmp.ident"] = "\(identifier)"
    values["icmp.seq"] = "\(sequence)"
  }

  private mutating func addQuoted(_ packet: IPv4Packet, _ messages: MessageTable) {
    switch packet.payload {
    case .udp(let datagram): add(datagram, isFragment: packet.isFragment, messages)
    case .tcp(let segment):
      add(segment, messages)
      // Of a quoted segment the dissector tells the number under another name.
      values["tcp.seq_raw"] = nil
    case .icmp(let inner):
      switch inner.kind {
      case .echoRequest(let identifier, let sequence), .echoReply(let identifier, let sequence):
        values["icmp.ident"] = "\(identifier)"
        values["icmp.seq"] = "\(sequence)"
      default: break
      }
    case .other: break
    }
  }

  private mutating func add(_ message: DHCPMessage) {
    values["dhcp.id"] = Self.hexadecimal(message.transaction, 8)
    values["dhcp.option.dhcp"] = message.kind.map { "\($0.rawValue)" }
    values["dhcp.ip.client"] = message.clientAddress.description
    values["dhcp.ip.your"] = message.yourAddress.description
    values["dhcp.ip.relay"] = message.relayAgent.description
    values["dhcp.hw.mac_addr"] = message.clientHardware.description
    values["dhcp.flags.bc"] = message.wantsBroadcast ? "1" : "0"
    values["dhcp.secs"] = "\(message.seconds)"
    values["dhcp.hops"] = "\(message.hops)"
    for option in message.options {
      switch option {
      case .leaseTime(let seconds): values["dhcp.option.ip_address_lease_time"] = "\(seconds)"
      case .requestedAddress(let address): values["dhcp.option.requested_ip_address"] = address.description
      case .serverIdentifier(let address): values["dhcp.option.dhcp_server_id"] = address.description
      case .subnetMask(let mask): values["dhcp.option.subnet_mask"] = mask.description
      case .routers(let routers): values["dhcp.option.router"] = routers.first?.description
      case .domainNameServers(let servers): values["dhcp.option.domain_name_server"] = servers.first?.description
      case .hostName(let name): values["dhcp.option.hostname"] = name
      case .renewalTime(let seconds): values["dhcp.option.renewal_time_value"] = "\(seconds)"
      default: break
      }
    }
  }

  private mutating func add(_ message: DNSMessage) {
    values["dns.id"] = Self.hexadecimal(message.identifier, 4)
    values["dns.flags.response"] = message.isResponse ? "1" : "0"
    values["dns.flags.rcode"] = message.isResponse ? "\(message.code.rawValue)" : nil
    values["dns.flags.authoritative"] = message.isResponse ? (message.isAuthoritative ? "1" : "0") : nil
    values["dns.flags.recdesired"] = message.recursionDesired ? "1" : "0"
    values["dns.flags.recavail"] = message.isResponse ? (message.recursionAvailable ? "1" : "0") : nil
    values["dns.count.answers"] = "\(message.answers.count)"
    values["dns.qry.name"] = message.questions.first?.name.text
    values["dns.qry.type"] = message.questions.first.map { "\($0.type.rawValue)" }
    values["dns.resp.ttl"] = message.answers.first.map { "\($0.timeToLive)" }
    for answer in message.answers.reversed() {
      switch answer.data {
      case .address(let address): values["dns.a"] = address.description
      case .canonicalName(let name): values["dns.cname"] = name.text
      case .other: break
      }
    }
  }
}
