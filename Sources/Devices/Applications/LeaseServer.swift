import Configuration
import Packets
import Protocols
import Simulation

/// The DHCP server of one interface.
public struct LeaseServer: Application {
  let interface: String
  private let origin: Origin
  private(set) var server: DHCPServer
  private var port = PortNumber.none
  /// The frame that each transaction's message came in, so that a late offer is known for its answer.
  private var causes: [UInt32: FrameID] = [:]
  private var check: (address: IPv4Address, identifier: UInt16, timer: TimerToken)?

  public init(_ configuration: DHCPServer.Configuration, on interface: String, origin: Origin) {
    self.interface = interface
    self.origin = origin
    server = DHCPServer(configuration)
  }

  public mutating func handle(_ event: ApplicationEvent, _ host: inout ProgramHost, _ outbox: inout Outbox) {
    switch event {
    case .started:
      port = host.network.port(named: interface) ?? .none
      _ = host.bind(.udp, DHCPPort.server, on: port)
    case .datagram(let datagram): receive(datagram, &host, &outbox)
    case .echoReply(let reply):
      if let check, reply.identifier == check.identifier { finishCheck(isFree: false, &host, &outbox) }
    case .timer(let token):
      if let check, check.timer == token { finishCheck(isFree: true, &host, &outbox) }
    case .failure(_, _, _, let identifier):
      if let check, check.identifier == identifier { finishCheck(isFree: true, &host, &outbox) }
    case .poweredOn: restart(&host)
    case .connection, .addressInUse, .arpReply: break
    }
  }

  /// Leases stand in the daemon's file; what it was about is gone with it.
  private mutating func restart(_ host: inout ProgramHost) {
    if let check { host.unbind(.icmp, check.identifier) }
    check = nil
    causes.removeAll()
    server.restart()
  }

  private mutating func receive(
    _ datagram: Datagram, _ host: inout ProgramHost, _ outbox: inout Outbox
  ) {
    guard datagram.port == port, case .dhcp(let message) = outbox.message(in: datagram.content) else { return }
    causes[message.transaction] = outbox.arrival
    let isUnicast = !datagram.destination.address.isLimitedBroadcast
    carryOut(
      server.receive(message, isUnicast: isUnicast, now: outbox.now, random: &outbox.random), &host, &outbox)
    forgetCauses()
  }

  /// Only what waits for a check is still to be answered.
  private mutating func forgetCauses() {
    if check == nil { causes.removeAll(keepingCapacity: true) }
  }

  private mutating func finishCheck(
    isFree: Bool, _ host: inout ProgramHost, _ outbox: inout Outbox
  ) {
    guard let check else { return }
    self.check = nil
    host.unbind(.icmp, check.identifier)
    carryOut(
      server.checked(check.address, isFree: isFree, now: outbox.now, random: &outbox.random), &host, &outbox)
    forgetCauses()
  }

  private mutating func carryOut(
    _ actions: [DHCPServer.Action], _ host: inout ProgramHost, _ outbox: inout Outbox
  ) {
    for action in actions {
      switch action {
      case .send(let message, let destination): send(message, to: destination, &host, &outbox)
      case .check(let address, let wait): begin(checkOf: address, wait, &host, &outbox)
      case .leased(let address, let hardware, let duration):
        outbox.note(.leased(address, hardware, duration), on: port, origin: origin)
      case .named(let names, let address, let duration):
        host.network.setNames(names, of: address, until: outbox.now + duration)
      case .released(let address, let hardware):
        host.network.removeNames(of: address)
        outbox.note(.leased(address, hardware, .zero), on: port, origin: origin)
      // The message has been absorbed; that nothing is answered shows in the absence of an answer.
      case .silent: break
      }
    }
  }

