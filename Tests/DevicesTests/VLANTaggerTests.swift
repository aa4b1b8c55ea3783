import Devices
import Packets
import Simulation
import Testing

/// IEEE 802.1Q-2018, 9.3: what is put in front of a frame's type, and taken away.
@Suite("VLAN tagger") struct VLANTaggerTests {
  private let plain = SegmentFrames.frame(from: SegmentFrames.a, to: SegmentFrames.b)

  /// Ports: 0 is the trunk, 1 for what has no tag, 2 is VLAN 100, 3 is VLAN 4094.
  private func tagger(ports: Int = 4) throws -> DeviceBench<VLANTagger> {
    let ids = try [100, 4094].map { try #require(VLANID(rawValue: $0)) }
    return DeviceBench(VLANTagger(ids, origin: Origin(index: 7)), ports: ports)
  }

  private func tagged(_ control: UInt16) -> EthernetFrame {
    var frame = plain
    frame.tag = VLANTag(control: control)
    return frame
  }

  @Test("gives what comes from a VLAN's port its tag, four bytes", arguments: [(2, 100), (3, 4094)])
  func pushes(port: Int, id: UInt16) throws {
    var tagger = try tagger()
    let deeds = tagger.receive(plain, on: PortNumber(port))
    #expect(deeds == [.sent(tagged(id), 0)])
    #expect(tagged(id).length == plain.length + 4)
  }

  @Test(
    "takes the tag off what comes from the trunk, whatever its priority",
    arguments: [(0x0064, 2), (0xf064, 2), (0x0ffe, 3)])
  func pops(control: UInt16, port: Int) throws {
    var tagger = try tagger()
    let deeds = tagger.receive(tagged(control), on: 0)
    #expect(deeds == [.sent(plain, PortNumber(port))])
  }

  @Test("drops what has a tag it does not know, and names the line of those it does", arguments: [99, 101, 4095])
  func unknown(id: UInt16) throws {
    var tagger = try tagger()
    let deeds = tagger.receive(tagged(id), on: 0)
    #expect(deeds == [.dropped(.unknownVLAN)])
    #expect(tagger.records.last?.origin == Origin(index: 7))
  }

  @Test("what has no tag, or only a priority, goes out of the port for that, and back without a tag")
  func untagged() throws {
    var tagger = try tagger()
    let bare = tagger.receive(plain, on: 0)
    let priority = tagger.receive(tagged(0xe000), on: 0)
    let back = tagger.receive(plain, on: 1)
    #expect(bare == [.sent(plain, 1)] && priority == [.sent(plain, 1)] && back == [.sent(plain, 0)])
  }

  @Test("a frame with a tag cannot get a second one")
  func twice() throws {
    var tagger = try tagger()
    let deeds = tagger.receive(tagged(100), on: 2)
    #expect(deeds == [.dropped(.alreadyTagged)])
  }
}
