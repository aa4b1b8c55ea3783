import Configuration
import Devices
import Simulation
import Topology

/// `dhcp: vm1`, `dhcp: [vm1, vm2:eth1]`, `dhcp: { renew: vm1 }` or `dhcp: { acquire: c, spread: 1ms }`
public struct DHCPStep: StepKind {
  public static let word = "dhcp"
  public static let summary = "Has clients acquire, renew or release their lease, all at once unless spread"
  public static let family = StepFamily.lease

  private static let clients = Shape<[Located<String>]>.oneOrMany(of: Shape<String>.string.located)
  private static let acquire = Field("acquire", clients, "Clients that ask for an address")
  private static let renew = Field("renew", clients, "Clients that ask to keep theirs")
  private static let release = Field("release", clients, "Clients that give theirs back")

  private struct Request: Sendable {
    var deed: DHCPCommand.Deed
    var clients: [Located<String>]
  }

  private static let deeds: [(Field<[Located<String>]>, DHCPCommand.Deed)] = [
    (acquire, .acquire), (renew, .renew), (release, .release),
  ]

  private struct Written: Sendable {
    var requests: [Request]
    var spread = TimeSpan.zero
  }

  private static let shape = Shape<Written>.either(
    clients.map { Written(requests: [Request(deed: .acquire, clients: $0)]) },
    .object("'dhcp'", deeds.map { $0.0 } + [DatagramPlan.spreadField]) { fields, diagnostics in
      let requests = deeds.compactMap { field, deed in
        fields.read(field, &diagnostics).map { Request(deed: deed, clients: $0) }
      }
      return Written(
        requests: requests, spread: fields.read(DatagramPlan.spreadField, &diagnostics) ?? .zero)
    })
  public static var schema: SchemaNode { shape.schema }

  private struct Client: Sendable {
    var stack: DeviceID
    var command: DHCPCommand
  }

  private let clients: [Client]
  private let spread: TimeSpan
  public let words: String

  public init?(_ value: Value, _ reader: inout StepReader) {
    guard let written = reader.read(Self.shape, value) else { return nil }
    var clients: [Client] = []
    var names: [String] = []
    for request in written.requests {
      for name in request.clients {
        clients += Self.clients(name, request.deed, &reader)
        names.append(request.deed == .acquire ? name.value : "\(name.value) (\(request.deed))")
      }
    }
    guard !clients.isEmpty else {
      if written.requests.allSatisfy(\.clients.isEmpty) {
        reader.diagnostics.report("'dhcp' names no client", .missingField, at: value.location)
      }
      return nil
    }
    let plan = DatagramPlan(Schedule(count: 1, every: .zero), spread: written.spread)
    guard plan.check(flows: clients.count, at: value.location, &reader.diagnostics) else { return nil }
    self.clients = clients
    spread = written.spread
    words = "dhcp \(names.joined(separator: ", "))"
  }

  /// None where something is wrong, which has been reported.
  private static func clients(
    _ written: Located<String>, _ deed: DHCPCommand.Deed, _ reader: inout StepReader
  ) -> [Client] {
    let parts = written.value.split(separator: ":", maxSplits: 1).map(String.init)
    guard let senders = reader.senders(Located(parts.first ?? "", at: written.location)) else { return [] }
    var command = DHCPCommand(deed)
    if parts.count == 2 { command.interface = parts[1] }
    for sender in senders where parts.count == 2 {
      let ports = reader.places.topology.devices[Int(sender.stack.index)].ports.map(\.name)
      guard !ports.contains(parts[1]) else { continue }
      reader.diagnostics.report(
        "the IP stack of '\(sender.name)' has no interface '\(parts[1])'", .unknownInterface, at: written.location,
        notes: Diagnostic.Note.suggestion(for: parts[1], among: ports, called: "interfaces"))
      return []
    }
    return senders.map { Client(stack: $0.stack, command: command) }
  }

  /// RFC 2131, 4.1: after 4, 8, 16 and 32 s a client has asked five times, and dhclient gives up after a minute.
  public var length: StepLength {
    .untilEnded(atMost: .seconds(60) + spread * UInt64(max(0, clients.count - 1)))
  }
  public var surrender: FailureReason { .noLease }

  public func begin(on stage: inout Stage) {
    for (number, client) in clients.enumerated() {
      var command = client.command
      command.delay = spread * UInt64(number)
      stage.begin(command, on: client.stack)
    }
  }
}
