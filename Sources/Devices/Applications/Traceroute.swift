import Packets
import Protocols
import Simulation

/// Finds the routers on the way: each dies of a packet's time to live in turn and says so (RFC 1812, 4.3.3).
///
/// It sends one packet for each hop where `traceroute` sends three, and the next only when the one before it was answered
/// or given up, so that its story can be read.
struct Traceroute: TargetedProgram {
  /// Linux's traceroute: the first port, which rises with each packet.
  static let firstPort: UInt16 = 33434
  /// Bytes of data, which make packets of 60 as theirs.
  static let size: UInt16 = 32
  /// How long a silent hop is waited for (`traceroute -w`).
  static let patience = TimeSpan.seconds(5)

  private let command: TracerouteCommand
  private let activity: ActivityID
  private var target = IPv4Address.any
  private var hop = 0
  /// The socket of the packet under way; each has its own, so that a late answer is taken for no other's.
  private var socket: UInt16 = 0
  private var sentAt = Instant.start
  private var timer: TimerToken?

  init(_ command: TracerouteCommand, for activity: ActivityID) {
    self.command = command
    self.activity = activity
  }

  private var transport: IPProtocol { command.method == .udp ? .udp : .icmp }

  mutating func begin(at address: IPv4Address, _ host: inout ProgramHost, _ outbox: inout Outbox) {
    target = address
    sendNext(&host, &outbox)
  }

  mutating func handle(_ event: ApplicationEvent, _ host: inout ProgramHost, _ outbox: inout Outbox) {
    switch event {
    case .echoReply(let reply) where reply.identifier == socket:
      arrive(from: reply.source, timeToLive: reply.timeToLive, &host, &outbox)
    case .datagram(let datagram) where datagram.destination.port == socket:
      arrive(from: datagram.source.address, timeToLive: datagram.timeToLive, &host, &outbox)
    case .failure(let reason, _, let reporter, let port) where port == socket:
      learn(reason, from: reporter, &host, &outbox)
    case .timer(let token) where token == timer: sendNext(&host, &outbox)
    default: break
    }
  }

  private mutating func learn(
    _ reason: FailureReason, from reporter: IPv4Address, _ host: inout ProgramHost, _ outbox: inout Outbox
  ) {
    switch reason {
    case .timeExceeded: sendNext(&host, &outbox)
    // Nobody listens there: that is who was looked for. From anybody else it is a filter's refusal.
    case .portUnreachable where reporter == target:
      arrive(from: reporter, timeToLive: 0, &host, &outbox)
    default: finish(.failure(reason, told: reporter), &host, &outbox)
    }
  }

  private mutating func sendNext(_ host: inout ProgramHost, _ outbox: inout Outbox) {
    closeSocket(&host)
    guard hop < command.mostHops else { return finish(.failure(.noAnswer), &host, &outbox) }
    guard let free = host.bindAny(transport, &outbox) else { return finish(.failure(.noAnswer), &host, &outbox) }
    hop += 1
    socket = free
    sentAt = outbox.now
    if let failure = send(&host, &outbox) { return finish(.failure(failure), &host, &outbox) }
    timer = host.setTimer(after: Traceroute.patience, &outbox)
  }

  private mutating func send(_ host: inout ProgramHost, _ outbox: inout Outbox) -> FailureReason? {
    let purpose = Purpose(hop == 1 ? .begins : .serves, activity: activity)
    switch command.method {
    case .udp:
      let port = Traceroute.firstPort + UInt16(hop - 1)
      return host.sendDatagram(
        .pattern(length: Traceroute.size, seed: UInt32(hop)), from: socket, to: Endpoint(target, port),
        timeToLive: UInt8(hop), for: purpose, &outbox)
    case .icmp:
      return host.sendEcho(
        identifier: socket, sequence: UInt16(hop), size: Traceroute.size, timeToLive: UInt8(hop), to: target,
        for: purpose, &outbox)
    }
  }

  private mutating func arrive(
    from responder: IPv4Address, timeToLive: UInt8, _ host: inout ProgramHost, _ outbox: inout Outbox
  ) {
    var outcome = Outcome.success
    outcome.responder = responder
    outcome.timeToLive = timeToLive
    outcome.roundTrip = outbox.now - sentAt
    finish(outcome, &host, &outbox)
  }

  private mutating func closeSocket(_ host: inout ProgramHost) {
    if socket != 0 { host.unbind(transport, socket) }
    socket = 0
    timer = nil
  }

  mutating func finish(_ outcome: Outcome, _ host: inout ProgramHost, _ outbox: inout Outbox) {
    closeSocket(&host)
    outbox.finish(activity, outcome)
    host.end()
  }
}

extension TracerouteCommand: ProgramCommand {
  public func program(for activity: ActivityID) -> any Application {
    Targeted(target, Traceroute(self, for: activity))
  }
}
