import Packets
import Protocols
import Testing

/// IEEE 802.1Q-2018, 6.9 and 8.6: what a port makes of tags.
@Suite("VLANs of a port") struct VLANPortTests {
  private func id(_ number: UInt16) throws -> VLANID { try #require(VLANID(rawValue: number)) }

  private func trunk(_ ranges: ClosedRange<UInt16>..., native: UInt16? = nil) -> VLANPort {
    var set = VLANSet()
    for range in ranges { set.insert(range) }
    return VLANPort(untagged: native.flatMap { VLANID(rawValue: $0) }, tagged: set)
  }

  @Test("every identifier from 1 to 4094 can be a member, by itself", arguments: [1, 63, 64, 100, 4031, 4032, 4094])
  func members(number: UInt16) throws {
    var set = VLANSet()
    set.insert(try id(number))
    let members = try (UInt16(1)...4094).filter { set.contains(try id($0)) }
    #expect(members == [number])
    #expect(set.count == 1)
  }

  @Test("a set is written as it is read")
  func words() {
    var set = VLANSet()
    #expect(set.isEmpty && set.description == "")
    for range in [UInt16(200)...210, 100...100, 0...2, 4094...4095] { set.insert(range) }
    #expect(set.description == "1-2,100,200-210,4094")
    #expect(set.count == 15)
    #expect(VLANSet.all.count == 4094 && VLANSet.all.description == "all")
  }

  @Test("an access port puts what has no tag into its VLAN, takes its own tag, and refuses others")
  func access() throws {
    let port = VLANPort(untagged: try id(100))
    #expect(port.ingress(of: nil) == .vlan(try id(100)))
    #expect(port.ingress(of: VLANTag(try id(100))) == .vlan(try id(100)))
    #expect(port.ingress(of: VLANTag(try id(99))) == .notCarried)
    #expect(port.ingress(of: VLANTag(try id(101))) == .notCarried)
  }

  @Test(
    "a trunk takes what it lists, up to the ends of its ranges",
    arguments: [(199, false), (200, true), (210, true), (211, false)])
  func trunkRange(number: UInt16, isCarried: Bool) throws {
    let port = trunk(100...100, 200...210)
    #expect(port.ingress(of: VLANTag(try id(number))) == (isCarried ? .vlan(try id(number)) : .notCarried))
  }

  @Test("without a native VLAN a trunk refuses what has no tag; with one it takes it")
  func native() throws {
    #expect(trunk(100...100).ingress(of: nil) == .untaggedRefused)
    #expect(trunk(100...100, native: 1).ingress(of: nil) == .vlan(try id(1)))
    #expect(trunk(100...100, native: 1).ingress(of: VLANTag(try id(1))) == .vlan(try id(1)), "a native VLAN is carried")
  }

  /// Table 9-2: 0 says only the priority, 4095 is never sent.
  @Test("a priority tag counts as none, 4095 as nonsense")
  func reserved() throws {
    let port = trunk(100...100, native: 7)
    #expect(port.ingress(of: VLANTag(control: 0xa000)) == .vlan(try id(7)))
    #expect(trunk(100...100).ingress(of: VLANTag(control: 0xa000)) == .untaggedRefused)
    #expect(trunk(1...4094).ingress(of: VLANTag(control: 0x0fff)) == .reserved)
  }

  @Test("a frame leaves with the tag of its VLAN and the priority it had, or without one where the VLAN is untagged")
  func egress() throws {
    let port = trunk(100...100, native: 7)
    #expect(port.egressTag(of: try id(7), arrivedWith: VLANTag(try id(7), priority: 5)) == nil)
    #expect(port.egressTag(of: try id(100), arrivedWith: nil) == VLANTag(try id(100)))
    #expect(port.egressTag(of: try id(100), arrivedWith: VLANTag(control: 0xb000)) == VLANTag(control: 0xb064))
  }
}
