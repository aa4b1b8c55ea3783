import Packets
import Protocols
import Simulation

/// The DHCP client of an interface: it stays, and renews what it was given.
struct LeaseClient: Application {
  /// As measured of dhclient: its own packets start with a time to live of 128.
  static let timeToLive: UInt8 = 128
  /// A release is answered by nobody; in this time it has arrived, so that what is done next finds the address free.
  static let releaseTime = TimeSpan.seconds(1)

  private let port: PortNumber
  private let hardwareAddress: MACAddress
  private var client: DHCPClient
  private var timer: TimerToken?
  private var releaseTimer: TimerToken?
  private var current: DHCPLease?
  /// What a step asked for and waits for.
  private var activity = ActivityID.none
  private var askedAt = Instant.start
  private var hasSearched = false

  init(on port: PortNumber, hardwareAddress: MACAddress) {
    self.port = port
    self.hardwareAddress = hardwareAddress
    client = DHCPClient(DHCPClient.Configuration(hardwareAddress: hardwareAddress))
  }

  mutating func handle(_ event: ApplicationEvent, _ host: inout ProgramHost, _ outbox: inout Outbox) {
    switch event {
    case .datagram(let datagram):
      guard case .dhcp(let message) = outbox.message(in: datagram.content) else { return }
      let actions = client.receive(
        message, from: datagram.source.address, now: outbox.now, random: &outbox.random)
      carryOut(actions, &host, &outbox)
    case .timer(let token) where token == timer:
      carryOut(client.timerFired(now: outbox.now, random: &outbox.random), &host, &outbox)
    case .timer(let token) where token == releaseTimer: finish(.success, &outbox)
    default: break
    }
  }

  mutating func perform(
    _ command: any Command, for activity: ActivityID, _ host: inout ProgramHost, _ outbox: inout Outbox
  ) {
    guard let command = command as? DHCPCommand else { return outbox.finish(activity, .failure(.notSupported)) }
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
      if client.isSearching { carryOut(client.stop(), &host, &outbox) }
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
      case .deconfigure: deconfigure(&host, &outbox)
      case .failed: finish(.failure(.noLease), &outbox)
      // The client is not told to probe, and a message that changes nothing has been absorbed already.
      case .probe, .silent: break
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
}
