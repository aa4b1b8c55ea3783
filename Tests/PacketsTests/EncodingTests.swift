import Packets
import Testing

@Suite("Encoding") struct EncodingTests {
  /// RFC 768: zero is written as all ones, since zero says that there is no checksum.
  @Test("a UDP checksum that comes to zero is written as ffff")
  func zeroChecksum() throws {
    var messages = MessageTable()
    var zeros = 0
    for last in UInt16.min...UInt16.max {
      let value = [UInt8(last >> 8), UInt8(last & 255)]
      let sum = frame(
        UDPDatagram(sourcePort: 1, destinationPort: 2, content: messages.content(of: .bytes(value))))
      let bytes = sum.encoded(messages)
      if bytes[40] == 0xff, bytes[41] == 0xff { zeros += 1 }
      #expect(bytes[40] != 0 || bytes[41] != 0)
      if let id = sum.message {
        messages.retain(id)
        messages.release(id)
      }
    }
    #expect(zeros == 1, "one of 65536 words makes the sum ffff")
  }

  @Test("without a checksum the field is zero, and nothing is verified")
  func noChecksum() throws {
    var messages = MessageTable()
    var datagram = UDPDatagram(sourcePort: 1, destinationPort: 2, content: .pattern(length: 20))
    datagram.hasChecksum = false
    var bytes = frame(datagram).encoded(messages)
    #expect(bytes[40...41] == [0, 0])
    bytes[50] ^= 1
    let decoded = try EthernetFrame.decode(bytes, into: &messages)
    guard case .ipv4(let packet) = decoded.payload, case .udp(let read) = packet.payload else {
      Issue.record("no datagram")
      return
    }
    #expect(!read.hasChecksum)
  }

  @Test("the checksum of a first fragment is that of the whole datagram")
  func fragments() {
    let messages = MessageTable()
    let content = Content.pattern(length: 2001, seed: 5)
    let whole = UDPDatagram(sourcePort: 1, destinationPort: 2, content: content)
    var first = whole
    first.content.length = 1472
    let expected = frame(whole).encoded(messages)[34..<42]
    #expect(frame(.udp(first), fragmentation: 0x2000).encoded(messages)[34..<42] == expected)

    let echo = ICMPMessage(.echoRequest(identifier: 1, sequence: 1), content: content)
    var packet = IPv4Packet(source: .any, destination: .any, fragmentation: 0x2000, payload: .icmp(echo))
    let echoHeader = packet.encoded(messages)[20..<28]
    packet.payload.content.length = 1472
    #expect(packet.encoded(messages)[20..<28] != echoHeader, "the rest is not known")
    packet.unfragmentedLength = 2009
    #expect(packet.encoded(messages)[20..<28] == echoHeader)
  }

  @Test(
    "DHCP is padded to 300 bytes, and grows beyond where its options need it",
    arguments: [(57, 300), (58, 301)])
  func bootpMinimum(optionLength: Int, length: Int) {
    var message = DHCPMessage(operation: 1, transaction: 1, clientHardware: .zero, options: [])
    message.options = [.other(code: 200, bytes: [UInt8](repeating: 1, count: optionLength))]
    #expect(message.encoded().count == length)
    #expect(message.length == length)
    #expect(message.encoded()[236..<240] == [0x63, 0x82, 0x53, 0x63])
  }

  /// RFC 3396, 5.
  @Test(
    "a DHCP option above 255 bytes goes on in the next of its code",
    arguments: [0, 254, 255, 256, 510, 511, 700])
  func longOption(length: Int) throws {
    var messages = MessageTable()
    let options: [DHCPOption] = [
      .messageType(.ack), .other(code: 200, bytes: [UInt8](repeating: 7, count: length)), .leaseTime(9),
    ]
    let message = DHCPMessage(operation: 2, transaction: 1, clientHardware: .zero, options: options)
    let content = messages.content(of: .dhcp(message))
    let bytes = frame(UDPDatagram(sourcePort: 67, destinationPort: 68, content: content)).encoded(messages)
    let decoded = try EthernetFrame.decode(bytes, into: &messages)
    #expect(decoded.message.flatMap { messages[$0] } == .dhcp(message))
  }

  @Test("padding between the parts of a long DHCP option does not part them")
  func paddedLongOption() throws {
    var messages = MessageTable()
    let parts = [UInt8](repeating: 7, count: 255)
    let message = DHCPMessage(
      operation: 2, transaction: 1, clientHardware: .zero, options: [.other(code: 200, bytes: parts + [8])])
    var bytes = message.encoded()
    bytes.insert(contentsOf: [0, 0], at: 240 + 257)
    let datagram = UDPDatagram(
      sourcePort: 67, destinationPort: 68, content: messages.content(of: .bytes(bytes)))
    let decoded = try EthernetFrame.decode(frame(datagram).encoded(messages), into: &messages)
    #expect(decoded.message.flatMap { messages[$0] } == .dhcp(message))
  }

