import Configuration
import Devices
import Packets
import Platforms
import Simulation
import Topology

/// `set: { link: sw1 -- sw2, delay: 20ms, loss: 5% }`, `set: { node: h1, gateway: 10.0.0.2 }` or `set: { node: r1, nat: … }`
public struct SetStep: StepKind {
  public static let word = "set"
  public static let summary = "Changes what a link does to frames, or the gateway, addresses or rules of a machine"
  public static let family = StepFamily.change

  private static let link = Field("link", LinkNames.shape, "The link, as 'a -- b' or an interface", required: true)
  private static let node = Field(
    "node", Shape<String>.string.located, "The machine whose IP stack is changed, or a device of it", required: true)
  private static let gateway = Field(
    "gateway",
    Shape<IPv4Address?>.either(
      Shape.ipv4Address.map { Optional($0) }, Shape<IPv4Address?>.oneOf([("none", nil)])),
    "Its default gateway from now on, or none")
  private static let interfaces = Field(
    "interfaces", .map(of: Shape<[InterfaceAddress]>.oneOrMany(of: .interfaceAddress)),
    "All addresses of an interface from now on; routes by routers that are then on none of its networks go")
  private static let ofLink: [any FieldDeclaration] = [link] + LinkForm.cableFields
  private static let ofNode: [any FieldDeclaration] = [
    node, gateway, interfaces, StackRules.translation, StackRules.filter,
  ]

  public static var schema: SchemaNode { .anyOf([.object(ofLink), .object(ofNode + Platforms.changes)]) }

  /// What a step is called that stood in a product's words before: `x-words`, which whoever writes steps may say as well.
  private static let said = "x-words"

  private enum Change: Sendable {
    case link(Int, Simulator.Wire)
    case stack(DeviceID, StackChange)
  }

  private var changes: [Change] = []
  public let words: String

  public init?(_ value: Value, _ reader: inout StepReader) {
    let isOfNode = value[Self.node.name] != nil
    let fields = Fields(
      value, declared: isOfNode ? Self.ofNode : Self.ofLink, of: "'set'", &reader.diagnostics)
    guard let entries = value.map?.entries else { return nil }
    let subject = isOfNode ? Self.node.name : Self.link.name
    let said = entries.filter { $0.key != subject && !$0.key.hasPrefix("x-") && !$0.value.isNull }
    let name = value[subject].map { Self.words($0, isLink: !isOfNode) } ?? ""
    words =
      value[Self.said]?.text
      ?? "set \(name): " + said.map { Self.words($0, isOfNode: isOfNode) }.joined(separator: ", ")
    guard !said.isEmpty else {
      reader.diagnostics.report("'set' does not say what is to be changed", .missingField, at: value.location)
      return nil
    }
    guard isOfNode ? readNode(fields, &reader) : readLink(fields, &reader) else { return nil }
  }

  private static func words(_ entry: Mapping.Entry, isOfNode: Bool) -> String {
    let areRules = isOfNode && [StackRules.translation.name, StackRules.filter.name].contains(entry.key)
    return "\(entry.key) \(areRules ? "rules" : words(entry.value))"
  }

  /// What a link is to it; nil where it leaves that one as it is.
  public func wire(ofLink number: Int) -> Simulator.Wire? {
    for case .link(number, let wire) in changes { return wire }
    return nil
  }

  /// A value on one line.
  private static func words(_ value: Value, isLink: Bool = false) -> String {
    switch value.content {
    case .scalar(let text, _): text
    case .list(let items): items.map { words($0) }.joined(separator: isLink ? " -- " : ", ")
    case .map(let mapping): "(" + mapping.entries.map { "\($0.key) \(words($0.value))" }.joined(separator: ", ") + ")"
    }
  }

  private mutating func readLink(_ fields: Fields, _ reader: inout StepReader) -> Bool {
    guard let names = fields.read(Self.link, &reader.diagnostics),
      let link = reader.link(names, at: fields.location(of: Self.link))
    else { return false }
    var entry = reader.places.topology.links[link]
    let isReversed = reader.isReversed(names, entry.ends)
    let errors = reader.diagnostics.errorCount
    let old = reader.cables[link] ?? entry.cables
    let new = LinkForm.cables(isReversed ? (old.back, old.there) : old, changedBy: fields, &reader.diagnostics)
    guard reader.diagnostics.errorCount == errors else { return false }
    entry.cables = isReversed ? (new.back, new.there) : new
    reader.cables[link] = entry.cables
    changes = [.link(link, reader.places.topology.wire(of: entry))]
    return true
  }

