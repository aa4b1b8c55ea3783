import Packets
import Simulation

extension DHCPClient {
  /// DHCPDISCOVER to everybody (RFC 2131, 4.4.1), for the address held last if there was one.
  mutating func discover(_ now: Instant, _ random: inout RandomSource) -> [Action] {
    let before = unconfigure()
    state = .selecting
    (lease, offered, granted) = (nil, nil, nil)
    newTransaction(&random)
    return before + resend(now, &random)
  }

  /// DHCPREQUEST for the lease remembered, without a server identifier (RFC 2131, 4.3.2, INIT-REBOOT).
  mutating func reboot(_ lease: DHCPLease, _ now: Instant, _ random: inout RandomSource) -> [Action] {
    state = .rebooting
    offered = nil
    rebootDeadline = min(deadline, now + configuration.rebootTimeout)
    newTransaction(&random)
    return resend(now, &random)
  }

  /// Takes the first offer (RFC 2131, 4.4.1); the transaction stays (4.4.1, "xid").
  mutating func request(
    _ address: IPv4Address, from server: IPv4Address, _ now: Instant, _ random: inout RandomSource
  ) -> [Action] {
    state = .requesting
    offered = (address, server)
    attempts = 0
    return resend(now, &random)
  }

  /// Sends the message of a searching state once more and sets the timer for the next time.
  mutating func resend(_ now: Instant, _ random: inout RandomSource) -> [Action] {
    var message: DHCPMessage
    switch state {
    case .requesting:
      message = self.message(.request)
      if let offered {
        message.options += [.requestedAddress(offered.address), .serverIdentifier(offered.server)]
      }
      requestSent = now
    case .rebooting:
      message = self.message(.request)
      if let lease { message.options.append(.requestedAddress(lease.address)) }
      requestSent = now
    default:
      message = self.message(.discover)
      if let lastAddress { message.options.append(.requestedAddress(lastAddress)) }
    }
    message.seconds = UInt16(clamping: (now - searchStart).nanoseconds / 1_000_000_000)
    message.options += wishes
    let end = state == .rebooting ? rebootDeadline : deadline
    let pause = min(backOff(&random), end - now)
    attempts += 1
    return [.send(message, to: .broadcast), .setTimer(pause)]
  }

  /// 4, 8, 16, 32, then 64 s, each give or take one (RFC 2131, 4.1).
  private func backOff(_ random: inout RandomSource) -> TimeSpan {
    let middle = TimeSpan.seconds(4 << UInt64(min(attempts, 4)))
    let least = middle.nanoseconds - TimeSpan.seconds(1).nanoseconds
    return TimeSpan(nanoseconds: least + random.below(TimeSpan.seconds(2).nanoseconds + 1))
  }

  /// A request with the options in front: 53 and, if there is one, 61.
  func message(_ kind: DHCPMessage.Kind) -> DHCPMessage {
    var message = DHCPMessage(
      operation: 1, transaction: transaction, clientHardware: configuration.hardwareAddress,
      options: [.messageType(kind)])
    if let identifier = configuration.clientIdentifier {
      message.options.append(.clientIdentifier(identifier))
    }
    message.wantsBroadcast = configuration.wantsBroadcast && (kind == .discover || kind == .request)
    return message
  }

  /// The options behind: host name and what is asked for.
  var wishes: [DHCPOption] {
    var options: [DHCPOption] = []
    if let name = configuration.hostName { options.append(.hostName(name)) }
    options.append(.parameterRequestList(configuration.parameterRequests))
    return options
  }
}
