import Packets
import Testing

/// IEEE 802.1AX-2014, figure 6-7.
@Suite("Link aggregation units") struct LinkAggregationUnitTests {
  /// Destination and source, the type, then subtype and version, actor, partner, collector, end.
  private static let bytes: [UInt8] =
    [0x01, 0x80, 0xc2, 0x00, 0x00, 0x02, 0x02, 0x00, 0x00, 0x00, 0x00, 0x01, 0x88, 0x09, 0x01, 0x01]
    + [0x01, 0x14, 0xff, 0xff, 0x02, 0x00, 0x00, 0x00, 0x00, 0x01, 0x00, 0x09, 0x00, 0xff, 0x00, 0x01, 0x4f, 0, 0, 0]
    + [0x02, 0x14, 0x80, 0x00, 0x02, 0x00, 0x00, 0x00, 0x00, 0x02, 0x00, 0x0f, 0x00, 0x80, 0x00, 0x07, 0x3d, 0, 0, 0]
    + [0x03, 0x10] + Array(repeating: 0, count: 14) + Array(repeating: 0, count: 52)

  private func said(_ frame: EthernetFrame, _ messages: MessageTable) -> LinkAggregationUnit? {
    if let id = frame.message, case .aggregation(let unit)? = messages[id] { unit } else { nil }
  }

  @Test("say who speaks and whom it believes to speak to, in 124 bytes")
  func decoding() throws {
    var messages = MessageTable()
    #expect(Self.bytes.count == 124)
    let frame = try EthernetFrame.decode(Self.bytes, into: &messages)
    let unit = try #require(said(frame, messages))
    #expect(unit.actor.system == MACAddress("02:00:00:00:00:01") && unit.actor.systemPriority == 65535)
    #expect([unit.actor.key, unit.actor.portPriority, unit.actor.port] == [9, 255, 1])
    #expect(unit.actor.state == [.activity, .shortTimeout, .aggregation, .synchronization, .defaulted])
    #expect(unit.partner.system == MACAddress("02:00:00:00:00:02") && unit.partner.port == 7)
    #expect(unit.partner.state == [.activity, .aggregation, .synchronization, .collecting, .distributing])
    #expect(frame.encoded(messages) == Self.bytes)
    #expect(frame.length == 124)
    #expect(described(frame, messages) == "LACPv1, length 110")
  }

  @Test("every flag of the state is a bit of its own, lowest first")
  func flags() {
    let flags: [LinkAggregationUnit.Port.State] = [
      .activity, .shortTimeout, .aggregation, .synchronization, .collecting, .distributing, .defaulted, .expired,
    ]
    #expect(flags.map(\.rawValue) == [1, 2, 4, 8, 16, 32, 64, 128])
  }

  @Test("what would not be made again is bytes: another version, reserved bytes, one more or less")
  func others() throws {
    var messages = MessageTable()
    var broken: [[UInt8]] = [Array(Self.bytes.dropLast()), Self.bytes + [0]]
    for place in [14, 15, 16, 17, 33, 36, 57, 73, 123] {
      var bytes = Self.bytes
      bytes[place] ^= 0x40
      broken.append(bytes)
    }
    for bytes in broken {
      let frame = try EthernetFrame.decode(bytes, into: &messages)
      #expect(said(frame, messages) == nil && frame.encoded(messages) == bytes)
    }
  }
}