  private mutating func readNode(_ fields: Fields, _ reader: inout StepReader) -> Bool {
    guard let name = fields.read(Self.node, &reader.diagnostics), let stack = reader.stack(name) else { return false }
    let errors = reader.diagnostics.errorCount
    let topology = reader.places.topology
    for entry in fields.read(Self.interfaces, &reader.diagnostics) ?? [] {
      let ports = topology.devices[Int(stack.index)].ports.map(\.name)
      guard let port = ports.firstIndex(of: entry.key) else {
        reader.diagnostics.report(
          "the IP stack of '\(name.value)' has no interface '\(entry.key)'", .unknownInterface, at: entry.keyLocation,
          notes: Diagnostic.Note.suggestion(for: entry.key, among: ports, called: "interfaces"))
        continue
      }
      var own = reader.addresses[stack] ?? reader.writtenAddresses(of: stack)
      own[port] = entry.value
      reader.addresses[stack] = own
      let addresses = entry.value.map { "\($0)" }.joined(separator: ", ")
      let origin = reader.origin("\(entry.key) \(addresses)", of: stack, at: entry.keyLocation)
      changes.append(.stack(stack, .addresses(entry.value, on: PortNumber(port), origin: origin)))
    }
    if let gateway = fields.read(Self.gateway, &reader.diagnostics) {
      let place = fields.location(of: Self.gateway)
      if let gateway { reader.checkGateway(gateway, of: stack, named: name.value, at: place) }
      let origin = gateway.map { reader.origin("gateway \($0)", of: stack, at: place) } ?? Origin.none
      changes.append(.stack(stack, .gateway(gateway, origin: origin)))
    }
    readRules(fields, of: stack, &reader)
    return reader.diagnostics.errorCount == errors
  }

  private mutating func readRules(_ fields: Fields, of stack: DeviceID, _ reader: inout StepReader) {
    let device = reader.places.topology.devices[Int(stack.index)]
    var ports = device.ports
    for (port, addresses) in (reader.addresses[stack] ?? []).enumerated() { ports[port].addresses = addresses }
    let machine = reader.places.topology.machine(of: stack).name
    var rules = DeviceReader(
      machine: machine, device: device.name, fields: fields, origins: reader.origins, diagnostics: reader.diagnostics)
    if let value = fields.value(of: StackRules.translation) {
      let origin = rules.origin("nat", at: value.location)
      changes.append(.stack(stack, .translation(StackRules.readTranslation(value, of: ports, &rules), origin: origin)))
    }
    if let value = fields.value(of: StackRules.filter) {
      let origin = rules.origin("filter", at: value.location)
      changes.append(.stack(stack, .filter(StackRules.readFilter(value, of: ports, &rules), origin: origin)))
    }
    reader.origins = rules.origins
    reader.diagnostics = rules.diagnostics
  }

  public var length: StepLength { .exactly(.zero) }

  public func begin(on stage: inout Stage) {
    for change in changes {
      switch change {
      case .link(let link, let wire): stage.setLink(link, to: wire)
      case .stack(let stack, let change): stage.configure(stack, change)
      }
    }
  }
}

extension StepReader {
  /// The IP stack of a machine, or the one named; nil where there is none, which has been reported.
  fileprivate mutating func stack(_ name: Located<String>) -> DeviceID? {
    guard let place = places.find(name.value, at: name.location, &diagnostics) else { return nil }
    switch place {
    case .machine(let machine), .interface(let machine, _):
      if let stack = places.topology.stack(of: machine) { return stack }
    case .device(let device):
      if type(of: places.topology.devices[Int(device.index)].settings).role == .stack { return device }
    }
    guard places.isWhole else { return nil }
    diagnostics.report("'\(name.value)' has no IP stack to change", .noAddress, at: name.location)
    return nil
  }

  /// Whether the end named first is the one that the file names second: `there` is from the one named first.
  fileprivate mutating func isReversed(_ names: [Located<String>], _ ends: (LinkEnd, LinkEnd)) -> Bool {
    guard let found = find(names), let first = found.first, let last = found.last else { return false }
    let topology = places.topology
    return !topology.touches(ends.0, first) || found.count == 2 && !topology.touches(ends.1, last)
  }

  fileprivate func writtenAddresses(of stack: DeviceID) -> [[InterfaceAddress]] {
    places.topology.devices[Int(stack.index)].ports.map(\.addresses)
  }

  /// Says that a router is on no network of the stack; on an interface without addresses a lease may bring the network.
  fileprivate mutating func checkGateway(
    _ router: IPv4Address, of stack: DeviceID, named name: String, at location: SourceLocation
  ) {
    let addresses = self.addresses[stack] ?? writtenAddresses(of: stack)
    guard !addresses.contains(where: { $0.isEmpty || $0.contains { $0.prefix.contains(router) } }) else { return }
    let networks = addresses.flatMap { $0 }.map { "\($0.prefix)" }.joined(separator: ", ")
    diagnostics.report(
      "\(router) is on none of the networks of '\(name)'", .gatewayNotConnected, at: location,
      notes: ["its networks are \(networks)"])
  }

  /// Names what a step configures, so that the journal can say that it decided.
  fileprivate mutating func origin(_ label: String, of stack: DeviceID, at location: SourceLocation) -> Origin {
    let topology = places.topology
    return origins.add(
      OriginTable.Entry(
        label: label, machine: topology.machine(of: stack).name, device: topology.devices[Int(stack.index)].name,
        location: location))
  }
}
