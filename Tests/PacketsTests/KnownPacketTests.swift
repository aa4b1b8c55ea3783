import Packets
import Testing

@Suite("Known packets") struct KnownPacketTests {
  @Test("RFC 1071, 3: the sum of the example is ddf2")
  func exampleOfTheStandard() {
    var checksum = InternetChecksum()
    checksum.add([0x00, 0x01, 0xf2, 0x03, 0xf4, 0xf5, 0xf6, 0xf7])
    #expect(checksum.value == ~(0xddf2 as UInt16))
  }

  @Test("an odd last byte counts as if a zero followed; carries are folded until none is left")
  func oddAndFull() {
    var odd = InternetChecksum()
    odd.add([0x12, 0x34, 0x56])
    #expect(odd.value == ~(0x1234 + 0x5600 as UInt16))
    var full = InternetChecksum()
    full.add([UInt8](repeating: 0xff, count: 65536)[...])
    #expect(full.value == 0)
    #expect(InternetChecksum().value == 0xffff)
  }

  @Test("what a Linux kernel sent is read and made again byte for byte", arguments: Capture.all)
  func captured(hexadecimal: String) throws {
    var messages = MessageTable()
    let frame = try EthernetFrame.decode(bytes(hexadecimal), into: &messages)
    #expect(frame.encoded(messages) == bytes(hexadecimal))
    #expect(frame.length == bytes(hexadecimal).count)
  }

  @Test(
    "one line for each, in tcpdump's words",
    arguments: [
      (Capture.arpRequest, "ARP, Request who-has 10.0.0.3 tell 10.0.0.2, length 28"),
      (Capture.arpReply, "ARP, Reply 10.0.0.3 is-at 00:0c:29:00:00:02, length 28"),
      (Capture.dnsQuery, "IP 10.0.0.2.40001 > 10.0.0.3.53: 12345+ A? www.example.net. (33)"),
      (Capture.portUnreachable, "IP 10.0.0.3 > 10.0.0.2: ICMP 10.0.0.3 udp port 53 unreachable, length 69"),
      (
        Capture.syn,
        "IP 10.0.0.2.40002 > 10.0.0.3.80: Flags [S], seq 3028672877, win 64240, options [mss 1460,nop,nop,sackOK,nop,wscale 10], length 0"
      ),
      (
        Capture.synAck,
        "IP 10.0.0.3.80 > 10.0.0.2.40002: Flags [S.], seq 308609235, ack 3028672878, win 64240, options [mss 1460,nop,nop,sackOK,nop,wscale 10], length 0"
      ),
      (
        Capture.httpRequest,
        "IP 10.0.0.2.40002 > 10.0.0.3.80: Flags [P.], seq 3028672878:3028672920, ack 308609236, win 63, length 42: HTTP: GET /a HTTP/1.1"
      ),
      (
        Capture.httpResponse,
        "IP 10.0.0.3.80 > 10.0.0.2.40002: Flags [P.], seq 308609236:308609305, ack 3028672920, win 63, length 69: HTTP: HTTP/1.1 200 OK"
      ),
      (
        Capture.finAck,
        "IP 10.0.0.3.80 > 10.0.0.2.40002: Flags [F.], seq 308609305, ack 3028672920, win 63, length 0"
      ),
      (Capture.echoRequest, "IP 127.0.0.1 > 127.0.0.1: ICMP echo request, id 10885, seq 2, length 19"),
    ])
  func words(hexadecimal: String, line: String) throws {
    var messages = MessageTable()
    let frame = try EthernetFrame.decode(bytes(hexadecimal), into: &messages)
    #expect(described(frame, messages) == line)
  }

  @Test("the payloads behind the known ports are messages, and an error quotes a packet")
  func messages() throws {
    var messages = MessageTable()
    let query = try EthernetFrame.decode(bytes(Capture.dnsQuery), into: &messages)
    let name = try #require(DomainName("www.example.net"))
    let expected = DNSMessage(identifier: 12345, isResponse: false, questions: [.init(name, .a)])
    #expect(query.message.flatMap { messages[$0] } == .dns(expected))

    let error = try EthernetFrame.decode(bytes(Capture.portUnreachable), into: &messages)
    guard case .ipv4(let packet) = error.payload, case .icmp(let icmp) = packet.payload,
      let quoted = icmp.quotedPacket(messages), case .ipv4(let asked) = query.payload
    else {
      Issue.record("no quoted packet")
      return
    }
    #expect(icmp.kind == .unreachable(.port, mtu: 0))
    #expect(quoted.resolved(messages) == asked.resolved(messages))

    let request = try EthernetFrame.decode(bytes(Capture.httpRequest), into: &messages)
    #expect(request.message.flatMap { messages[$0] } == .http(.request(host: "www.example.net", path: "/a")))
    let response = try EthernetFrame.decode(bytes(Capture.httpResponse), into: &messages)
    #expect(response.message.flatMap { messages[$0] } == .http(.response(status: 200, bodyLength: 5)))
  }

  @Test(
    "a page's status comes with its reason phrase (RFC 9110, 15), and one that has none with an empty one",
    arguments: [
      (200, "OK"), (204, "No Content"), (301, "Moved Permanently"), (302, "Found"), (304, "Not Modified"),
      (400, "Bad Request"), (403, "Forbidden"), (404, "Not Found"), (500, "Internal Server Error"),
      (502, "Bad Gateway"), (503, "Service Unavailable"), (504, "Gateway Timeout"), (299, ""),
    ] as [(UInt16, String)])
  func reasonPhrase(status: UInt16, phrase: String) {
    var messages = MessageTable()
    let page = messages.content(of: .http(.response(status: status, bodyLength: 0)))
    let segment = TCPSegment(sourcePort: 80, destinationPort: 40000, sequence: 0, flags: .ack, content: page)
    let packet = IPv4Packet(source: .any, destination: .any, payload: .tcp(segment))
    let words = described(EthernetFrame(destination: .zero, source: .zero, payload: .ipv4(packet)), messages)
    #expect(words.hasSuffix("HTTP: HTTP/1.1 \(status) \(phrase)"), "\(words)")
  }

  @Test("a frame is small and trivially copyable, so that flooding it copies words")
  func size() {
    func requireBitwiseCopyable<T: BitwiseCopyable>(_: T.Type) -> Int { MemoryLayout<T>.stride }
    #expect(requireBitwiseCopyable(EthernetFrame.self) <= 96)
  }
}
