import Packets
import Testing

/// IEEE 802.1D-2004, clause 9, against a frame of a real switch.
@Suite("Bridge protocol data units") struct BridgeUnitTests {
  /// Root 32868.00:1c:0e:87:78:00 at a cost of 4, said by 32868.00:1c:0e:87:85:00 on port 128.4.
  private static let captured: [UInt8] = [
    0x01, 0x80, 0xc2, 0x00, 0x00, 0x00, 0x00, 0x1c, 0x0e, 0x87, 0x85, 0x04, 0x00, 0x26, 0x42, 0x42, 0x03, 0x00, 0x00,
    0x00, 0x00, 0x00, 0x80, 0x64, 0x00, 0x1c, 0x0e, 0x87, 0x78, 0x00, 0x00, 0x00, 0x00, 0x04, 0x80, 0x64, 0x00, 0x1c,
    0x0e, 0x87, 0x85, 0x00, 0x80, 0x04, 0x01, 0x00, 0x14, 0x00, 0x02, 0x00, 0x0f, 0x00,
  ]

  private func unit(_ frame: EthernetFrame, _ messages: MessageTable) -> BridgeProtocolDataUnit? {
    if let id = frame.message, case .bridge(let unit)? = messages[id] { unit } else { nil }
  }

  @Test("a captured configuration is understood, and makes the same bytes", arguments: [0, 8])
  func configuration(padding: Int) throws {
    var messages = MessageTable()
    let bytes = Self.captured + Array(repeating: 0, count: padding)
    let frame = try EthernetFrame.decode(bytes, into: &messages)
    guard case .configuration(let unit)? = unit(frame, messages) else {
      Issue.record("no configuration")
      return
    }
    #expect(unit.root.description == "8064.00:1c:0e:87:78:00")
    #expect(unit.rootPathCost == 4 && unit.port.rawValue == 0x8004)
    #expect([unit.messageAge, unit.maxAge, unit.helloTime, unit.forwardDelay] == [256, 5120, 512, 3840])
    #expect(frame.encoded(messages) == Self.captured)
    let words = """
      STP 802.1d, Config, Flags [none], bridge-id 8064.00:1c:0e:87:85:00.8004, root 8064.00:1c:0e:87:78:00, \
      cost 4, length 35
      """
    #expect(described(frame, messages) == words)
  }

  @Test("a topology change notification is four bytes behind the LLC header")
  func topologyChange() throws {
    var messages = MessageTable()
    let frame = EthernetFrame(
      destination: BridgeProtocolDataUnit.destination, source: MACAddress(rawValue: 0x0200_0000_0001),
      payload: BridgeProtocolDataUnit.topologyChange.payload(in: &messages))
    let bytes = frame.encoded(messages)
    #expect(bytes.suffix(9) == [0x00, 0x07, 0x42, 0x42, 0x03, 0x00, 0x00, 0x00, 0x80])
    let again = try EthernetFrame.decode(bytes, into: &messages)
    #expect(unit(again, messages) == .topologyChange)
    #expect(again.resolved(messages) == frame.resolved(messages))
  }

  /// IEEE 802.1D-2004, figure 9-3: version and type are 2, and behind the times stands the length of version 1.
  @Test("a rapid unit is one byte longer, and its flags say role, state and wish")
  func rapid() throws {
    var messages = MessageTable()
    var bytes = Self.captured + [0x00]
    bytes[13] = 0x27
    bytes[19] = 2
    bytes[20] = 2
    bytes[21] = 0x3c | 0x02 | 0x40
    let frame = try EthernetFrame.decode(bytes, into: &messages)
    guard case .rapid(let said, let rapid)? = unit(frame, messages) else {
      Issue.record("no rapid unit")
      return
    }
    #expect(said.rootPathCost == 4 && said.port.rawValue == 0x8004)
    #expect(rapid.role == .designated && rapid.isLearning && rapid.isForwarding)
    #expect(rapid.isProposal && rapid.isAgreement)
    #expect(frame.encoded(messages) == bytes)
    let words = """
      STP 802.1w, Rapid STP, Flags [Proposal, Learn, Forward, Agreement], bridge-id 8064.00:1c:0e:87:85:00.8004, \
      root 8064.00:1c:0e:87:78:00, cost 4, port-role Designated, length 36
      """
    #expect(described(frame, messages) == words)
    for flags in 0...255 {
      bytes[21] = UInt8(flags)
      let frame = try EthernetFrame.decode(bytes, into: &messages)
      #expect(unit(frame, messages) != nil && frame.encoded(messages) == bytes)
    }
    // Another version, another type, and a version 1 that adds something are bytes.
    for (place, value) in [(19, UInt8(3)), (20, 0), (52, 1)] {
      var other = bytes
      other[place] = value
      let frame = try EthernetFrame.decode(other, into: &messages)
      #expect(unit(frame, messages) == nil && frame.encoded(messages) == other)
    }
  }

  @Test("flags are carried, and bytes that would not be made again are bytes")
  func flags() throws {
    var messages = MessageTable()
    for (flags, isUnit) in [(0x00, true), (0x01, true), (0x80, true), (0x81, true), (0x02, false), (0x7c, false)] {
      var bytes = Self.captured
      bytes[21] = UInt8(flags)
      let frame = try EthernetFrame.decode(bytes, into: &messages)
      #expect((unit(frame, messages) != nil) == isUnit)
      #expect(frame.encoded(messages) == bytes)
    }
    for cut in 15..<Self.captured.count {
      let frame = try EthernetFrame.decode(Self.captured.prefix(cut), into: &messages)
      #expect(unit(frame, messages) == nil)
    }
  }
}
