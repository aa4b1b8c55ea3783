import Packets
import Protocols
import Simulation

/// The DHCP client of an interface: it stays, and renews what it was given.
struct LeaseClient: Application {
  /// As measured of dhclient: its own packets start with a time to live of 128.
  static let timeToLive: UInt8 = 128
  /// A release is answered by nobody; in this time it has arrived, so that what is done next finds the address free.
  static let releaseTime = TimeSpan.seconds(1)
  /// After a search in vain dhclient sleeps so long before it begins another one (dhclient.conf(5), `retry`).
  static let retryTime = TimeSpan.seconds(300)

  private let port: PortNumber
  private var client: DHCPClient
  private var timer: TimerToken?
  private var releaseTimer: TimerToken?
  private var probe: AddressProbe?
  private var probeTimer: TimerToken?
  private var current: DHCPLease?
  /// What a step asked for and waits for.
  private var activity = ActivityID.none
  private var askedAt = Instant.start
  /// What it asked for to be done later.
  private var later: (timer: TimerToken, deed: DHCPCommand.Deed, activity: ActivityID)?
  private var hasSearched = false

  init(on port: PortNumber, _ configuration: DHCPClient.Configuration) {
    self.port = port
    client = DHCPClient(configuration)
  }

  mutating func handle(_ event: ApplicationEvent, _ host: inout ProgramHost, _ outbox: inout Outbox) {
    switch event {
    case .datagram(let datagram):
      guard case .dhcp(let message) = outbox.message(in: datagram.content) else { return }
      let actions = client.receive(
        message, from: datagram.source.address, now: outbox.now, random: &outbox.random)
      carryOut(actions, &host, &outbox)
    case .timer(let token) where token == timer:
      timer = nil
      let actions =
        client.state == .initial
        ? client.acquire(now: outbox.now, random: &outbox.random)
        : client.timerFired(now: outbox.now, random: &outbox.random)
      carryOut(actions, &host, &outbox)
    case .timer(let token) where token == releaseTimer: finish(.success, &outbox)
    case .timer(let token) where token == later?.timer:
      if let (_, deed, activity) = later { begin(deed, activity, &host, &outbox) }
    case .timer(let token) where token == probeTimer:
      goOnProbing(probe?.timerFired(random: &outbox.random), &host, &outbox)
    case .addressInUse(let address) where address == probe?.address: goOnProbing(probe?.conflict(), &host, &outbox)
    case .poweredOn: restart(&host, &outbox)
    default: break
    }
  }

  /// The machine has booted: the lease is remembered, the address has to be asked for again (RFC 2131, 3.2).
  private mutating func restart(_ host: inout ProgramHost, _ outbox: inout Outbox) {
    finish(.failure(.switchedOff), &outbox)
    stopProbing(&host)
    carryOut(client.stop(), &host, &outbox)
    carryOut(client.acquire(now: outbox.now, random: &outbox.random), &host, &outbox)
  }

  mutating func perform(
    _ command: any Command, for activity: ActivityID, _ host: inout ProgramHost, _ outbox: inout Outbox
  ) {
    guard let command = command as? DHCPCommand else { return outbox.finish(activity, .failure(.notSupported)) }
    guard command.delay == .zero else {
      later = (host.setTimer(after: command.delay, &outbox), command.deed, activity)
      return
    }
    begin(command.deed, activity, &host, &outbox)
  }

  private mutating func begin(
    _ deed: DHCPCommand.Deed, _ activity: ActivityID, _ host: inout ProgramHost, _ outbox: inout Outbox
  ) {
    self.activity = activity
    askedAt = outbox.now
    hasSearched = false
    releaseTimer = nil
    switch deed {
    case .acquire:
      // Who asks again while a search goes on begins a new one, as by starting the client once more.
      if client.isSearching {
        stopProbing(&host)
        carryOut(client.stop(), &host, &outbox)
      }
      carryOut(client.acquire(now: outbox.now, random: &outbox.random), &host, &outbox)
    case .renew: carryOut(client.renew(now: outbox.now, random: &outbox.random), &host, &outbox)
    case .release:
      carryOut(client.release(now: outbox.now, random: &outbox.random), &host, &outbox)
      releaseTimer = host.setTimer(after: LeaseClient.releaseTime, &outbox)
    }
  }

