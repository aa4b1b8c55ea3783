import Packets
import Protocols
import Simulation

/// The sending half of a client: datagrams to one target on a schedule.
struct DatagramSender: Sendable {
  private let schedule: Schedule
  private let size: UInt16
  private let source: SourcePort
  private let activity: ActivityID
  /// How long the last datagram waits for what may come of it.
  private let patience: TimeSpan
  private var target: Endpoint
  private var timer: TimerToken?
  /// The client's own port; 0 before it has one.
  private(set) var port: UInt16 = 0
  private(set) var sent = 0
  private var firstSent = Instant.start

  init(
    _ schedule: Schedule, size: UInt16, to port: UInt16, from source: SourcePort = .any, patience: TimeSpan,
    for activity: ActivityID
  ) {
    self.schedule = schedule
    self.source = source
    self.size = size
    self.patience = patience
    self.activity = activity
    target = Endpoint(.any, port)
  }

  /// What came of the last thing it did.
  enum Progress {
    case waiting
    case failed(FailureReason)
    /// Everything is sent, and the last datagram has had its time.
    case over
  }

  mutating func begin(
    at address: IPv4Address, _ host: inout ProgramHost, _ outbox: inout Outbox
  ) -> Progress {
    if let failure = takePort(&host, &outbox) { return .failed(failure) }
    target.address = address
    guard schedule.delay > .zero else { return sendNext(&host, &outbox) }
    timer = host.setTimer(after: schedule.delay, &outbox)
    return .waiting
  }

  private mutating func takePort(_ host: inout ProgramHost, _ outbox: inout Outbox) -> FailureReason? {
    if case .fixed(let wanted) = source {
      guard host.bind(.udp, wanted) else { return .portTaken }
      port = wanted
    } else {
      guard let free = host.bindAny(.udp, &outbox) else { return .portTaken }
      port = free
    }
    return nil
  }

  /// Sends the next datagram, if the timer is the one it waits for.
  mutating func timerFired(
    _ token: TimerToken, _ host: inout ProgramHost, _ outbox: inout Outbox
  ) -> Progress {
    guard token == timer else { return .waiting }
    return sent < schedule.count ? sendNext(&host, &outbox) : .over
  }

  private mutating func sendNext(_ host: inout ProgramHost, _ outbox: inout Outbox) -> Progress {
    if sent == 0 {
      firstSent = outbox.now
    } else if case .fresh = source {
      close(&host)
      if let failure = takePort(&host, &outbox) { return .failed(failure) }
    }
    // The number of the datagram seeds its bytes, so that an echo tells which one it answers.
    let content = Content.pattern(length: size, seed: UInt32(sent))
    sent += 1
    if let failure = host.sendDatagram(content, from: port, to: target, for: .begins(activity), &outbox) {
      return .failed(failure)
    }
    timer = host.setTimer(after: sent == schedule.count ? patience : schedule.interval, &outbox)
    return .waiting
  }

  /// When the datagram was sent that `content` echoes.
  func sendingTime(ofEchoed content: Content) -> Instant {
    firstSent + schedule.interval * UInt64(min(Int(content.reference), sent - 1))
  }

  mutating func close(_ host: inout ProgramHost) {
    if port != 0 { host.unbind(.udp, port) }
    port = 0
  }
}
