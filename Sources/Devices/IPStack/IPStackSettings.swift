import Configuration
import Packets
import Protocols
import Simulation

/// `kind: ip-stack`.
public struct IPStackSettings: DeviceKind {
  public static let word = "ip-stack"
  public static let summary = "A host, router or server: interfaces, routes, rules and services"
  public static let role = DeviceRole.stack
  public static let growsPorts = false
  public static let fields: [any FieldDeclaration] =
    [
      interfaces, gateway, routes, routing, dns, forwards, masquerade, nat, filter, owns, tcp, services,
    ] + KernelSettings.fields

  private static let interfaces = Field(
    "interfaces", .map(of: InterfaceReader.shape), "Its ports by name: an address, several, or a map", required: true)
  private static let gateway = Field("gateway", Shape.ipv4Address.located, "The router for everything else")
  private static let routes = Field(
    "routes", .list(of: routeShape), "More routes: { to, via }, { to, interface } or { to, kind: unreachable }")
  private static let routing = Field(
    "routing", Shape<String>.choice("shortest-paths").located,
    "`shortest-paths`: routes to every network of the routers that say the same, computed before anything is played")
  private static let dns = Field("dns", .oneOrMany(of: .ipv4Address), "The name servers it asks")
  private static let forwards = Field("forwards", .boolean, "Whether it passes packets on that are for others")
  private static let masquerade = Field(
    "masquerade", .oneOrMany(of: Shape<String>.string.located),
    "Interfaces behind whose address everything that leaves by them is hidden")
  private static let nat = Field(
    "nat", TranslationReader.shape, "Which addresses are translated: rules by chain")
  private static let filter = Field(
    "filter", FilterReader.shape, "Which packets may pass: rules by place, and the policy where none matches")
  private static let owns = Field(
    "owns", .oneOrMany(of: .ipv4Address), "More addresses that are its own, on no interface in particular")
  private static let tcp = Field("tcp", TCPReader.shape, "How its connections behave")
  private static let services = Field("services", .list(of: ServiceReader.shape), "Open ports and servers")

  private let interfaceList: [Interface]
  private let leaseWishes: [PortNumber: LeaseWishes]
  /// The routes that were written.
  public let routes: [Route]
  /// Who is named as having decided by a route that was computed; nil where none are wanted.
  public let routing: Origin?
  /// The routes that were computed, once the whole network is known.
  public var computedRoutes: [Route] = []
  private let nameservers: [IPv4Address]
  private let isForwarding: Bool
  private let kernel: KernelSettings
  private let translation: TranslationRules
  private let packetFilter: PacketFilter
  /// Its own addresses that are on no interface in particular.
  public let extraAddresses: [IPv4Address]
  private let connectionSettings: TCPConnection.Settings
  private let serviceList: [Service]
  public let remarks: [Remark]

  public init?(_ reader: inout DeviceReader) {
    let written = reader.read(Self.interfaces) ?? []
    let list = InterfaceReader.interfaces(written, &reader)
    interfaceList = list
    leaseWishes = InterfaceReader.leaseWishes(written)
    routes = Self.readRoutes(list, &reader)
    nameservers = reader.read(Self.dns) ?? []
    isForwarding = reader.read(Self.forwards) ?? false
    kernel = KernelSettings(&reader)
    routing = Self.readRouting(isForwarding, &reader)
    let translations = Self.readTranslation(list, &reader)
    translation = TranslationRules(translations.rules, behavior: translations.behavior)
    packetFilter =
      reader.fields.value(of: Self.filter).map { FilterReader.read($0, of: list, &reader) } ?? PacketFilter()
    extraAddresses = (reader.read(Self.owns) ?? []) + translations.owned
    connectionSettings = reader.read(Self.tcp) ?? TCPConnection.Settings()
    serviceList = ServiceReader.read(all: reader.read(Self.services) ?? [], of: list, &reader)
    var remarks: [Remark] = []
    // With one interface it only refuses what is not its own.
    if isForwarding, list.count > 1 { remarks.append(.forwards) }
    remarks += extraAddresses.prefix(2).map { .owns($0) }
    if extraAddresses.count > 2 { remarks.append(.more(extraAddresses.count - 2)) }
    remarks += Self.remarks(on: translations.rules, list)
    if reader.fields.has(Self.filter) { remarks.append(.filters) }
    // The same service on several interfaces is remarked on once.
    for remark in serviceList.map(\.remark) where !remarks.contains(remark) { remarks.append(remark) }
    self.remarks = remarks
  }

  /// What steps may call each of its services: `dns-server` and `dns`, or `tcp/22`.
  public var serviceNames: [[String]] { serviceList.map(\.names) }

  public var ports: [PortDescription] {
    interfaceList.map {
      PortDescription(
        name: $0.name, hardwareAddress: $0.kind == .ethernet ? $0.hardwareAddress : nil, addresses: $0.addresses,
        mayBeDuplicate: $0.mayBeDuplicate)
    }
  }

  public func makeDevice(ports: Int) -> any Device {
    var network = NetworkLayer(
      interfaces: interfaceList, routes: routes + computedRoutes, nameservers: nameservers, forwards: isForwarding,
      filter: packetFilter, translation: translation, owns: extraAddresses)
    kernel.apply(to: &network)
    network.tcp = connectionSettings
    return IPStack(network, services: serviceList.map { $0.make() }, leaseWishes: leaseWishes)
  }
}

/// Routes and translation.
extension IPStackSettings {
  private static let to = Field("to", .ipv4Prefix, "The addresses it leads to", required: true)
  private static let via = Field("via", .ipv4Address, "The next router; absent where they are on the link")
  private static let device = Field(
    "interface", .string, "The interface to leave by; beside `via`, for a router outside its networks")
  private static let metric = Field("metric", .integer(in: 0...Int(UInt32.max)), "Of two equal routes, the lower")
  private static let kind = Field(
    "kind", .choice("unicast", "unreachable", "prohibit", "blackhole"), "What becomes of packets that take it")

