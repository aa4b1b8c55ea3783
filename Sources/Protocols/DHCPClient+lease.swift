import Packets
import Simulation

extension DHCPClient {
  /// Takes a message that came to port 68, whoever it is for.
  public mutating func receive(
    _ message: DHCPMessage, from server: IPv4Address, now: Instant, random: inout RandomSource
  ) -> [Action] {
    guard message.operation == 2, message.clientHardware == configuration.hardwareAddress,
      message.transaction == transaction
    else { return [.silent(.unexpected)] }
    let server = message.serverIdentifier ?? server
    switch (message.kind, state) {
    case (.offer, .selecting):
      guard message.yourAddress.isAssignable else { return [.silent(.malformed)] }
      return request(message.yourAddress, from: server, now, &random)
    case (.ack, .requesting), (.ack, .rebooting), (.ack, .renewing), (.ack, .rebinding):
      guard let lease = DHCPLease(message, from: server) else { return [.silent(.malformed)] }
      return grant(lease, now)
    case (.nak, .requesting), (.nak, .rebooting), (.nak, .renewing), (.nak, .rebinding):
      // The server not chosen may refuse what was not asked of it.
      if state == .requesting, let offered, offered.server != server { return [.silent(.notOurServer)] }
      return refuse(now, &random)
    default: return [.silent(.unexpected)]
    }
  }

  /// What the owner's probe found (RFC 2131, 4.4.1): an address in use is declined and the search starts anew 10 s later.
  public mutating func probed(
    _ address: IPv4Address, isFree: Bool, now: Instant, random: inout RandomSource
  ) -> [Action] {
    guard state == .probing, let lease = granted, lease.address == address else { return [] }
    granted = nil
    guard !isFree else { return bind(lease, now) }
    newTransaction(&random)
    var message = message(.decline)
    message.options += [.requestedAddress(address), .serverIdentifier(lease.server)]
    lastAddress = nil
    return [.send(message, to: .broadcast)] + pause(now)
  }

  public mutating func timerFired(now: Instant, random: inout RandomSource) -> [Action] {
    switch state {
    case .initial, .probing: return []
    case .selecting, .requesting:
      guard now < deadline else { return giveUp() }
      // RFC 2131, 3.1.5: a request nobody answers goes back to the start, after four tries as many clients do.
      guard state == .selecting || attempts < 4 else { return discover(now, &random) }
      return resend(now, &random)
    case .rebooting:
      return now < rebootDeadline ? resend(now, &random) : discoverOrGiveUp(now, &random)
    case .waiting: return discoverOrGiveUp(now, &random)
    case .bound:
      guard let lease else { return [] }
      return startRenewing(lease, now, &random)
    case .renewing, .rebinding:
      guard let lease, now < expiry(of: lease) else {
        (searchStart, deadline, refusals) = (now, now + configuration.timeout, 0)
        return discover(now, &random)
      }
      return retry(now)
    }
  }

  /// Asks the server for an extension (RFC 2131, 4.4.5).
  mutating func startRenewing(_ lease: DHCPLease, _ now: Instant, _ random: inout RandomSource) -> [Action] {
    state = .renewing
    searchStart = now
    newTransaction(&random)
    return retry(now)
  }

  /// Asks for the extension once more: the server before T2, anybody from then on.
  ///
  /// It waits half of what is left of the phase, at least 60 s (RFC 2131, 4.4.5), but never beyond its end.
  mutating func retry(_ now: Instant) -> [Action] {
    guard let lease else { return [] }
    let rebinding = lease.duration == .endless ? .never : leaseStart + lease.rebinding
    state = now < rebinding ? .renewing : .rebinding
    requestSent = now
    var message = message(.request)
    message.clientAddress = lease.address
    message.seconds = UInt16(clamping: (now - searchStart).nanoseconds / 1_000_000_000)
    message.options += wishes
    let destination: Destination = state == .renewing ? .unicast(lease.server) : .broadcast
    let rest = (state == .renewing ? rebinding : expiry(of: lease)) - now
    let pause = min(rest, max(.seconds(60), rest / 2))
    return [.send(message, to: destination), .setTimer(pause)]
  }

