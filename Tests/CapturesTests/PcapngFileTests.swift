import Captures
import Packets
import Simulation
import Testing

/// draft-ietf-opsawg-pcapng; the numbers of its sections.
@Suite("Capture file") struct PcapngFileTests {
  private let messages = MessageTable()
  private let frame = EthernetFrame(
    destination: .broadcast, source: MACAddress(rawValue: 0x0200_0000_0001),
    payload: .arp(
      ARPPacket(
        operation: .request, senderHardware: MACAddress(rawValue: 0x0200_0000_0001),
        senderAddress: IPv4Address(10, 0, 0, 1), targetHardware: .zero, targetAddress: IPv4Address(10, 0, 0, 2))))

  private func file(_ fill: (inout PcapngFile) -> Void = { _ in }) throws -> PcapngReader {
    var file = PcapngFile(application: "Hoplab", comment: "a play")
    fill(&file)
    return try PcapngReader(file.bytes)
  }

  @Test("begins with a section that says its byte order, its version 1.0 and who wrote it (4.1)")
  func section() throws {
    let header = try #require(try file().blocks.first)
    #expect(header.type == 0x0a0d_0d0a)
    #expect(PcapngReader.long(header.body, 0) == 0x1a2b_3c4d)
    #expect(header.body[4..<8].elementsEqual([1, 0, 0, 0]))
    #expect(header.body[8..<16].allSatisfy { $0 == 0xff })
    let options = try PcapngReader.options(header.body, from: 16)
    #expect(options[1].map { String(decoding: $0, as: UTF8.self) } == "a play")
    #expect(options[4].map { String(decoding: $0, as: UTF8.self) } == "Hoplab")
  }

  @Test("describes an interface with name, addresses, speed and nanoseconds (4.2)")
  func interface() throws {
    var number: UInt32 = 9
    let reader = try file {
      number = $0.add(
        PcapngFile.Interface(
          name: "rtr:wan0", description: "a router", hardwareAddress: MACAddress(rawValue: 0x0200_0000_0a0b),
          addresses: [InterfaceAddress("192.0.2.1/24")!], speed: 1_000_000_000))
    }
    #expect(number == 0)
    let body = try #require(reader.blocks(1).first).body
    #expect(body[0..<8].elementsEqual([1, 0, 0, 0, 0, 0, 0, 0]), "Ethernet, and no limit of length")
    let options = try PcapngReader.options(body, from: 8)
    #expect(options[2].map { String(decoding: $0, as: UTF8.self) } == "rtr:wan0")
    #expect(options[3].map { String(decoding: $0, as: UTF8.self) } == "a router")
    #expect(options[4] == [192, 0, 2, 1, 255, 255, 255, 0])
    #expect(options[6] == [0x02, 0, 0, 0, 0x0a, 0x0b])
    #expect(options[8] == [0x00, 0xca, 0x9a, 0x3b, 0, 0, 0, 0])
    #expect(options[9] == [9])
  }

  @Test(
    "keeps a frame as its bytes, with time, direction and comment (4.3)", arguments: [0, 5, (1 << 32) + 5] as [UInt64])
  func packet(nanoseconds: UInt64) throws {
    let reader = try file {
      let first = $0.add(PcapngFile.Interface(name: "a"))
      let second = $0.add(PcapngFile.Interface(name: "b"))
      #expect((first, second) == (0, 1))
      $0.add(
        frame, messages, on: second, at: Instant(nanoseconds: nanoseconds), going: .inbound, comment: "asks who has it")
    }
    let packet = try PacketBlock(try #require(reader.blocks(6).first))
    #expect(packet.interface == 1)
    #expect(packet.time == nanoseconds)
    #expect(packet.bytes == frame.encoded(messages))
    #expect(packet.originalLength == 42)
    #expect(packet.comment == "asks who has it")
    #expect(packet.direction == 1)
  }

  @Test("has names for addresses, each ended by a zero (4.5)")
  func names() throws {
    let reader = try file { $0.add(names: [(IPv4Address(10, 0, 0, 1), "pc"), (IPv4Address(10, 0, 0, 2), "srv1")]) }
    let body = try #require(reader.blocks(4).first).body
    #expect(body[0..<4].elementsEqual([1, 0, 7, 0]))
    #expect(body[4..<12].elementsEqual([10, 0, 0, 1] + Array("pc".utf8) + [0, 0]), "seven bytes and one to fill up")
    #expect(body[12..<16].elementsEqual([1, 0, 9, 0]))
    #expect(body.suffix(4).allSatisfy { $0 == 0 })
  }
}

@Suite("Frames captured") struct FrameCaptureTests {
  private let messages = MessageTable()
  private let ends = [0, 1, 2].map { LinkEnd(DeviceID(index: $0), 0) }

  private func frame(_ number: UInt8) -> EthernetFrame {
    EthernetFrame(
      destination: .broadcast, source: MACAddress(rawValue: UInt64(number)),
      payload: .other(EtherType(rawValue: 0x88b5), Content(kind: .pattern, offset: 0, length: 46, reference: 0)))
  }

  private func record(_ event: Event, at end: LinkEnd, _ frame: UInt32, _ time: UInt64) -> Record {
    Record(
      time: Instant(nanoseconds: time), device: end.device, port: end.port, frame: FrameID(rawValue: frame),
      cause: .none, relation: .begins, origin: .none, event: event)
  }

  /// The first frame arrives, the second is lost on the way.
  private var records: [Record] {
    [
      record(.sent(frame(1), DirectionID(index: 0)), at: ends[0], 1, 10),
      record(.received, at: ends[1], 1, 20),
      record(.sent(frame(2), DirectionID(index: 0)), at: ends[0], 2, 30),
      record(.dropped(.lost), at: ends[0], 2, 30),
    ]
  }

  private func packets(of chosen: [LinkEnd]? = nil) throws -> [PacketBlock] {
    var capture = FrameCapture(
      into: PcapngFile(application: "test"), of: chosen,
      describe: { PcapngFile.Interface(name: "i\($0.device.index)") },
      comment: { frame, receiver in "\(frame.rawValue) at \(receiver?.device.index ?? 9)" })
    capture.add(records, messages)
    return try PcapngReader(capture.file.bytes).blocks(6).map { try PacketBlock($0) }
  }

  @Test("stand once, where they arrived; what never arrived stands where it was sent")
  func crossings() throws {
    let packets = try packets()
    #expect(packets.map(\.time) == [20, 30])
    #expect(packets.map(\.direction) == [1, 2])
    #expect(packets.map(\.comment) == ["1 at 1", "2 at 9"])
  }

  @Test("of chosen interfaces all that is sent and received stands there")
  func chosen() throws {
    #expect(try packets(of: [ends[0]]).map(\.time) == [10, 30])
    #expect(try packets(of: [ends[0]]).map(\.direction) == [2, 2])
    #expect(try packets(of: [ends[1]]).map(\.time) == [20])
    #expect(try packets(of: [ends[0], ends[1]]).map(\.time) == [10, 20, 30])
    #expect(try packets(of: [ends[2]]).isEmpty)
  }
}
