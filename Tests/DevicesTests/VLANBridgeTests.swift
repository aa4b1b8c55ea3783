import Devices
import Packets
import Protocols
import Simulation
import Testing

/// IEEE 802.1Q-2018, 8.6 to 8.8: a bridge that tells VLANs apart.
@Suite("VLAN-aware bridge") struct VLANBridgeTests {
  private let a = SegmentFrames.a
  private let b = SegmentFrames.b

  private func id(_ number: UInt16) -> VLANID {
    guard let id = VLANID(rawValue: number) else { preconditionFailure("\(number) is no VLAN") }
    return id
  }

  private func frame(_ source: MACAddress, _ destination: MACAddress, _ tag: VLANTag? = nil) -> EthernetFrame {
    var frame = SegmentFrames.frame(from: source, to: destination)
    frame.tag = tag
    return frame
  }

  private func access(_ number: UInt16, _ origin: Int) -> BridgePort {
    BridgePort(VLANPort(untagged: id(number)), origin: Origin(index: origin))
  }

  private func trunk(_ range: ClosedRange<UInt16>, native: UInt16? = nil, _ origin: Int) -> BridgePort {
    var set = VLANSet()
    set.insert(range)
    return BridgePort(VLANPort(untagged: native.map(id), tagged: set), origin: Origin(index: origin))
  }

  /// Ports 0 and 1 are in VLAN 100, port 2 in 200, port 3 is a trunk of 100 to 110 with the native VLAN 1.
  private func bridge() -> DeviceBench<Bridge> {
    DeviceBench(
      Bridge(vlanPorts: [access(100, 0), access(100, 1), access(200, 2), trunk(100...110, native: 1, 3)]), ports: 4)
  }

  @Test("floods only to ports that carry the VLAN, with a tag on the trunk and without on access ports")
  func flooding() {
    var bridge = bridge()
    let deeds = bridge.receive(frame(a, .broadcast), on: 0)
    #expect(
      deeds == [
        .noted(.learned(a, 0)), .noted(.flooded(2)), .sent(frame(a, .broadcast), 1),
        .sent(frame(a, .broadcast, VLANTag(id(100))), 3),
      ])
  }

  @Test("takes the tag off toward a station, and says which line of the file decided")
  func untagging() throws {
    var bridge = bridge()
    bridge.receive(frame(a, .broadcast), on: 0)
    let deeds = bridge.receive(frame(b, a, VLANTag(id(100), priority: 5)), on: 3)
    #expect(deeds == [.noted(.learned(b, 3)), .noted(.forwarded(0)), .sent(frame(b, a), 0)])
    let sent = try #require(bridge.records.last { if case .sent = $0.event { true } else { false } })
    #expect(sent.origin == Origin(index: 0))
  }

  @Test("one address in two VLANs is two stations")
  func perVLAN() {
    var bridge = bridge()
    bridge.receive(frame(a, .broadcast), on: 0)
    bridge.receive(frame(a, .broadcast, VLANTag(id(101))), on: 3)
    let toFirst = bridge.receive(frame(b, a), on: 1)
    #expect(toFirst.last == .sent(frame(b, a), 0), "what was learned in VLAN 101 does not move it in VLAN 100")
  }

  @Test("drops what its port does not carry, learns nothing from it, and names the port's line", arguments: [99, 111])
  func ingressFiltering(number: UInt16) throws {
    var bridge = bridge()
    let deeds = bridge.receive(frame(a, b, VLANTag(id(number))), on: 3)
    #expect(deeds == [.dropped(.vlanNotCarried)])
    #expect(bridge.records.last?.origin == Origin(index: 3))
  }

  @Test("a trunk without a native VLAN drops what has no tag")
  func untagged() {
    var bridge = DeviceBench(Bridge(vlanPorts: [trunk(100...110, 0), access(100, 1)]), ports: 2)
    let plain = bridge.receive(frame(a, b), on: 0)
    let priority = bridge.receive(frame(a, b, VLANTag(control: 0xe000)), on: 0)
    #expect(plain == [.dropped(.untagged)] && priority == [.dropped(.untagged)])
  }

  @Test("a priority tag says nothing of the VLAN, and its priority is kept where there is a tag again")
  func priorityTag() {
    var bridge = bridge()
    let deeds = bridge.receive(frame(a, .broadcast, VLANTag(control: 0xe000)), on: 0)
    #expect(
      deeds.suffix(2) == [
        .sent(frame(a, .broadcast), 1), .sent(frame(a, .broadcast, VLANTag(id(100), priority: 7)), 3),
      ])
  }

  @Test("where no other port carries the VLAN the frame ends; where its link is cut, that is why")
  func nowhere() {
    var bridge = bridge()
    let alone = bridge.receive(frame(a, .broadcast), on: 2)
    #expect(alone == [.noted(.learned(a, 2)), .dropped(.vlanEndsHere)])
    let onTrunk = bridge.receive(frame(a, .broadcast, VLANTag(id(105))), on: 3)
    #expect(onTrunk == [.noted(.learned(a, 3)), .dropped(.vlanEndsHere)])
    bridge.setLink(on: 1, isUp: false)
    bridge.setLink(on: 3, isUp: false)
    let cut = bridge.receive(frame(a, .broadcast), on: 0)
    #expect(cut == [.noted(.learned(a, 0)), .dropped(.noPortUp)])
  }

  @Test("a frame never goes back, even under another tag, and 4095 is nonsense")
  func sameSegment() {
    var bridge = bridge()
    bridge.receive(frame(a, .broadcast, VLANTag(id(100))), on: 3)
    let deeds = bridge.receive(frame(b, a, VLANTag(id(100))), on: 3)
    #expect(deeds == [.noted(.learned(b, 3)), .dropped(.sameSegment)])
    let nonsense = bridge.receive(frame(b, a, VLANTag(control: 0x0fff)), on: 3)
    #expect(nonsense == [.dropped(.malformed)])
  }

  @Test("link-local groups stay on their link here too; those of no VLAN-aware bridge pass with their tags")
  func others() {
    var bridge = bridge()
    let pause = MACAddress(rawValue: 0x0180_c200_0001)
    let paused = bridge.receive(frame(a, pause), on: 0)
    #expect(paused == [.dropped(.reservedGroupAddress)])
    var unaware = DeviceBench(Bridge(), ports: 2)
    let tagged = frame(a, b, VLANTag(id(4094), priority: 3))
    let deeds = unaware.receive(tagged, on: 0)
    #expect(deeds.last == .sent(tagged, 1))
  }
}
