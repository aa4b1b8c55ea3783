import Packets
import Testing

@Suite("Encoding and decoding") struct RoundTripTests {
  @Test("what was encoded decodes to an equal frame, of the length foretold", arguments: 1...20)
  func roundTrip(seed: UInt64) throws {
    var generator = FrameGenerator(seed: seed)
    for _ in 0..<250 {
      let frame = generator.frame()
      let bytes = frame.encoded(generator.messages)
      #expect(bytes.count == frame.length)
      if let id = frame.message, let message = generator.messages[id] {
        #expect(message.encoded(generator.messages).count == message.length(in: generator.messages))
      }
      var messages = MessageTable()
      let decoded = try EthernetFrame.decode(bytes, into: &messages)
      let isSame = isEqual(frame, in: generator.messages, decoded, in: messages)
      #expect(isSame, "\(described(frame, generator.messages)) became \(described(decoded, messages))")
      #expect(messages.count <= 5, "nothing is stored that is not referred to")
    }
  }

  @Test("equality is of what is said: another byte, another field or another message is another frame")
  func inequality() throws {
    var generator = FrameGenerator(seed: 7)
    for _ in 0..<500 {
      let frame = generator.frame()
      var other = frame
      other.source = MACAddress(rawValue: frame.source.rawValue ^ 1)
      #expect(!isEqual(frame, in: generator.messages, other, in: generator.messages))
    }
    var messages = MessageTable()
    var others = MessageTable()
    _ = others.insert(.bytes([9]))
    let a = udp(messages.content(of: .bytes([1, 2])))
    #expect(isEqual(a, in: messages, udp(others.content(of: .bytes([1, 2]))), in: others))
    #expect(!isEqual(a, in: messages, udp(others.content(of: .bytes([1, 3]))), in: others))
    #expect(!isEqual(a, in: messages, udp(others.content(of: .bytes([1, 2, 0]))), in: others))
  }

  @Test("a pattern is known again by one whole block, wherever it was cut", arguments: 0...7)
  func patterns(offset: UInt32) throws {
    var messages = MessageTable()
    for length in [UInt16(15), 16, 100, 1472] {
      let content = Content(kind: .pattern, offset: offset + 800, length: length, reference: 0xdead_beef)
      let decoded = try EthernetFrame.decode(udp(content).encoded(messages), into: &messages)
      guard case .ipv4(let packet) = decoded.payload else {
        Issue.record("no packet")
        return
      }
      #expect(packet.payload.content == content)
    }
    #expect(messages.count == 0)
  }

  @Test("a part of a pattern is the same part of the whole")
  func slices() {
    let messages = MessageTable()
    let whole = Content.pattern(length: 1000, seed: 3).bytes(messages)
    for (offset, length) in [(0, 1000), (1, 7), (8, 8), (13, 500), (999, 1)] {
      let part = Content(kind: .pattern, offset: UInt32(offset), length: UInt16(length), reference: 3)
      #expect(part.bytes(messages)[...] == whole[offset..<offset + length])
    }
    #expect(Content.pattern(length: 1000, seed: 4).bytes(messages) != whole)
    #expect(Content.pattern(length: 6).bytes(messages) == Array("hoplab".utf8))
  }

  @Test("bytes behind the end of a packet are padding")
  func padding() throws {
    for hexadecimal in Capture.all {
      var messages = MessageTable()
      var padded = MessageTable()
      let frame = try EthernetFrame.decode(bytes(hexadecimal), into: &messages)
      let same = try EthernetFrame.decode(bytes(hexadecimal) + [1, 2, 3], into: &padded)
      #expect(isEqual(frame, in: messages, same, in: padded))
    }
  }

  private func udp(_ content: Content) -> EthernetFrame {
    frame(UDPDatagram(sourcePort: 4000, destinationPort: 5000, content: content))
  }
}

/// A frame around a datagram between two made-up hosts.
func frame(_ datagram: UDPDatagram) -> EthernetFrame { frame(.udp(datagram)) }

func frame(_ payload: IPv4Payload, fragmentation: UInt16 = 0) -> EthernetFrame {
  let packet = IPv4Packet(
    source: IPv4Address(10, 0, 0, 2), destination: IPv4Address(10, 0, 0, 3), fragmentation: fragmentation,
    payload: payload)
  return EthernetFrame(
    destination: MACAddress(rawValue: 0x000c_2900_0002), source: MACAddress(rawValue: 0x000c_2900_0001),
    payload: .ipv4(packet))
}
