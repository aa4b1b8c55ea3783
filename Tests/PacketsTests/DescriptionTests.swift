import Packets
import Testing

/// Compared with what tcpdump 4.99.3 prints for the same bytes.
@Suite("One line in tcpdump's words") struct DescriptionTests {
  private let quoted = IPv4Packet(
    source: IPv4Address(10, 0, 0, 3), destination: IPv4Address(10, 0, 0, 9),
    payload: .udp(UDPDatagram(sourcePort: 5, destinationPort: 53, content: .pattern(length: 20))))

  private func line(_ kind: ICMPMessage.Kind) -> String {
    var messages = MessageTable()
    let content = messages.content(of: .quote(Quote(quoted, length: 48)))
    return described(frame(.icmp(ICMPMessage(kind, content: content))), messages)
  }

  @Test(
    "unreachable names what was not reached",
    arguments: [
      (.network, "net 10.0.0.9 unreachable"), (.host, "host 10.0.0.9 unreachable"),
      (.protocol, "10.0.0.9 protocol 17 unreachable"), (.port, "10.0.0.9 udp port 53 unreachable"),
      (.fragmentationNeeded, "10.0.0.9 unreachable - need to frag (mtu 1400)"),
      (.sourceRouteFailed, "10.0.0.9 unreachable - source route failed"),
      (.networkUnknown, "net 10.0.0.9 unreachable - unknown"),
      (.hostUnknown, "host 10.0.0.9 unreachable - unknown"),
      (.hostIsolated, "10.0.0.9 unreachable - source host isolated"),
      (.networkProhibited, "net 10.0.0.9 unreachable - admin prohibited"),
      (.hostProhibited, "host 10.0.0.9 unreachable - admin prohibited"),
      (.networkForService, "net 10.0.0.9 unreachable - tos prohibited"),
      (.hostForService, "host 10.0.0.9 unreachable - tos prohibited"),
      (.administrativelyProhibited, "host 10.0.0.9 unreachable - admin prohibited filter"),
      (.precedenceViolation, "host 10.0.0.9 unreachable - host precedence violation"),
      (.precedenceCutoff, "host 10.0.0.9 unreachable - precedence cutoff"),
      (UnreachableCode(rawValue: 16), "10.0.0.9 unreachable - #16"),
    ] as [(UnreachableCode, String)])
  func unreachable(code: UnreachableCode, words: String) {
    #expect(line(.unreachable(code, mtu: 1400)) == "IP 10.0.0.2 > 10.0.0.3: ICMP \(words), length 56")
  }

  /// Protocol Numbers, IANA.
  @Test(
    "a protocol that is not read is named, where it has a name",
    arguments: [
      (2, "igmp"), (4, "ipip"), (47, "gre"), (50, "esp"), (51, "ah"), (89, "ospf"), (112, "vrrp"), (132, "sctp"),
      (52, "ip-proto-52"), (253, "ip-proto-253"),
    ] as [(UInt8, String)])
  func protocols(number: UInt8, name: String) {
    let packet = frame(.other(IPProtocol(rawValue: number), .pattern(length: 20)))
    #expect(described(packet, MessageTable()).hasPrefix("IP 10.0.0.2 > 10.0.0.3: \(name)"))
  }

  @Test(
    "other errors",
    arguments: [
      (.timeExceeded(code: 0), "time exceeded in-transit"),
      (.timeExceeded(code: 1), "ip reassembly time exceeded"),
      (.redirect(code: 0, gateway: .broadcast), "redirect 10.0.0.9 to net 255.255.255.255"),
      (.redirect(code: 1, gateway: .broadcast), "redirect 10.0.0.9 to host 255.255.255.255"),
      (.redirect(code: 3, gateway: .broadcast), "redirect-tos 10.0.0.9 to host 255.255.255.255"),
    ] as [(ICMPMessage.Kind, String)])
  func errors(kind: ICMPMessage.Kind, words: String) {
    #expect(line(kind) == "IP 10.0.0.2 > 10.0.0.3: ICMP \(words), length 56")
  }

