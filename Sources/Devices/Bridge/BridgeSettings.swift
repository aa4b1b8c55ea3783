import Configuration
import Packets
import Protocols
import Simulation

/// `kind: bridge`.
public struct BridgeSettings: DeviceKind {
  public static let word = "bridge"
  public static let summary = "Learns where stations are and sends each frame only there"
  public static let role = DeviceRole.bridge
  public static let growsPorts = true
  public static let fields: [any FieldDeclaration] =
    [ageing, portFields, filter, ownPort, handsOver] + SpanningTreeReader.fields

  private static let ageing = Field(
    "ageing", .duration, "How long a silent station is remembered; 300s unless set")
  private static let portFields = Field(
    "ports", .map(of: BridgePortReader.shape),
    "Its ports by name, each with its VLANs and its part in the spanning tree; links name the port, as in sw:eth1")

  private static let filter = Field(
    "filter", FilterReader.bridgedShape,
    "Which IPv4 packets may pass from port to port, as bridge-nf has it; ARP always may")
  private static let ownPort = Field(
    "own-port", .string, "The port toward the machine's own stack; the rules of `filter` let what goes by it pass")
  private static let handsOver = Field(
    "bridge-nf", Shape<Bool>.boolean.located,
    "Whether the stack at `own-port` sees, and may translate, what is bridged; its interface needs `bridge-nf` too; no")

  private let ageingTime: TimeSpan
  private let portNames: [String]
  /// Of the named ports; empty where no port has a VLAN.
  private let vlanPorts: [BridgePort]
  /// Of the named ports, where one is a Wi-Fi card.
  private let cards: [MACAddress?]
  private let hairpins: Set<PortNumber>  // looked up, never iterated
  private let isolated: Set<PortNumber>  // looked up, never iterated
  /// Nil is without spanning tree.
  private let tree: SpanningTree.Settings?
  /// Of the named ports.
  private let treePorts: [SpanningTreePort]
  private let packetFilter: PacketFilter
  private let own: PortNumber?
  private let isHandingOver: Bool

  public init?(_ reader: inout DeviceReader) {
    ageingTime = reader.read(Self.ageing) ?? ForwardingDatabase.defaultAgeingTime
    let entries = reader.read(Self.portFields) ?? []
    portNames = entries.map(\.key)
    vlanPorts = BridgePortReader.vlanPorts(entries, &reader)
    cards = entries.map { $0.value.card }
    hairpins = Set(entries.indices.filter { entries[$0].value.isHairpin }.map(PortNumber.init))
    isolated = Set(entries.indices.filter { entries[$0].value.isIsolated }.map(PortNumber.init))
    tree = SpanningTreeReader.read(entries, &reader)
    treePorts = entries.map { $0.value.tree.port }
    packetFilter =
      reader.fields.value(of: Self.filter).map { FilterReader.read($0, ofBridgeWith: entries.map(\.key), &reader) }
      ?? PacketFilter()
    own = Self.readOwnPort(among: entries.map(\.key), &reader)
    isHandingOver = Self.readHandsOver(&reader, hasOwnPort: own != nil, hasVLANs: !vlanPorts.isEmpty)
  }

  public var ports: [PortDescription] {
    zip(portNames, cards).map { PortDescription(name: $0, associatesAs: $1) }
  }

  private static func readOwnPort(among names: [String], _ reader: inout DeviceReader) -> PortNumber? {
    guard let name = reader.read(ownPort) else { return nil }
    if let place = names.firstIndex(of: name) { return PortNumber(place) }
    reader.diagnostics.report(
      "'\(reader.machine)' describes no port '\(name)'", .unknownInterface, at: reader.fields.location(of: ownPort),
      notes: Diagnostic.Note.suggestion(for: name, among: names, called: "ports"))
    return nil
  }

  private static func readHandsOver(_ reader: inout DeviceReader, hasOwnPort: Bool, hasVLANs: Bool) -> Bool {
    guard let isWished = reader.read(handsOver), isWished.value else { return false }
    func complain(_ message: String, _ code: DiagnosticCode, _ note: String) {
      reader.diagnostics.report(message, code, at: isWished.location, notes: [Diagnostic.Note(note)])
    }
    if !reader.fields.has(ownPort) {
      complain(
        "'bridge-nf' hands over to the stack at 'own-port', and there is none", .missingField,
        "name the port toward the machine's stack, such as own-port: br0")
    }
    if hasVLANs {
      complain(
        "'bridge-nf' is for a bridge whose ports say nothing of VLANs", .eitherOr,
        "make a bridge of its own for the VLAN")
    }
    if let written = reader.fields.value(of: filter),
      let hook = ["forward", "postrouting"].first(where: { written[$0] != nil })
    {
      complain(
        "with 'bridge-nf' what is bridged passes '\(hook)' of the stack, and not of the bridge", .eitherOr,
        "write these rules into the stack's own filter; only 'prerouting' is asked here")
    }
    return hasOwnPort
  }

  public var remarks: [Remark] {
    vlanRemarks + (tree.map { [.spanningTree(isRapid: $0.isRapid)] } ?? [])
      + (packetFilter.isEmpty ? [] : [.filters])
  }

  private var vlanRemarks: [Remark] {
    guard isVLANAware else { return [] }
    var all = VLANSet()
    for port in vlanPorts {
      if let id = port.vlans.untagged { all.insert(id) }
      for range in port.vlans.tagged.ranges { all.insert(range) }
    }
    guard all.count > 1 else { return [.text("VLAN \(all)")] }
    if all == .all { return [.allVLANs] }
    return [all.ranges.count > 4 ? .vlans(count: all.count) : .text("VLANs \(all)")]
  }

