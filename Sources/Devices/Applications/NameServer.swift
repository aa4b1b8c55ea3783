import Configuration
import Packets
import Protocols
import Simulation

/// A DNS server: it answers for its own names and, where it is told to, asks others for the rest.
struct NameServer: Application {
  private(set) var server: DNSServer
  /// Where it answers; everywhere unless named.
  private let interface: String?
  private var port = PortNumber.none
  /// Questions to other servers go out from here.
  private var upstreamPort: UInt16 = 0

  init(_ configuration: DNSServer.Configuration, on interface: String?) {
    server = DNSServer(configuration)
    self.interface = interface
  }

  mutating func handle(_ event: ApplicationEvent, _ host: inout ProgramHost, _ outbox: inout Outbox) {
    switch event {
    case .started:
      bind(&host)
      if !server.configuration.upstream.isEmpty { upstreamPort = host.bindAny(.udp, &outbox) ?? 0 }
    case .datagram(let datagram):
      guard case .dns(let message) = outbox.message(in: datagram.content) else { return }
      receive(message, datagram, &host, &outbox)
    case .poweredOn: server.restart()
    // Errors from the way upstream do not reach its socket; the client asks again, and then the next server is tried.
    default: break
    }
  }

  private mutating func bind(_ host: inout ProgramHost) {
    guard let interface, let port = host.network.port(named: interface) else {
      _ = host.bind(.udp, DNSPort.server)
      return
    }
    self.port = port
    for own in host.network[port].addresses { host.bind(.udp, DNSPort.server, at: own.address) }
  }

  /// What comes to the interface's address by another one is not answered, as with dnsmasq's `interface` and
  /// `bind-dynamic`; the machine itself may ask.
  private func isHeard(_ arrival: PortNumber) -> Bool { port == .none || arrival == port || arrival == .none }

  private mutating func receive(
    _ message: DNSMessage, _ datagram: Datagram, _ host: inout ProgramHost, _ outbox: inout Outbox
  ) {
    guard datagram.destination.port != upstreamPort else {
      let action = server.reply(message, from: datagram.source.address, now: outbox.now)
      return carryOut(action, at: nil, &host, &outbox)
    }
    guard isHeard(datagram.port) else { return }
    let leased = message.questions.first.flatMap { host.network.address(ofName: $0.name, outbox.now) }
    let action = server.query(
      message, leased: leased, from: datagram.source, now: outbox.now, random: &outbox.random)
    carryOut(action, at: datagram.destination.address, &host, &outbox)
  }

  /// - Parameter own: The address the client asked; nil when it is another server's answer that is passed on.
  private mutating func carryOut(
    _ action: DNSServer.Action, at own: IPv4Address?, _ host: inout ProgramHost, _ outbox: inout Outbox
  ) {
    switch action {
    case .answer(let answer, let client):
      // The answer from above is passed on; one of our own answers the question.
      _ = host.send(
        .dns(answer), from: DNSPort.server, source: own, to: client, for: own == nil ? .continues : .answers, &outbox)
    case .forward(let question, let upstream):
      for server in upstream {
        let failure = host.send(
          .dns(question), from: upstreamPort, to: Endpoint(server, DNSPort.server), for: .continues, &outbox)
        guard failure != nil else { continue }
        carryOut(self.server.unsendable(question, to: server), at: own, &host, &outbox)
      }
    case .silent: break
    }
  }
}

/// `kind: dns-server`.
struct NameServerSettings: ServiceKind {
  static let word = "dns-server"
  static let summary = "Answers for names, and asks others for the rest where it is told to"
  static let fields: [any FieldDeclaration] = [names, authority, forwardTo, forwarding, interface]

  private static let names = Field("names", .map(of: .string), "Its names: an address each, or another name")
  private static let authority = Field(
    "authority", .oneOrMany(of: .string),
    "Domains it answers for alone, so that what it does not know there does not exist; `.` is all of them")
  private static let forwardTo = Field(
    "forward-to", .oneOrMany(of: .ipv4Address), "The servers asked about every other name")
  private static let forwarding = Field(
    "forwarding", .choice("strict-order", "all-servers"),
    "One server after the other, which is so unless set, or all at once; in dnsmasq's words")
  private static let interface = Field(
    "interface", .string, "Answers on this interface only; on every one unless named")

  private let configuration: DNSServer.Configuration
  private let interfaceName: String?

  init?(_ fields: Fields, of interfaces: [Interface], at location: SourceLocation, _ reader: inout DeviceReader) {
    var records: [DNSServer.Record] = []
    for entry in fields.read(Self.names, &reader.diagnostics) ?? [] {
      guard let name = DomainName(entry.key) else {
        reader.diagnostics.report("'\(entry.key)' is no domain name", .malformedText, at: entry.keyLocation)
        continue
      }
      if let address = IPv4Address(entry.value) {
        records.append(DNSServer.Record(name, .address(address)))
      } else if let alias = DomainName(entry.value), !entry.value.allSatisfy({ $0.isNumber || $0 == "." }) {
        records.append(DNSServer.Record(name, .canonicalName(alias)))
      } else {
        reader.diagnostics.report(
          "'\(entry.value)' is neither an address nor a name", .malformedText, at: entry.keyLocation)
      }
    }
    let upstream = fields.read(Self.forwardTo, &reader.diagnostics) ?? []
    var settings = DNSServer.Configuration(records: records, upstream: upstream)
    settings.asksAll = fields.read(Self.forwarding, &reader.diagnostics) == "all-servers"
    interfaceName = fields.read(Self.interface, &reader.diagnostics)
    if let name = interfaceName, interfaces.first(where: { $0.name == name })?.addresses.isEmpty ?? true {
      reader.diagnostics.report(
        "a DNS server needs an interface with an address, and '\(name)' is none", .unknownInterface,
        at: fields.location(of: Self.interface),
        notes: Diagnostic.Note.suggestion(for: name, among: interfaces.map(\.name), called: "interfaces"))
    }
    for domain in fields.read(Self.authority, &reader.diagnostics) ?? [] {
      if domain == "." {
        settings.isRoot = true
      } else if let name = DomainName(domain) {
        settings.domains.append(name)
      } else {
        reader.diagnostics.report(
          "'\(domain)' is no domain name", .malformedText, at: fields.location(of: Self.authority))
      }
    }
    configuration = settings
  }

  var remark: Remark { configuration.upstream.isEmpty ? .text("DNS") : .proxy(of: "DNS", port: nil) }

  func program() -> any Application { NameServer(configuration, on: interfaceName) }
}
