import Packets
import Scrutiny
import Testing

/// Whatever the bytes, decoding throws or gives a frame that can be encoded and then decodes to itself.
@Suite("Bytes from anywhere") struct HostileBytesTests {
  /// True when the bytes were a frame.
  private func survives(_ bytes: [UInt8]) -> Bool {
    switch FrameScrutiny.examine(bytes) {
    case .accepted: return true
    case .refused: return false
    case .wrong(let words):
      Issue.record("\(words): \(FrameScrutiny.hexadecimal(bytes))")
      return false
    }
  }

  @Test("random bytes, bare and behind headers that lead deeper", arguments: 1...4)
  func random(seed: UInt64) {
    var generator = FrameGenerator(seed: seed)
    for _ in 0..<3000 {
      var bytes = generator.bytes(generator.number(0...120))
      if bytes.count >= 14, generator.chance(2) {
        bytes.replaceSubrange(12..<14, with: [8, UInt8(generator.number(0...1)) * 6])
      }
      _ = survives(bytes)
    }
  }

  @Test("random messages behind right headers and checksums", arguments: 1...4)
  func randomMessages(seed: UInt64) {
    var generator = FrameGenerator(seed: seed)
    let cookie: [UInt8] = [0x63, 0x82, 0x53, 0x63]
    for _ in 0..<1500 {
      let random = generator.bytes(generator.number(0...60))
      let quoted = generator.packet(depth: 2).encoded(generator.messages)
      let damaged =
        Array(quoted.prefix(generator.number(0...quoted.count))) + (generator.chance(3) ? random : [])
      let dhcp = [1, 1, 6] + [UInt8](repeating: 0, count: 233) + cookie + random
      let dns =
        generator.bytes(2) + [0x80, 0, 0, 1, 0, UInt8(generator.number(0...3)), 0, 0, 0, 0]
        + random.map { $0 % 24 }
      let forms: [(IPv4Payload, [UInt8])] = [
        (.udp(UDPDatagram(sourcePort: 68, destinationPort: 67, content: .empty)), dhcp),
        (.udp(UDPDatagram(sourcePort: 53, destinationPort: 4000, content: .empty)), dns),
        (.icmp(ICMPMessage(.timeExceeded(code: 0))), damaged),
        (
          .tcp(TCPSegment(sourcePort: 80, destinationPort: 4000, sequence: 1, flags: .ack)),
          Array("GET ".utf8) + random
        ),
      ]
      for (payload, value) in forms {
        var payload = payload
        payload.content = generator.messages.content(of: .bytes(value))
        if case .udp(var datagram) = payload {
          datagram.length = 8 + datagram.content.length
          payload = .udp(datagram)
        }
        #expect(survives(frame(payload).encoded(generator.messages)))
      }
    }
  }

  @Test(
    "a DNS name that points at itself, onwards, in a circle or out of the message is none",
    arguments: [
      ([0xc0, 12], false), ([0xc0, 13], false), ([0xc0, 14], false), ([1, 97, 0xc0, 12], false),
      ([0xc0], false), ([0xff, 0xff], false), ([0x40, 97, 0], false), ([64, 97], false), ([5, 97, 0], false),
      ([1, 46, 0], false), ([0], false), ([1, 97, 0], true), ([1, 65, 0], true),
    ] as [([UInt8], Bool)])
  func names(name: [UInt8], isName: Bool) throws {
    var messages = MessageTable()
    let message = [0, 1, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0] + name + [0, 1, 0, 1]
    let datagram = UDPDatagram(
      sourcePort: 4000, destinationPort: 53, content: messages.content(of: .bytes(message)))
    let decoded = try EthernetFrame.decode(frame(datagram).encoded(messages), into: &messages)
    let isDNS = if case .dns = decoded.message.flatMap({ messages[$0] }) { true } else { false }
    #expect(isDNS == isName)
  }

  /// What the frame does not keep (here the time stamps of TCP, and the names in DHCP) must not be lost from a quote.
  @Test("a quote that could not be made again stays bytes, and nothing is left in the table")
  func inexactQuotes() throws {
    let stamps =
      "450000340000400040063cc27f0000017f000001"
      + "1f909c42bae2d927c01d6ef280100200f7ca00000101080a0000000100000002"
    var dhcp = DHCPMessage(operation: 1, transaction: 1, clientHardware: .zero, options: []).encoded()
    dhcp[44] = 1
    var messages = MessageTable()
    var datagram = UDPDatagram(
      sourcePort: 68, destinationPort: 67, content: messages.content(of: .bytes(dhcp)))
    datagram.hasChecksum = false
    let packet = IPv4Packet(source: .any, destination: .any, payload: .udp(datagram))
    for quoted in [bytes(stamps), packet.encoded(messages)] {
      let error = ICMPMessage(.timeExceeded(code: 0), content: messages.content(of: .bytes(quoted)))
      var others = MessageTable()
      let decoded = try EthernetFrame.decode(frame(.icmp(error)).encoded(messages), into: &others)
      #expect(decoded.message.flatMap { others[$0] } == .bytes(quoted))
      #expect(others.count == 1)
    }
  }

  @Test("every truncation of a known packet throws", arguments: Capture.all)
  func truncations(hexadecimal: String) {
    let whole = bytes(hexadecimal)
    for count in 0..<whole.count { #expect(!survives(Array(whole.prefix(count))), "\(count)") }
    #expect(survives(whole))
  }

  @Test("every truncation and mutation of generated frames", arguments: 1...4)
  func generated(seed: UInt64) {
    var generator = FrameGenerator(seed: seed)
    for _ in 0..<60 {
      let whole = generator.frame().encoded(generator.messages)
      for count in stride(from: 0, to: whole.count, by: max(1, whole.count / 80)) {
        _ = survives(Array(whole.prefix(count)))
      }
      for index in stride(from: 0, to: whole.count, by: max(1, whole.count / 80)) {
        var bytes = whole
        bytes[index] ^= UInt8(1 << generator.number(0...7))
        _ = survives(bytes)
      }
    }
  }

  /// A ones' complement sum notices every change of one byte.
  @Test(
    "every changed byte behind the Ethernet header of a captured packet is noticed",
    arguments: Capture.all.dropFirst(2))
  func mutations(hexadecimal: String) {
    let whole = bytes(hexadecimal)
    for index in 14..<whole.count {
      for bit in 0..<8 {
        var bytes = whole
        bytes[index] ^= 1 << bit
        #expect(!survives(bytes), "byte \(index)")
      }
    }
  }

  @Test(
    "the error says what is wrong",
    arguments: [
      ([0: 0xff], nil), ([14: 0x65], .badVersion(6)), ([14: 0x44], .badLength(.ipv4)),
      ([14: 0x4f], .badChecksum(.ipv4)),
      ([16: 0xff], .badChecksum(.ipv4)), ([24: 0], .badChecksum(.ipv4)), ([60: 0], .badChecksum(.udp)),
      ([38: 0xff], .truncated(.udp)), ([39: 7], .badLength(.udp)),
    ] as [([Int: UInt8], PacketError?)])
  func errors(changes: [Int: UInt8], expected: PacketError?) {
    var changed = bytes(Capture.dnsQuery)
    for index in changes.keys.sorted() { changed[index] = changes[index] ?? 0 }
    var messages = MessageTable()
    var found: PacketError?
    do throws(PacketError) { _ = try EthernetFrame.decode(changed, into: &messages) } catch { found = error }
    #expect(found == expected)
  }
}