  public func makeDevice(ports: Int) -> any Device {
    let all = 0..<ports
    return Bridge(
      ageingTime: ageingTime, vlanPorts: isVLANAware ? all.map(vlanPort) : [], hairpins: hairpins, isolated: isolated,
      tree: tree,
      treePorts: tree == nil ? [] : all.map { $0 < treePorts.count ? treePorts[$0] : SpanningTreePort() },
      filter: packetFilter, ownPort: own, handsOver: isHandingOver)
  }
}

/// VLANs.
extension BridgeSettings {
  var isVLANAware: Bool { !vlanPorts.isEmpty }

  /// A port of which nothing is written is in VLAN 1, as on Linux and on most switches.
  private func vlanPort(_ place: Int) -> BridgePort {
    place < vlanPorts.count ? vlanPorts[place] : BridgePort(.unconfigured)
  }

  public var breaksLoops: Bool { tree != nil }
  public var separatesVLANs: Bool { isVLANAware }

  public func enter(_ tagging: Tagging, by port: PortNumber) -> Tagging? {
    guard isVLANAware else { return tagging }
    let tag: VLANTag? = if case .vlan(let id) = tagging { VLANTag(id) } else { nil }
    guard case .vlan(let id) = vlanPort(Int(port.index)).vlans.ingress(of: tag) else { return nil }
    return .vlan(id)
  }

  public func leave(_ inner: Tagging, by port: PortNumber) -> Tagging? {
    guard isVLANAware, case .vlan(let id) = inner else { return inner }
    let vlans = vlanPort(Int(port.index)).vlans
    guard vlans.carries(id) else { return nil }
    return vlans.egressTag(of: id, arrivedWith: nil) == nil ? Tagging.none : .vlan(id)
  }
}

/// A port as it is written: `{ access: 100 }`, or `{ trunk: [100, 200-210], native: 1 }`.
struct BridgePortReader: Sendable {
  private var vlans: VLANPort?
  fileprivate var isHairpin: Bool
  fileprivate var isIsolated: Bool
  fileprivate var card: MACAddress?
  /// What it says of the spanning tree.
  var tree: SpanningTreeReader.Port
  private var location: SourceLocation

  private static let access = Field(
    "access", .vlanID, "The one VLAN of the port; its frames have no tag on the link")
  private static let trunk = Field(
    "trunk", .vlanSet, "The VLANs of the port whose frames have a tag on the link: numbers, ranges, `all`")
  private static let native = Field(
    "native", .vlanID, "Of a trunk: the VLAN whose frames have no tag; without it, untagged frames are dropped")
  private static let hairpin = Field(
    "hairpin", .boolean, "Whether frames may leave by the port they came in by, as behind it several stations are")
  private static let isolated = Field(
    "isolated", .boolean, "Whether nothing passes between it and other ports that are isolated")
  private static let mac = Field(
    "mac", .macAddress, "The address of the Wi-Fi card that the port is, by which an access point knows it")
  private static let declared: [any FieldDeclaration] =
    [access, trunk, native, hairpin, isolated, mac] + SpanningTreeReader.portFields

  static let shape = Shape<BridgePortReader>(
    expecting: "a port such as { access: 100 } or { trunk: [100, 200-210] }",
    schema: .named("bridge-port", .object(declared))
  ) { value, diagnostics in
    let fields = Fields(value, declared: declared, of: "a port", &diagnostics)
    guard fields.isMap else { return nil }
    return BridgePortReader(
      vlans: vlans(fields, &diagnostics), isHairpin: fields.read(hairpin, default: false, &diagnostics),
      isIsolated: fields.read(isolated, default: false, &diagnostics),
      card: fields.read(mac, &diagnostics), tree: SpanningTreeReader.Port(fields, &diagnostics),
      location: value.location)
  }

  private static func vlans(_ fields: Fields, _ diagnostics: inout Diagnostics) -> VLANPort? {
    let (one, many) = (fields.read(access, &diagnostics), fields.read(trunk, &diagnostics))
    let untagged = fields.read(native, &diagnostics)
    guard !fields.has(access) else {
      for other in [trunk as any FieldDeclaration, native] where fields.has(other) {
        diagnostics.report(
          "a port with 'access' has one VLAN, and '\(other.name)' speaks of a port with several", .eitherOr,
          at: fields.keyLocation(of: other),
          notes: ["write { access: 100 } toward a station, { trunk: [100, 200] } toward another bridge"])
      }
      return one.map { VLANPort(untagged: $0) }
    }
    if fields.has(native), !fields.has(trunk) {
      diagnostics.report(
        "'native' is the untagged VLAN of a trunk, and this port has no 'trunk'", .missingField,
        at: fields.keyLocation(of: native), notes: ["a port with one untagged VLAN is { access: 100 }"])
    }
    return many.map { VLANPort(untagged: untagged, tagged: $0) }
  }

  /// What the ports carry, in their order; empty where none says anything of VLANs.
  static func vlanPorts(
    _ entries: [ReadEntry<BridgePortReader>], _ reader: inout DeviceReader
  ) -> [BridgePort] {
    guard entries.contains(where: { $0.value.vlans != nil }) else { return [] }
    return entries.map { entry in
      guard let vlans = entry.value.vlans else { return BridgePort(.unconfigured) }
      let origin = reader.origin("\(entry.key) \(vlans.words)", at: entry.value.location)
      return BridgePort(vlans, origin: origin)
    }
  }
}

extension VLANPort {
  /// As it was written: `access 100`, `trunk 100,200-210 native 1`.
  fileprivate var words: String {
    guard !tagged.isEmpty else { return "access \(untagged.map { "\($0.rawValue)" } ?? "nothing")" }
    return "trunk \(tagged)" + (untagged.map { " native \($0.rawValue)" } ?? "")
  }
}