  private mutating func carryOut(
    _ actions: [DHCPClient.Action], _ host: inout ProgramHost, _ outbox: inout Outbox
  ) {
    for action in actions {
      switch action {
      case .send(let message, let destination): send(message, to: destination, &host, &outbox)
      case .setTimer(let delay): timer = host.setTimer(after: delay, &outbox)
      case .stopTimer: timer = nil
      case .configure(let lease): configure(lease, &host, &outbox)
      case .deconfigure:
        probeTimer = nil
        deconfigure(&host, &outbox)
      case .probe(let address):
        let probe = AddressProbe(of: address)
        self.probe = probe
        host.network.watch(address, on: port, for: host.slot)
        goOnProbing(probe.start(random: &outbox.random), &host, &outbox)
      case .failed:
        finish(.failure(.noLease), &outbox)
        timer = host.setTimer(after: LeaseClient.retryTime, &outbox)
      // A message that changes nothing has been absorbed already.
      case .silent: break
      }
    }
  }

  private mutating func goOnProbing(
    _ actions: [AddressProbe.Action]?, _ host: inout ProgramHost, _ outbox: inout Outbox
  ) {
    guard let address = probe?.address else { return }
    for action in actions ?? [] {
      switch action {
      case .ask: host.network.sendProbe(about: address, on: port, &outbox)
      case .announce: host.network.announce(address, on: port, &outbox)
      case .setTimer(let delay): probeTimer = host.setTimer(after: delay, &outbox)
      case .free, .inUse:
        host.network.unwatch(for: host.slot)
        let found = client.probed(
          address, isFree: action == .free, now: outbox.now, random: &outbox.random)
        carryOut(found, &host, &outbox)
      }
    }
  }

  private mutating func send(
    _ message: DHCPMessage, to destination: DHCPClient.Destination, _ host: inout ProgramHost,
    _ outbox: inout Outbox
  ) {
    // A repeated DISCOVER begins anew, for the first may have met nobody; what follows one belongs to it.
    let isFirst = message.kind == .discover || !hasSearched
    let purpose = Purpose(isFirst && activity != .none ? .begins : .serves, activity: activity)
    if message.kind == .discover { hasSearched = true }
    switch destination {
    case .broadcast:
      host.sendBelowRoutes(
        .dhcp(message), from: Endpoint(message.clientAddress, DHCPPort.client),
        to: Endpoint(.broadcast, DHCPPort.server), hardware: .broadcast, on: port,
        timeToLive: LeaseClient.timeToLive, for: purpose, &outbox)
    case .unicast(let server):
      _ = host.send(
        .dhcp(message), from: DHCPPort.client, source: current?.address, to: Endpoint(server, DHCPPort.server),
        for: purpose, &outbox)
    }
  }

  private mutating func configure(
    _ lease: DHCPLease, _ host: inout ProgramHost, _ outbox: inout Outbox
  ) {
    let address = InterfaceAddress(lease.address, in: lease.prefix)
    if let current, current.address != lease.address { deconfigure(&host, &outbox) }
    current = lease
    host.network.configure(
      address, on: port, router: lease.routers.first, nameservers: lease.nameservers, server: lease.server,
      &outbox)
    var outcome = Outcome.success
    outcome.address = lease.address
    outcome.responder = lease.server
    outcome.detail = UInt32(lease.prefix.length)
    outcome.roundTrip = outbox.now - askedAt
    finish(outcome, &outbox)
  }

  private mutating func deconfigure(_ host: inout ProgramHost, _ outbox: inout Outbox) {
    guard let lease = current else { return }
    host.network.deconfigure(InterfaceAddress(lease.address, in: lease.prefix), on: port, &outbox)
    current = nil
  }

  private mutating func finish(_ outcome: Outcome, _ outbox: inout Outbox) {
    outbox.finish(activity, outcome)
    activity = .none
  }

  private mutating func stopProbing(_ host: inout ProgramHost) {
    host.network.unwatch(for: host.slot)
    (probe, probeTimer) = (nil, nil)
  }
}