  private mutating func begin(
    checkOf address: IPv4Address, _ wait: TimeSpan, _ host: inout ProgramHost, _ outbox: inout Outbox
  ) {
    guard let identifier = host.bindAny(.icmp, &outbox) else { return }
    check = (address, identifier, host.setTimer(after: wait, &outbox))
    // A failure to send leaves the timer to find the address free.
    _ = host.sendEcho(identifier: identifier, sequence: 1, size: 28, to: address, for: .serves, &outbox)
  }

  private mutating func send(
    _ message: DHCPMessage, to destination: DHCPServer.Destination, _ host: inout ProgramHost,
    _ outbox: inout Outbox
  ) {
    let purpose = Purpose(.answers, cause: causes.removeValue(forKey: message.transaction))
    let own = Endpoint(server.configuration.serverAddress, DHCPPort.server)
    func sendBelow(_ address: IPv4Address, _ hardware: MACAddress) {
      host.sendBelowRoutes(
        .dhcp(message), from: own, to: Endpoint(address, DHCPPort.client), hardware: hardware, on: port,
        timeToLive: 64, for: purpose, &outbox)
    }
    switch destination {
    case .broadcast: sendBelow(.broadcast, .broadcast)
    case .hardware(let hardware, let address): sendBelow(address, hardware)
    case .unicast(let address): sendRouted(message, to: Endpoint(address, DHCPPort.client), purpose, &host, &outbox)
    case .relay(let address): sendRouted(message, to: Endpoint(address, DHCPPort.server), purpose, &host, &outbox)
    }
  }

  /// What cannot be routed is lost, as it would be by the daemon.
  private func sendRouted(
    _ message: DHCPMessage, to target: Endpoint, _ purpose: Purpose, _ host: inout ProgramHost,
    _ outbox: inout Outbox
  ) {
    _ = host.send(
      .dhcp(message), from: DHCPPort.server, source: server.configuration.serverAddress, to: target, for: purpose,
      &outbox)
  }
}

/// `kind: dhcp-server`.
struct LeaseServerSettings: ServiceKind {
  static let word = "dhcp-server"
  static let summary = "Gives addresses to the clients on one interface, and on networks behind relay agents"
  static let fields: [any FieldDeclaration] = [
    interface, range, relayed, lease, maximumLease, leaseLimit, router, dns, domain, netbios, allocation, check,
    renewalTimes, reservations, authoritative,
  ]

  private static let interface = Field("interface", .string, "The interface served; the first unless named")
  private static let range = Field("range", .addressRange, "The pool, as first-last")
  private static let relayed = Field(
    "relayed", .list(of: RelayedNetwork.shape), "Networks whose clients are heard through a relay agent")
  private static let lease = Field("lease", .duration, "How long an address is given for; 1h unless set")
  private static let maximumLease = Field("max-lease", .duration, "The longest lease a client may ask for")
  private static let leaseLimit = Field(
    "lease-limit", .integer(in: 1...Int(UInt32.max)),
    "So many leases at once; 1000 unless set where allocation is hash, as with dnsmasq")
  private static let router = Field(
    "router", .either(Shape.ipv4Address.map { Optional($0) }, Shape.choice("none").map { _ in nil }),
    "Option 3: the default gateway, or none")
  private static let dns = Field("dns", .oneOrMany(of: .ipv4Address), "Option 6: name servers")
  private static let domain = Field("domain", .string, "Option 15: the domain")
  private static let netbios = Field("netbios", .oneOrMany(of: .ipv4Address), "Option 44: WINS servers")
  private static let allocation = Field(
    "allocation", .choice("ascending", "hash"),
    "Lowest free address first, kept from the offer on; or by a hash of the client's, as dnsmasq does")
  private static let check = Field(
    "check", .either(Shape.duration.map { Optional($0) }, Shape.choice("none").map { _ in nil }),
    "How long an address is pinged before it is offered, or none")
  private static let renewalTimes = Field("renewal-times", .boolean, "Options 58 and 59 are sent")
  private static let reservations = Field("reservations", .map(of: .reservation), "Fixed addresses by MAC")
  private static let authoritative = Field("authoritative", .boolean, "Refuses what it does not know")