  private mutating func grant(_ lease: DHCPLease, _ now: Instant) -> [Action] {
    // An address in use already was probed when it was new.
    guard configuration.probesAddress, !isConfigured || self.lease?.address != lease.address else {
      return bind(lease, now)
    }
    state = .probing
    granted = lease
    return [.stopTimer, .probe(lease.address)]
  }

  private mutating func bind(_ lease: DHCPLease, _ now: Instant) -> [Action] {
    state = .bound
    (self.lease, leaseStart, lastAddress) = (lease, requestSent, lease.address)
    isConfigured = true
    offered = nil
    guard lease.duration != .endless else { return [.configure(lease), .stopTimer] }
    return [.configure(lease), .setTimer(leaseStart + lease.renewal - now)]
  }

  /// DHCPNAK: the address is not ours; back to the start (RFC 2131, 3.1.5 and 3.2.3).
  ///
  /// The second refusal in one search waits like a declined address, so that a stubborn server is not asked without end.
  private mutating func refuse(_ now: Instant, _ random: inout RandomSource) -> [Action] {
    if state == .renewing || state == .rebinding {
      (searchStart, deadline, refusals) = (now, now + configuration.timeout, 0)
    }
    lastAddress = nil
    refusals += 1
    return refusals == 1 ? discover(now, &random) : pause(now)
  }

  /// RFC 2131, 3.1.5: at least ten seconds before the next search.
  private mutating func pause(_ now: Instant) -> [Action] {
    let before = unconfigure()
    state = .waiting
    (lease, offered) = (nil, nil)
    return before + [.setTimer(min(.seconds(10), deadline - now))]
  }

  private mutating func discoverOrGiveUp(_ now: Instant, _ random: inout RandomSource) -> [Action] {
    now < deadline ? discover(now, &random) : giveUp()
  }

  private mutating func giveUp() -> [Action] {
    let failure: Failure = refusals > 0 ? .nak : .noLease
    return stop() + [.failed(failure)]
  }
}

extension DHCPLease {
  /// Nil unless the message grants an address that a host can have, for some time (RFC 2131, table 3).
  init?(_ message: DHCPMessage, from server: IPv4Address) {
    guard message.yourAddress.isAssignable, let seconds = message.leaseTime, seconds > 0,
      let prefix = DHCPLease.prefix(of: message)
    else { return nil }
    address = message.yourAddress
    self.prefix = prefix
    self.server = server
    duration = seconds == .max ? .endless : .seconds(UInt64(seconds))
    // RFC 2131, 4.4.5: a half and seven eighths unless the server says so; T1 before T2 before the end.
    (renewal, rebinding) = (duration / 2, duration / 8 * 7)
    if let first = message.renewalTime, let second = message.rebindingTime, 0 < first, first < second,
      second < seconds
    {
      (renewal, rebinding) = (.seconds(UInt64(first)), .seconds(UInt64(second)))
    }
    for option in message.options {
      switch option {
      case .routers(let addresses): routers = addresses
      case .domainNameServers(let addresses): nameservers = addresses
      case .domainName(let name): domain = name
      default: break
      }
    }
  }

  /// Without a subnet mask it is that of the address's class (RFC 950, 2.1).
  private static func prefix(of message: DHCPMessage) -> IPv4Prefix? {
    let address = message.yourAddress
    guard let mask = message.subnetMask else {
      let length = address.rawValue >> 31 == 0 ? 8 : address.rawValue >> 30 == 2 ? 16 : 24
      return IPv4Prefix(holding: address, length: length)
    }
    let length = mask.rawValue.leadingZeroBitCount == 0 ? (~mask.rawValue).leadingZeroBitCount : 0
    let prefix = IPv4Prefix(holding: address, length: length)
    return prefix?.netmask == mask ? prefix : nil
  }
}

extension IPv4Address {
  /// One host can have it.
  var isAssignable: Bool { !isAny && !isLimitedBroadcast && !isMulticast && !isLoopback }
}
