import Packets
import Protocols
import Simulation

/// All that rules can look at in a packet, packed so that many rules can be asked about it at once; also which bits of
/// that a rule looks at.
package struct RuleHeader: Hashable, Sendable, BitwiseCopyable {
  /// Source, and the destination below it.
  var addresses: UInt64 = 0
  /// Source and destination port (16 bits each), protocol, ICMP type and code (8 each), then what it has at all and how
  /// it stands to a connection (8).
  var transports: UInt64 = 0
  /// The interface it came in by and the one it leaves by, and the same of the ports of a bridge (16 bits each).
  var interfaces: UInt64 = 0
  /// The address of who put the frame on the last wire; zero where nobody did.
  var hardware: UInt64 = 0
  /// What earlier rules wrote on the packet.
  var mark: UInt64 = 0

  /// A word in whose upper bits it is well mixed.
  @inline(__always)
  var mixed: UInt64 {
    let upper = (addresses &* 0x9e37_79b9_7f4a_7c15) ^ (transports &* 0xc2b2_ae3d_27d4_eb4f)
    let lower = (interfaces &* 0x1656_67b1_9e37_79f9) ^ (hardware &* 0x27d4_eb2f_1656_67c5)
    return upper ^ lower ^ (mark &* 0x85eb_ca77_c2b2_ae63)
  }

  init() {}

  @inline(__always)
  func masked(by mask: RuleHeader) -> RuleHeader {
    var result = self
    result.addresses &= mask.addresses
    result.transports &= mask.transports
    result.interfaces &= mask.interfaces
    result.hardware &= mask.hardware
    result.mark &= mask.mark
    return result
  }

  static let hasPorts: UInt64 = 0x80
  static let isICMP: UInt64 = 0x40
  static let translatedDestination: UInt64 = 0x08
  static let stateMask: UInt64 = 7

  /// 0 where no connections are tracked.
  static func number(of state: ConnectionTracking.State?) -> UInt64 { state.map { UInt64($0.rawValue) + 1 } ?? 0 }
}

extension RuleHeader {
  /// - Parameters:
  ///   - from: None for what the machine itself sends.
  ///   - to: None where that is not known yet, and for what the machine itself takes in.
  ///   - state: How it stands to its connection; nil where none are tracked.
  ///   - hardware: Who put the frame on the last wire; zero for what the machine itself sends.
  ///   - bridgedFrom: With `bridgedTo`, between which ports of a bridge it passes; none where it is not bridged.
  package init(
    _ packet: IPv4Packet, from: PortNumber, to: PortNumber, state: ConnectionTracking.State?,
    hardware: MACAddress = .zero, bridgedFrom: PortNumber = .none, bridgedTo: PortNumber = .none, mark: UInt32 = 0,
    hasTranslatedDestination: Bool = false
  ) {
    addresses = UInt64(packet.source.rawValue) << 32 | UInt64(packet.destination.rawValue)
    transports = RuleHeader.pack(packet.payload) | RuleHeader.number(of: state)
    if hasTranslatedDestination { transports |= RuleHeader.translatedDestination }
    interfaces = RuleHeader.pack(from.index, to.index) | UInt64(bridgedFrom.index) << 16 | UInt64(bridgedTo.index)
    self.hardware = hardware.rawValue
    self.mark = UInt64(mark)
  }

  private static func pack(_ payload: IPv4Payload) -> UInt64 {
    switch payload {
    case .udp(let datagram):
      pack(datagram.sourcePort, datagram.destinationPort) | UInt64(IPProtocol.udp.rawValue) << 24 | hasPorts
    case .tcp(let segment):
      pack(segment.sourcePort, segment.destinationPort) | UInt64(IPProtocol.tcp.rawValue) << 24 | hasPorts
    case .icmp(let message): pack(message.kind.wire.type, message.kind.wire.code)
    case .other(let transport, _): UInt64(transport.rawValue) << 24
    }
  }

  private static func pack(_ source: UInt16, _ destination: UInt16) -> UInt64 {
    UInt64(source) << 48 | UInt64(destination) << 32
  }

  private static func pack(_ type: UInt8, _ code: UInt8) -> UInt64 {
    UInt64(IPProtocol.icmp.rawValue) << 24 | UInt64(type) << 16 | UInt64(code) << 8 | isICMP
  }
}

/// Its parts.
extension RuleHeader {
  var source: IPv4Address { IPv4Address(rawValue: UInt32(truncatingIfNeeded: addresses >> 32)) }
  var destination: IPv4Address { IPv4Address(rawValue: UInt32(truncatingIfNeeded: addresses)) }
  var sourcePort: UInt16 { UInt16(truncatingIfNeeded: transports >> 48) }
  var destinationPort: UInt16 { UInt16(truncatingIfNeeded: transports >> 32) }
  var transport: IPProtocol { IPProtocol(rawValue: UInt8(truncatingIfNeeded: transports >> 24)) }
  var icmpType: UInt8 { UInt8(truncatingIfNeeded: transports >> 16) }
  var icmpCode: UInt8 { UInt8(truncatingIfNeeded: transports >> 8) }
  var hasPorts: Bool { transports & RuleHeader.hasPorts != 0 }
  var isICMP: Bool { transports & RuleHeader.isICMP != 0 }
  var hasTranslatedDestination: Bool { transports & RuleHeader.translatedDestination != 0 }
  var state: UInt64 { transports & RuleHeader.stateMask }
  var from: PortNumber { port(48) }
  var to: PortNumber { port(32) }
  var bridgedFrom: PortNumber { port(16) }
  var bridgedTo: PortNumber { port(0) }

  private func port(_ shift: UInt64) -> PortNumber {
    let index = UInt16(truncatingIfNeeded: interfaces >> shift)
    return index == .max ? .none : PortNumber(Int(index))
  }
}
