import Configuration
import Packets
import Protocols
import Simulation

/// A DNS server: it answers for its own names and, where it is told to, asks others for the rest.
struct NameServer: Application {
  private var server: DNSServer
  /// Questions to other servers go out from here.
  private var upstreamPort: UInt16 = 0

  init(_ configuration: DNSServer.Configuration) { server = DNSServer(configuration) }

  mutating func handle(_ event: ApplicationEvent, _ host: inout ProgramHost, _ outbox: inout Outbox) {
    switch event {
    case .started:
      _ = host.bind(.udp, DNSPort.server)
      if !server.configuration.upstream.isEmpty { upstreamPort = host.bindAny(.udp, &outbox) ?? 0 }
    case .datagram(let datagram):
      guard case .dns(let message) = outbox.message(in: datagram.content) else { return }
      receive(message, datagram, &host, &outbox)
    // A question that cannot be sent is asked again by the client, which then tries the next server.
    default: break
    }
  }

  private mutating func receive(
    _ message: DNSMessage, _ datagram: Datagram, _ host: inout ProgramHost, _ outbox: inout Outbox
  ) {
    let isReply = datagram.destination.port == upstreamPort
    let action =
      isReply
      ? server.reply(message, from: datagram.source.address, now: outbox.now)
      : server.query(message, from: datagram.source, now: outbox.now, random: &outbox.random)
    switch action {
    case .answer(let answer, let client):
      // The answer from above is passed on; one of our own answers the question.
      _ = host.send(
        .dns(answer), from: DNSPort.server, source: isReply ? nil : datagram.destination.address, to: client,
        for: isReply ? .continues : .answers, &outbox)
    case .forward(let question, let upstream):
      _ = host.send(
        .dns(question), from: upstreamPort, to: Endpoint(upstream, DNSPort.server), for: .continues, &outbox)
    case .silent: break
    }
  }
}

/// `kind: dns-server`.
struct NameServerSettings: ServiceKind {
  static let word = "dns-server"
  static let summary = "Answers for names, and asks others for the rest where it is told to"
  static let fields: [any FieldDeclaration] = [names, authority, forwardTo]

  private static let names = Field("names", .map(of: .string), "Its names: an address each, or another name")
  private static let authority = Field(
    "authority", .oneOrMany(of: .string),
    "Domains it answers for alone, so that what it does not know there does not exist; `.` is all of them")
  private static let forwardTo = Field(
    "forward-to", .oneOrMany(of: .ipv4Address), "The servers asked about every other name")

  private let configuration: DNSServer.Configuration

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

  var remark: String { configuration.upstream.isEmpty ? "DNS" : "DNS proxy" }

  func program() -> any Application { NameServer(configuration) }
}
