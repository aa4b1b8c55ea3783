import Packets
import Protocols
import Simulation

/// A program on an IP stack: a server, or a client that a step has started.
///
/// It is called with what concerns it, one thing after another, and speaks through the network layer.
public protocol Application: Sendable {
  mutating func handle(_ event: ApplicationEvent, _ host: inout ProgramHost, _ outbox: inout Outbox)
  /// A step asks a program that is already there for something.
  mutating func perform(
    _ command: any Command, for activity: ActivityID, _ host: inout ProgramHost, _ outbox: inout Outbox)
}

extension Application {
  public mutating func perform(
    _ command: any Command, for activity: ActivityID, _ host: inout ProgramHost, _ outbox: inout Outbox
  ) {
    outbox.finish(activity, .failure(.notSupported))
  }
}

/// What a program learns. Long messages are looked up by what carries them.
public enum ApplicationEvent: Sendable, BitwiseCopyable {
  /// The run, or the step that started the program, begins.
  case started
  case datagram(Datagram)
  case echoReply(EchoReply)
  /// An answer to a question of this program's own.
  case arpReply(ARPPacket)
  case connection(Int, ConnectionEvent)
  /// What this program sent failed: an ICMP error came from `from`, or the stack itself gave up (then `from` is its own).
  case failure(FailureReason, about: Endpoint, from: IPv4Address, localPort: UInt16)
  case timer(TimerToken)
  /// Somebody else on the link has the address that the program watches, or is about to take it.
  case addressInUse(IPv4Address)
  /// The machine was switched off and is on again.
  case poweredOn
}

/// A datagram as its program receives it.
public struct Datagram: Sendable, BitwiseCopyable {
  public var source: Endpoint
  public var destination: Endpoint
  public var port: PortNumber
  public var sourceHardware: MACAddress
  public var timeToLive: UInt8
  public var content: Content
}

/// The answer to an echo request.
public struct EchoReply: Sendable, BitwiseCopyable {
  public var source: IPv4Address
  public var identifier: UInt16
  public var sequence: UInt16
  public var timeToLive: UInt8
}

/// What a program learns of a connection.
public enum ConnectionEvent: Sendable, BitwiseCopyable {
  /// A peer has connected to a port this program listens on.
  case accepted(local: Endpoint, remote: Endpoint)
  case connected(timeToLive: UInt8)
  case received(Content)
  case peerClosed
  /// Both with what became of the data that was sent.
  case closed(TCPConnection.Progress)
  case failed(FailureReason, TCPConnection.Progress)
}

/// What a program may do: the network layer, its own slot, and an end.
public struct ProgramHost: Sendable {
  public var network: NetworkLayer
  /// The program's place, by which sockets and timers find it.
  public internal(set) var slot = 0
  var hasEnded = false

  init(network: NetworkLayer) { self.network = network }

  /// Wakes this program after `delay`; to cancel, forget the token.
  @inline(__always)
  public func setTimer(after delay: TimeSpan, _ outbox: inout Outbox) -> TimerToken {
    outbox.setTimer(StackTimer.application, UInt32(slot), after: delay)
  }

  /// The program is over; its slot is given to the next one.
  public mutating func end() { hasEnded = true }
}

/// The kinds of timers a stack sets.
enum StackTimer {
  /// The subject is a program's slot.
  static let application: UInt16 = 1
  /// The subject is a connection.
  static let connection: UInt16 = 2
  /// The subject is a datagram in parts.
  static let reassembly: UInt16 = 3
  /// An ARP answer for somebody else is due.
  static let proxyAnswer: UInt16 = 4
  /// Plus the port; the subject is the neighbour's address.
  static let neighbor: UInt16 = 16
}
