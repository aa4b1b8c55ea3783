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