  @Test(
    "flags stand in their order, and a sequence number where it says something",
    arguments: [
      (.syn, 0, "Flags [S], seq 7, win 65535, length 0"),
      ([.ack], 0, "Flags [.], ack 9, win 65535, length 0"),
      ([.ack, .psh], 5, "Flags [P.], seq 7:12, ack 9, win 65535, length 5"),
      ([.fin, .ack], 0, "Flags [F.], seq 7, ack 9, win 65535, length 0"),
      (.rst, 0, "Flags [R], seq 7, win 65535, length 0"), ([], 0, "Flags [none], win 65535, length 0"),
      ([.urg, .ece, .cwr], 0, "Flags [UEW], win 65535, urg 0, length 0"),
    ] as [(TCPSegment.Flags, UInt16, String)])
  func segments(flags: TCPSegment.Flags, length: UInt16, words: String) {
    let segment = TCPSegment(
      sourcePort: 40001, destinationPort: 80, sequence: 7, acknowledgment: 9, flags: flags,
      content: .pattern(length: length))
    #expect(described(frame(.tcp(segment)), MessageTable()) == "IP 10.0.0.2.40001 > 10.0.0.3.80: \(words)")
  }

  @Test("DHCP by direction and message", arguments: [(1, "Request from 00:0c:29:00:00:01"), (2, "Reply")])
  func dhcp(operation: UInt8, words: String) throws {
    var messages = MessageTable()
    let hardware = try #require(MACAddress("00:0c:29:00:00:01"))
    let message = DHCPMessage(
      operation: operation, transaction: 1, clientHardware: hardware, options: [.messageType(.discover)])
    let datagram = UDPDatagram(
      sourcePort: 68, destinationPort: 67, content: messages.content(of: .dhcp(message)))
    let line = described(frame(.udp(datagram)), messages)
    #expect(line == "IP 10.0.0.2.68 > 10.0.0.3.67: BOOTP/DHCP, \(words), length 300: Discover")
  }

  @Test(
    "DNS answers",
    arguments: [
      (0, true, true, "12345* 2/0/0 CNAME o.example.net., A 0.0.0.0 (65)"),
      (3, true, false, "12345 NXDomain*- 0/0/0 (33)"),
      (5, false, true, "12345 Refused 0/0/0 (33)"), (2, false, false, "12345 ServFail- 0/0/0 (33)"),
    ] as [(UInt8, Bool, Bool, String)])
  func dns(code: UInt8, isAuthoritative: Bool, recurses: Bool, words: String) throws {
    var messages = MessageTable()
    let www = try #require(DomainName("www.example.net"))
    let origin = try #require(DomainName("o.example.net"))
    var message = DNSMessage(identifier: 12345, isResponse: true, questions: [.init(www, .a)])
    message.code = .init(rawValue: code)
    message.isAuthoritative = isAuthoritative
    message.recursionAvailable = recurses
    if code == 0 {
      message.answers = [
        .init(www, timeToLive: 1, .canonicalName(origin)), .init(origin, timeToLive: 1, .address(.any)),
      ]
    }
    let datagram = UDPDatagram(
      sourcePort: 53, destinationPort: 4000, content: messages.content(of: .dns(message)))
    #expect(described(frame(.udp(datagram)), messages) == "IP 10.0.0.2.53 > 10.0.0.3.4000: \(words)")
  }

  @Test(
    "DNS questions by their type",
    arguments: [
      (1, "A"), (2, "NS"), (5, "CNAME"), (6, "SOA"), (12, "PTR"), (15, "MX"), (16, "TXT"), (28, "AAAA"), (33, "SRV"),
      (255, "ANY"), (99, "Type99"),
    ] as [(UInt16, String)])
  func question(type: UInt16, word: String) throws {
    var messages = MessageTable()
    let www = try #require(DomainName("www.example.net"))
    let message = DNSMessage(identifier: 7, isResponse: false, questions: [.init(www, .init(rawValue: type))])
    let datagram = UDPDatagram(sourcePort: 4000, destinationPort: 53, content: messages.content(of: .dns(message)))
    #expect(described(frame(.udp(datagram)), messages).contains(" \(word)? www.example.net. (33)"))
  }

  @Test("a tag stands in front")
  func tag() throws {
    var tagged = frame(UDPDatagram(sourcePort: 1, destinationPort: 2, content: .pattern(length: 3)))
    tagged.tag = VLANTag(try #require(VLANID(rawValue: 100)), priority: 5)
    #expect(described(tagged, MessageTable()) == "vlan 100, p 5, IP 10.0.0.2.1 > 10.0.0.3.2: UDP, length 3")
  }
}
