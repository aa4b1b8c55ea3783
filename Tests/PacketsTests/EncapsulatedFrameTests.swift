import Packets
import Testing

/// RFC 7348, 5: frames as the data of datagrams.
@Suite("Encapsulated frames") struct EncapsulatedFrameTests {
  private static let network = VirtualNetworkID(rawValue: 0xabcdef)

  private func inside(_ length: UInt16 = 56) -> EthernetFrame {
    frame(.icmp(ICMPMessage(.echoRequest(identifier: 7, sequence: 1), content: .pattern(length: length, seed: 3))))
  }

  /// Around a frame, to the port of VXLAN.
  private func outer(
    _ inside: EthernetFrame, to port: UInt16 = EncapsulatedFrame.port, into messages: inout MessageTable
  ) throws -> EthernetFrame {
    let network = try #require(Self.network)
    var datagram = UDPDatagram(
      sourcePort: 50_000, destinationPort: port,
      content: messages.content(of: .encapsulated(EncapsulatedFrame(inside, network: network))))
    datagram.hasChecksum = false
    return frame(datagram)
  }

  private func encapsulated(_ frame: EthernetFrame, _ messages: MessageTable) -> EncapsulatedFrame? {
    guard case .encapsulated(let inside)? = frame.message.flatMap({ messages[$0] }) else { return nil }
    return inside
  }

  @Test("a number has 24 bits", arguments: [(0, true), (0xff_ffff, true), (0x100_0000, false)] as [(UInt32, Bool)])
  func numbers(value: UInt32, exists: Bool) { #expect((VirtualNetworkID(rawValue: value) != nil) == exists) }

  @Test("eight bytes of header, with the I flag and nothing reserved, then the frame: 50 bytes more in all")
  func bytes() throws {
    var messages = MessageTable()
    let inside = inside()
    let frame = try outer(inside, into: &messages)
    let bytes = frame.encoded(messages)
    #expect(bytes.count == inside.length + 50 && frame.length == bytes.count)
    #expect(bytes[42..<50] == [8, 0, 0, 0, 0xab, 0xcd, 0xef, 0])
    #expect(bytes[50...] == inside.encoded(messages)[...])
  }

  @Test("is read again at its port, whichever side has it, and at another port is bytes that say the same")
  func ports() throws {
    var messages = MessageTable()
    for (port, isRead) in [(EncapsulatedFrame.port, true), (1194, false)] {
      let sent = try outer(inside(), to: port, into: &messages)
      var others = MessageTable()
      let read = try EthernetFrame.decode(sent.encoded(messages), into: &others)
      #expect((encapsulated(read, others)?.frame == inside()) == isRead)
      #expect(isEqual(sent, in: messages, read, in: others))
    }
    var answer = try outer(inside(), to: 1194, into: &messages)
    guard case .ipv4(var packet) = answer.payload, case .udp(var datagram) = packet.payload else { return }
    datagram.sourcePort = EncapsulatedFrame.port
    packet.payload = .udp(datagram)
    answer.payload = .ipv4(packet)
    let read = try EthernetFrame.decode(answer.encoded(messages), into: &messages)
    #expect(encapsulated(read, messages)?.network == Self.network)
  }

  @Test(
    "reserved bits are kept and not looked at; without the I flag there is no number",
    arguments: [(0x08ff_ffff, 0x0000_01ff, 1), (0xf800_0000, 0xffff_ff00, 0xff_ffff), (0xf7ff_ffff, 0x0100, nil)]
      as [(UInt32, UInt32, UInt32?)])
  func header(flags: UInt32, identifier: UInt32, number: UInt32?) throws {
    var messages = MessageTable()
    var bytes = try outer(inside(), into: &messages).encoded(messages)
    for place in 0..<4 {
      bytes[42 + place] = UInt8(truncatingIfNeeded: flags >> UInt32(24 - 8 * place))
      bytes[46 + place] = UInt8(truncatingIfNeeded: identifier >> UInt32(24 - 8 * place))
    }
    let read = try EthernetFrame.decode(bytes, into: &messages)
    #expect(encapsulated(read, messages)?.network?.rawValue == number)
    #expect(read.encoded(messages) == bytes)
  }

  @Test("a frame that is padded, cut or damaged inside is bytes, and nothing is left of the attempt")
  func damaged() throws {
    var messages = MessageTable()
    let whole = try outer(inside(), into: &messages).encoded(messages)
    var cases: [[UInt8]] = []
    for change in [-70, -1, 4] {
      var bytes = Array(whole.dropLast(max(0, -change))) + Array(repeating: 0, count: max(0, change))
      let (total, length) = (bytes.count - 14, bytes.count - 34)
      bytes.replaceSubrange(16...17, with: [UInt8(total >> 8), UInt8(total & 255)])
      bytes.replaceSubrange(38...39, with: [UInt8(length >> 8), UInt8(length & 255)])
      // RFC 1071: of the header alone.
      bytes.replaceSubrange(24...25, with: [0, 0])
      var sum = stride(from: 14, to: 34, by: 2).reduce(0) { $0 + Int(bytes[$1]) << 8 + Int(bytes[$1 + 1]) }
      while sum > 0xffff { sum = sum & 0xffff + sum >> 16 }
      bytes.replaceSubrange(24...25, with: [UInt8((0xffff - sum) >> 8), UInt8((0xffff - sum) & 255)])
      cases.append(bytes)
    }
    var flipped = whole
    flipped[90] ^= 1
    cases.append(flipped)
    for bytes in cases {
      var others = MessageTable()
      let read = try EthernetFrame.decode(bytes, into: &others)
      #expect(encapsulated(read, others) == nil && others.count == 1)
      #expect(read.encoded(others) == bytes)
    }
  }

  @Test("keeps the message of the frame inside, and lets it go with itself")
  func lifetime() throws {
    var messages = MessageTable()
    let content = messages.content(of: .bytes([1, 2, 3]))
    let carrier = try outer(frame(UDPDatagram(sourcePort: 1, destinationPort: 2, content: content)), into: &messages)
    let id = try #require(carrier.message)
    messages.retain(id)
    #expect(messages.count == 2)
    messages.release(id)
    #expect(messages.count == 0)
  }

  @Test("tunnels in tunnels are read eight deep, and what is deeper is bytes")
  func nesting() throws {
    var messages = MessageTable()
    var frame = inside()
    for _ in 0..<12 { frame = try outer(frame, into: &messages) }
    var others = MessageTable()
    let bytes = frame.encoded(messages)
    let read = try EthernetFrame.decode(bytes, into: &others)
    #expect(others.count == 9 && read.encoded(others) == bytes)
    #expect(isEqual(frame, in: messages, read, in: others))
  }

  @Test("is described by its header and the frame; at another port as any datagram")
  func words() throws {
    var messages = MessageTable()
    let known = try outer(inside(), into: &messages)
    #expect(
      described(known, messages)
        == "IP 10.0.0.2.50000 > 10.0.0.3.4789: VXLAN, flags [I] (0x08), vni 11259375: "
        + "IP 10.0.0.2 > 10.0.0.3: ICMP echo request, id 7, seq 1, length 64")
    let other = try outer(inside(), to: 1194, into: &messages)
    #expect(described(other, messages) == "IP 10.0.0.2.50000 > 10.0.0.3.1194: UDP, length 106")
  }
}
