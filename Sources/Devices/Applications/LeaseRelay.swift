import Configuration
import Packets
import Protocols
import Simulation

/// A DHCP relay agent on interfaces of a router.
public struct LeaseRelay: Application {
  private let relay: DHCPRelay
  private let interfaces: [String]
  /// Of each interface its port and the address by which servers know its link.
  private var links: [(port: PortNumber, gateway: IPv4Address, name: String)] = []

  public init(_ configuration: DHCPRelay.Configuration, on interfaces: [String]) {
    relay = DHCPRelay(configuration)
    self.interfaces = interfaces
  }

  public mutating func handle(_ event: ApplicationEvent, _ host: inout ProgramHost, _ outbox: inout Outbox) {
    switch event {
    case .started:
      for name in interfaces {
        guard let port = host.network.port(named: name), let own = host.network[port].addresses.first else { continue }
        links.append((port, own.address, name))
      }
      // Answers come by whatever interface leads to the server.
      _ = host.bind(.udp, DHCPPort.server)
    case .datagram(let datagram):
      guard case .dhcp(let message) = outbox.message(in: datagram.content) else { return }
      if message.operation == 2 {
        passBack(message, &host, &outbox)
      } else {
        passOn(message, from: datagram.port, &host, &outbox)
      }
    default: break
    }
  }

  private func passOn(
    _ message: DHCPMessage, from port: PortNumber, _ host: inout ProgramHost, _ outbox: inout Outbox
  ) {
    guard let link = links.first(where: { $0.port == port }) else { return }
    for case .forward(let message, let server) in relay.request(message, gateway: link.gateway, circuit: link.name) {
      // What cannot be routed is lost, as it would be by the daemon.
      _ = host.send(
        .dhcp(message), from: DHCPPort.server, source: link.gateway, to: Endpoint(server, DHCPPort.server),
        for: .continues, &outbox)
    }
  }

  private func passBack(_ message: DHCPMessage, _ host: inout ProgramHost, _ outbox: inout Outbox) {
    guard let link = links.first(where: { $0.gateway == message.relayAgent }) else { return }
    func send(_ message: DHCPMessage, _ address: IPv4Address, _ hardware: MACAddress) {
      host.sendBelowRoutes(
        .dhcp(message), from: Endpoint(link.gateway, DHCPPort.server), to: Endpoint(address, DHCPPort.client),
        hardware: hardware, on: link.port, timeToLive: 64, for: .continues, &outbox)
    }
    switch relay.reply(message) {
    case .broadcast(let message): send(message, .broadcast, .broadcast)
    case .deliver(let message, let address): send(message, address, message.clientHardware)
    case .forward, .silent: break
    }
  }
}

/// `kind: dhcp-relay`.
struct LeaseRelaySettings: ServiceKind {
  static let word = "dhcp-relay"
  static let summary = "Carries what DHCP clients say on an interface to a server elsewhere, and its answers back"
  static let isAlone = true
  static let fields: [any FieldDeclaration] = [interface, server, information, hopLimit]

  private static let interface = Field(
    "interface", .oneOrMany(of: Shape<String>.string.located), "The interfaces with the clients", required: true)
  private static let server = Field("server", .oneOrMany(of: .ipv4Address), "The servers, each asked", required: true)
  private static let information = Field(
    "option-82", .boolean, "Tells the servers by which interface a client was heard")
  private static let hopLimit = Field(
    "hops", .integer(in: 0...16), "How many agents a message may have passed; 4 unless set")

  private let configuration: DHCPRelay.Configuration
  private let interfaces: [String]

  init?(_ fields: Fields, of all: [Interface], at location: SourceLocation, _ reader: inout DeviceReader) {
    let names = fields.read(Self.interface, &reader.diagnostics) ?? []
    for name in names {
      guard all.first(where: { $0.name == name.value })?.addresses.isEmpty ?? true else { continue }
      reader.diagnostics.report(
        "a DHCP relay needs an interface with an address, and '\(name.value)' is none", .unknownInterface,
        at: name.location,
        notes: Diagnostic.Note.suggestion(for: name.value, among: all.map(\.name), called: "interfaces"))
      return nil
    }
    interfaces = names.map(\.value)
    guard let servers = fields.read(Self.server, &reader.diagnostics), !names.isEmpty else { return nil }
    var settings = DHCPRelay.Configuration(servers: servers)
    settings.addsInformation = fields.read(Self.information, &reader.diagnostics) ?? false
    if let limit = fields.read(Self.hopLimit, &reader.diagnostics) { settings.hopLimit = UInt8(limit) }
    configuration = settings
  }

  var remark: Remark { .leaseRelay(to: configuration.servers) }

  func program() -> any Application { LeaseRelay(configuration, on: interfaces) }
}