  @Test("DNS names after the first are pointers to it")
  func compression() throws {
    let www = try #require(DomainName("www.example.net"))
    let origin = try #require(DomainName("origin.example.net"))
    var message = DNSMessage(identifier: 1, isResponse: true, questions: [.init(www, .a)])
    message.answers = [
      .init(www, timeToLive: 60, .canonicalName(origin)), .init(origin, timeToLive: 60, .address(.any)),
    ]
    let bytes = message.encoded()
    // Header 12, question 17 + 4, answer 2 + 10 + (7 + 2), answer 2 + 10 + 4.
    #expect(bytes.count == 12 + 21 + 21 + 16)
    #expect(bytes[33..<35] == [0xc0, 12])
    #expect(Array(bytes[45..<54]) == [6] + Array("origin".utf8) + [0xc0, 16])
    #expect(bytes[54..<56] == [0xc0, 45])
  }

  @Test("a quote is cut to its length; a pattern behind the cut is known again, a message is not")
  func quotes() throws {
    var messages = MessageTable()
    let udp = UDPDatagram(sourcePort: 4000, destinationPort: 53, content: .pattern(length: 600))
    let packet = IPv4Packet(source: .any, destination: .any, payload: .udp(udp))
    // A block of the pattern has eight bytes; behind 28 bytes of headers the first is whole.
    for (length, isQuote) in [(27, false), (28, false), (35, false), (36, true), (548, true), (628, true)] {
      let content = messages.content(of: .quote(Quote(packet, length: UInt16(length))))
      #expect(content.length == length)
      let error = frame(.icmp(ICMPMessage(.unreachable(.port, mtu: 0), content: content)))
      let decoded = try EthernetFrame.decode(error.encoded(messages), into: &messages)
      #expect(isEqual(error, in: messages, decoded, in: messages))
      let found: Quote? =
        if case .quote(let quote) = decoded.message.flatMap({ messages[$0] }) { quote } else { nil }
      #expect((found != nil) == isQuote, "\(length)")
      if let found { #expect(found == Quote(packet, length: UInt16(length))) }
    }
  }

  @Test("errors about errors are read so deep, and no deeper", arguments: [(8, true), (9, false)])
  func nesting(depth: Int, isQuote: Bool) throws {
    var messages = MessageTable()
    var packet = IPv4Packet(
      source: .any, destination: .any, payload: .icmp(ICMPMessage(.echoRequest(identifier: 1, sequence: 1))))
    for _ in 0..<depth {
      let content = messages.content(of: .quote(Quote(packet, length: UInt16(packet.length))))
      packet.payload = .icmp(ICMPMessage(.timeExceeded(code: 0), content: content))
    }
    var others = MessageTable()
    let decoded = try IPv4Packet.decode(packet.encoded(messages), into: &others)
    #expect((decoded.resolved(others) == packet.resolved(messages)) == isQuote)
    #expect(decoded.encoded(others) == packet.encoded(messages))
    #expect(others.count == 8 + (isQuote ? 0 : 1))
  }

  @Test(
    "what is too long for its field is cut, and nothing traps", arguments: [UInt8(0), 1, 40, 41, 255])
  func limits(value: UInt8) throws {
    var segment = TCPSegment(sourcePort: 1, destinationPort: 2, sequence: 3, flags: .syn)
    segment.otherOptionsLength = value
    segment.maximumSegmentSize = 1460
    segment.windowScale = 14
    var packet = IPv4Packet(source: .any, destination: .any, optionsLength: value, payload: .tcp(segment))
    let messages = MessageTable()
    #expect(packet.headerLength <= 60 && packet.headerLength % 4 == 0)
    #expect(segment.headerLength <= 60 && segment.headerLength % 4 == 0)
    var others = MessageTable()
    let decoded = try IPv4Packet.decode(packet.encoded(messages), into: &others)
    #expect(decoded.resolved(others) == packet.resolved(messages))
    packet.payload = .udp(UDPDatagram(sourcePort: 1, destinationPort: 2, content: .pattern(length: .max)))
    #expect(packet.encoded(messages).count == packet.length)
  }

  @Test("content that refers to no message is zeros")
  func missing() {
    let content = Content.message(MessageID(rawValue: 9), length: 3)
    #expect(content.bytes(MessageTable()) == [0, 0, 0])
  }
}