  private static let routeFields: [any FieldDeclaration] = [to, via, device, metric, kind]
  /// Taken as it is written; `readRoute` understands it.
  private static let routeShape = Shape<Value>(
    expecting: "a route such as { to: 10.2.0.0/16, via: 10.1.0.1 }", schema: .named("route", .object(routeFields))
  ) { value, _ in value }

  private static func readRoutes(_ interfaces: [Interface], _ reader: inout DeviceReader) -> [Route] {
    var routes: [Route] = []
    if let router = reader.read(gateway) {
      let origin = reader.origin("gateway \(router.value)", at: router.location)
      if let port = port(toward: router.value, interfaces, at: router.location, &reader) {
        routes.append(Route(to: .all, via: router.value, on: port, origin: origin))
      }
    }
    for value in reader.read(self.routes) ?? [] {
      if let route = readRoute(value, interfaces, &reader) { routes.append(route) }
    }
    return routes
  }

  private static func readRouting(_ isForwarding: Bool, _ reader: inout DeviceReader) -> Origin? {
    guard let wish = reader.read(routing) else { return nil }
    guard isForwarding else {
      reader.diagnostics.report(
        "'\(reader.machine)' has computed routes but passes nothing on", .routingWithoutForwarding, at: wish.location,
        notes: ["add 'forwards: true'", "a host needs no more than its 'gateway'"])
      return nil
    }
    return reader.origin("computed: shortest paths", at: wish.location)
  }

  private static func readRoute(
    _ value: Value, _ interfaces: [Interface], _ reader: inout DeviceReader
  ) -> Route? {
    let fields = Fields(
      value, declared: routeFields, of: "a route of '\(reader.machine)'", &reader.diagnostics)
    guard let prefix = fields.read(to, &reader.diagnostics) else { return nil }
    let router = fields.read(via, &reader.diagnostics)
    let kinds: [String: Route.Kind] = [
      "unreachable": .unreachable, "prohibit": .prohibit, "blackhole": .blackhole,
    ]
    let kind = fields.read(kind, &reader.diagnostics).flatMap { kinds[$0] } ?? .unicast
    let label = "route \(prefix)" + (router.map { " via \($0)" } ?? "") + (kind == .unicast ? "" : " \(kind)")
    let origin = reader.origin(label, at: value.location)
    let metric = UInt32(fields.read(metric, &reader.diagnostics) ?? 0)
    guard kind == .unicast else { return Route(to: prefix, on: 0, metric: metric, kind: kind, origin: origin) }
    if let router {
      // With an interface given, nothing is asked of the router's address, as with `onlink` of Linux.
      let named = fields.read(device, &reader.diagnostics)
      let leaving =
        named.map { port(named: $0, interfaces, at: fields.location(of: device), &reader) }
        ?? port(toward: router, interfaces, at: fields.location(of: via), &reader)
      return leaving.map { Route(to: prefix, via: router, on: $0, metric: metric, origin: origin) }
    }
    let name = fields.read(device, &reader.diagnostics) ?? interfaces.first?.name ?? ""
    return port(named: name, interfaces, at: fields.location(of: device), &reader).map {
      Route(to: prefix, on: $0, metric: metric, origin: origin)
    }
  }

  private static func port(
    toward router: IPv4Address, _ interfaces: [Interface], at location: SourceLocation, _ reader: inout DeviceReader
  ) -> PortNumber? {
    let connected = interfaces.firstIndex { $0.addresses.contains { $0.prefix.contains(router) } }
    // Without any address yet, DHCP may bring the network later; the first interface is where it would be.
    if let connected = connected ?? (interfaces.allSatisfy { $0.addresses.isEmpty } ? interfaces.indices.first : nil) {
      return PortNumber(connected)
    }
    let networks = interfaces.flatMap { $0.addresses.map { "\($0.prefix)" } }.joined(separator: ", ")
    reader.diagnostics.report(
      "\(router) is on none of the networks of '\(reader.machine)'", .gatewayNotConnected, at: location,
      notes: ["its networks are \(networks)"])
    return nil
  }

  private static func port(
    named name: String, _ interfaces: [Interface], at location: SourceLocation, _ reader: inout DeviceReader
  ) -> PortNumber? {
    if let index = interfaces.firstIndex(where: { $0.name == name }) { return PortNumber(index) }
    reader.diagnostics.report(
      "'\(reader.machine)' has no interface '\(name)'", .unknownInterface, at: location,
      notes: Diagnostic.Note.suggestion(for: name, among: interfaces.map(\.name), called: "interfaces"))
    return nil
  }

  private static func readTranslation(
    _ interfaces: [Interface], _ reader: inout DeviceReader
  ) -> TranslationReader.Result {
    let translations = TranslationReader(interfaces: interfaces)
    var result =
      reader.fields.value(of: nat).map { translations.read($0, &reader) }
      ?? TranslationReader.Result()
    result.rules += translations.readMasquerades(reader.read(masquerade) ?? [], &reader)
    return result
  }

  private static func remarks(on rules: [TranslationRule], _ interfaces: [Interface]) -> [Remark] {
    var remarks: [Remark] = []
    for rule in rules {
      guard case .masquerade = rule.action, let out = rule.match.to, !out.isNegated,
        out.value != .loopback
      else {
        if !remarks.contains(.translatesAddresses) { remarks.append(.translatesAddresses) }
        continue
      }
      remarks.append(.masquerades(out: interfaces[Int(out.value.index)].name))
    }
    return remarks
  }
}