  private let configuration: DHCPServer.Configuration
  private let interfaceName: String
  private let origin: Origin

  init?(_ fields: Fields, of interfaces: [Interface], at location: SourceLocation, _ reader: inout DeviceReader) {
    let name = fields.read(Self.interface, &reader.diagnostics) ?? interfaces.first?.name ?? ""
    guard let interface = interfaces.first(where: { $0.name == name }), let own = interface.addresses.first else {
      reader.diagnostics.report(
        "a DHCP server needs an interface with an address, and '\(name)' is none", .unknownInterface,
        at: fields.location(of: Self.interface),
        notes: Diagnostic.Note.suggestion(for: name, among: interfaces.map(\.name), called: "interfaces"))
      return nil
    }
    interfaceName = name
    let pool = fields.read(Self.range, &reader.diagnostics)
    var settings = DHCPServer.Configuration(pool: pool, prefix: own.prefix, serverAddress: own.address)
    Self.read(fields, into: &settings, own: own.address, &reader.diagnostics)
    configuration = settings
    let label = pool.map { "DHCP pool \($0.lowerBound)-\($0.upperBound)" } ?? "DHCP reservations"
    origin = reader.origin(label, at: location)
    guard let pool, !own.prefix.contains(pool.lowerBound) || !own.prefix.contains(pool.upperBound) else { return }
    reader.diagnostics.report(
      "the range is not inside \(own.prefix), the network of \(name)", .impossiblePrefix,
      at: fields.location(of: Self.range))
  }

  private static func read(
    _ fields: Fields, into settings: inout DHCPServer.Configuration, own: IPv4Address,
    _ diagnostics: inout Diagnostics
  ) {
    if fields.has(router) {
      settings.router = fields.read(router, &diagnostics) ?? nil
    } else {
      settings.router = own
    }
    settings.relayed = fields.read(relayed, &diagnostics) ?? []
    settings.nameservers = fields.read(dns, &diagnostics) ?? []
    settings.domain = fields.read(domain, &diagnostics)
    settings.netbios = fields.read(netbios, &diagnostics) ?? []
    settings.lease = fields.read(lease, &diagnostics) ?? settings.lease
    settings.maximumLease = fields.read(maximumLease, &diagnostics) ?? settings.lease
    settings.sendsRenewalTimes = fields.read(renewalTimes, &diagnostics) ?? false
    settings.optionOrder = settings.sendsRenewalTimes ? .fixed : .asRequested
    // The daemon that sends renewal times is dnsmasq, which gives no lease shorter than two minutes.
    if settings.sendsRenewalTimes { settings.minimumLease = .seconds(120) }
    settings.isAuthoritative = fields.read(authoritative, &diagnostics) ?? false
    if fields.read(allocation, &diagnostics) == "hash" {
      settings.allocation = .hashOfHardwareAddress
      settings.refusesForeignRequests = settings.isAuthoritative
      settings.leaseLimit = 1000  // dnsmasq, `dhcp-lease-max`
    }
    if let limit = fields.read(leaseLimit, &diagnostics) { settings.leaseLimit = limit }
    if let wait = fields.read(check, &diagnostics) ?? nil { settings.check = .ping(wait: wait) }
    for entry in fields.read(reservations, &diagnostics) ?? [] {
      guard let hardware = MACAddress(entry.key) else {
        diagnostics.report("'\(entry.key)' is no MAC address", .malformedText, at: entry.keyLocation)
        continue
      }
      settings.reservations.append(
        DHCPServer.Reservation(hardware, entry.value.address, hostName: entry.value.name?.text))
    }
  }

  var remark: Remark {
    guard let pool = configuration.pool else { return .text("DHCP") }
    return .text("DHCP .\(pool.lowerBound.rawValue & 255)–.\(pool.upperBound.rawValue & 255)")
  }

  func program() -> any Application { LeaseServer(configuration, on: interfaceName, origin: origin) }
}
