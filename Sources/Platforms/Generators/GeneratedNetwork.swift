import Configuration
import Devices
import Packets
import Topology

/// What all node kinds that stand for a whole network may be told.
struct NetworkFields: Sendable {
  static let network = Field(
    "network", Shape.ipv4Prefix.located, "The block its addresses are taken from", required: true)
  static let rate = Field("rate", .rate, "Bits a second on each of its links; without limit unless set")
  static let delay = Field("delay", .duration, "Propagation time of each of its links; none unless set")
  static let services = HandedField(
    name: "services",
    schema: .named("services", HandedField.ofStack.first { $0.name == "services" }?.schema ?? .any),
    summary: "Open ports and servers of each host", isRequired: false)
  static let common: [any FieldDeclaration] = [network, rate, delay, services]

  /// More would not be one node any longer.
  static let mostMachines = 1_000_000
}

/// A network while a node kind writes it out: its machines and the links between them, in the plain language.
struct GeneratedNetwork {
  let name: String
  private(set) var expansion = Expansion()
  private var hostCount = 0
  private var services: Value?
  /// What each link says beside its ends.
  private var cable: [(String, Value)] = []

  init(_ node: inout NodeReader) {
    name = node.name
    services = node.fields.value(of: NetworkFields.services)
    // Read here so that what is wrong is told once, not once for each link.
    if node.read(NetworkFields.rate) != nil, let rate = node.fields.value(of: NetworkFields.rate) {
      cable.append(("rate", rate))
    }
    if node.read(NetworkFields.delay) != nil, let delay = node.fields.value(of: NetworkFields.delay) {
      cable.append(("delay", delay))
    }
  }

  /// Another host, named `campus-h1` and so on; its one interface is to be linked.
  mutating func addHost(_ address: InterfaceAddress, gateway: Value?) -> String {
    hostCount += 1
    let host = "\(name)-h\(hostCount)"
    var stack: [(String, Value)] = [("kind", "ip-stack"), ("interfaces", ["eth0": .string("\(address)")])]
    if let gateway { stack.append(("gateway", gateway)) }
    if let services { stack.append(("services", services)) }
    add(host, showsAs: "host", "stack", .map(stack))
    return host
  }

  mutating func addSwitch(_ name: String) { add(name, showsAs: "switch", "bridge", ["kind": "bridge"]) }

  mutating func addRouter(_ name: String, interfaces: Mapping, _ more: [(String, Value)]) {
    var stack: [(String, Value)] = [
      ("kind", "ip-stack"), ("interfaces", .map(interfaces)), ("forwards", true), ("routing", "shortest-paths"),
    ]
    stack += more
    add(name, showsAs: "router", "stack", .map(stack))
  }

  mutating func link(_ one: String, _ other: String) {
    let ends: Value = [.string(one), .string(other)]
    expansion.links.append(cable.isEmpty ? ends : .map([("endpoints", ends)] + cable))
  }

  private mutating func add(_ name: String, showsAs word: Value, _ device: String, _ settings: Value) {
    expansion.machines.append(
      (name, ["kind": "machine", "shows-as": word, "devices": .map([(device, settings)])]))
  }
}

extension NodeReader {
  /// False when it would be more machines than one node can stand for, which has been reported.
  mutating func checkSize(_ machines: Int, at field: any FieldDeclaration) -> Bool {
    guard machines > NetworkFields.mostMachines else { return true }
    diagnostics.report(
      "'\(name)' would be \(machines) machines; \(NetworkFields.mostMachines) are the most", .outOfRange,
      at: fields.location(of: field))
    return false
  }

  /// The block that was written, or where it was wrong or has fewer than so many addresses, one that is large enough:
  /// then all machines are there, and what else is said about them can be checked.
  mutating func block(ofAtLeast size: UInt64) -> IPv4Prefix {
    let length = 32 - min(32, AddressBlocks.powerOfTwo(size).trailingZeroBitCount)
    let other = IPv4Prefix(holding: IPv4Address(10, 0, 0, 0), length: length) ?? .all
    guard let written = read(NetworkFields.network) else { return other }
    guard written.value.isForStations else {
      diagnostics.report(
        "no interface can have an address of \(written.value)", .impossiblePrefix, at: written.location,
        notes: ["private ones are in 10.0.0.0/8, 172.16.0.0/12 and 192.168.0.0/16"])
      return other
    }
    guard size > written.value.size else { return written.value }
    let large = IPv4Prefix(holding: written.value.network, length: length) ?? other
    diagnostics.report(
      "'\(name)' needs \(size) addresses, and \(written.value) has \(written.value.size)", .networkTooSmall,
      at: written.location,
      notes: [length > 0 ? "\(large) would fit" : "there are not so many addresses in the world"])
    return large
  }
}

extension IPv4Prefix {
  /// Whether it begins and ends outside what means nobody, oneself, groups or everybody (RFC 1122, 3.2.1.3).
  fileprivate var isForStations: Bool {
    [network, broadcast].allSatisfy { !$0.isLoopback && (1..<224).contains($0.rawValue >> 24) }
  }
}
