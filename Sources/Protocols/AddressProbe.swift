import Packets
import Simulation

/// Whether somebody has an address already (RFC 5227): questions from nobody, and then the word that it is taken.
///
/// It has one timer: each `setTimer` replaces what was set before.
public struct AddressProbe: Sendable {
  // RFC 5227, 1.1.
  public static let probeWait = TimeSpan.seconds(1)
  public static let probeCount = 3
  public static let probeMinimum = TimeSpan.seconds(1)
  public static let probeMaximum = TimeSpan.seconds(2)
  public static let announceWait = TimeSpan.seconds(2)
  public static let announceCount = 2
  public static let announceInterval = TimeSpan.seconds(2)

  public enum Action: Hashable, Sendable {
    /// An ARP request for the address, from nobody.
    case ask
    /// An ARP request for the address, from itself.
    case announce
    case setTimer(TimeSpan)
    /// The address may be used.
    case free
    /// The end: somebody has it.
    case inUse
  }

  public let address: IPv4Address
  private var asked = 0
  private var announced = 0
  private var isOver = false

  public init(of address: IPv4Address) { self.address = address }

  /// RFC 5227, 2.1.1: after a time drawn by chance, so that machines switched on together do not ask together.
  public func start(random: inout RandomSource) -> [Action] {
    [.setTimer(AddressProbe.time(from: .zero, to: AddressProbe.probeWait, &random))]
  }

  public mutating func timerFired(random: inout RandomSource) -> [Action] {
    guard !isOver else { return [] }
    if asked < AddressProbe.probeCount {
      asked += 1
      let isLast = asked == AddressProbe.probeCount
      let pause =
        isLast
        ? AddressProbe.announceWait
        : AddressProbe.time(from: AddressProbe.probeMinimum, to: AddressProbe.probeMaximum, &random)
      return [.ask, .setTimer(pause)]
    }
    announced += 1
    isOver = announced == AddressProbe.announceCount
    let announcing: [Action] = isOver ? [.announce] : [.announce, .setTimer(AddressProbe.announceInterval)]
    return announced == 1 ? [.free] + announcing : announcing
  }

  /// An ARP packet that came says that somebody else has the address or wants it.
  public mutating func conflict() -> [Action] {
    // What comes after the announcement is not for the probe to settle.
    guard !isOver, announced == 0 else { return [] }
    isOver = true
    return [.inUse]
  }

  /// Whether a packet says so: its sender has the address, or asks for it from nobody (RFC 5227, 2.1.1).
  public static func isConflict(_ packet: ARPPacket, about address: IPv4Address, of hardware: MACAddress) -> Bool {
    guard packet.senderHardware != hardware else { return false }
    return packet.senderAddress == address
      || packet.operation == .request && packet.senderAddress.isAny && packet.targetAddress == address
  }

  private static func time(from least: TimeSpan, to most: TimeSpan, _ random: inout RandomSource) -> TimeSpan {
    TimeSpan(nanoseconds: least.nanoseconds + random.below(most.nanoseconds - least.nanoseconds + 1))
  }
}
