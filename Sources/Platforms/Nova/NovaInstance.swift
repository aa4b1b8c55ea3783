import Configuration
import Devices
import Packets

/// What is said about one instance under `instances`.
struct NovaInstance: Sendable {
  enum Floating: Sendable {
    case address(IPv4Address)
    /// The next free one of the pool.
    case any
  }

  var floating: Located<Floating>?
  var groups: [Located<String>]
  var project: Located<String>?
  var isCloudpipe: Bool
  /// It was booted in its turn and is gone, and perhaps its address is taken still.
  var isTerminated: Bool
  var mac: Value?
  private var value: Value

  private static let floatingShape = Shape<Floating>.either(
    Shape<IPv4Address>.ipv4Address.map { .address($0) },
    Shape<Floating>.oneOf([("true", .any)]))
  private static let floating = Field(
    "floating", floatingShape.located, "Its floating address; `true` draws the next one of floating_range")
  private static let groups = Field(
    "security-groups", .oneOrMany(of: Shape<String>.string.located),
    "The groups it is in; `default` unless set, which lets in its own network only")
  private static let project = Field(
    "project", Shape<String>.string.located, "Whose it is; VlanManager gives every project a network of its own")
  private static let cloudpipe = Field(
    "cloudpipe", .boolean, "Whether it is its project's VPN server, which joins a tunnel and the project's network")
  private static let terminated = Field(
    "terminated", .boolean, "Whether it was booted in its turn and is gone again")
  private static let mac = Field("mac", .value, "Its hardware address; fa:16:3e and three octets unless set")
  private static let own: [any FieldDeclaration] = [floating, groups, project, cloudpipe, terminated, mac]
  private static let declared = own + HandedField.ofStack(except: "interfaces")

  static let shape = Shape<NovaInstance>(
    expecting: "a map such as { floating: 172.16.0.101 }", schema: .object(declared)
  ) { value, diagnostics in
    let written = value.isNull ? Value(.map(Mapping()), at: value.location) : value
    let fields = Fields(written, declared: declared, of: "an instance", &diagnostics)
    guard fields.isMap else { return nil }
    return NovaInstance(
      floating: fields.read(floating, &diagnostics), groups: fields.read(groups, &diagnostics) ?? [],
      project: fields.read(project, &diagnostics), isCloudpipe: fields.read(cloudpipe, default: false, &diagnostics),
      isTerminated: fields.read(terminated, default: false, &diagnostics), mac: fields.value(of: mac), value: written)
  }

  /// What is handed on to its stack.
  var stackFields: [Mapping.Entry] {
    HandedField.ofStack.compactMap { field in
      guard field.name != "interfaces", let entry = value.map?.entry(field.name), !entry.value.isNull else {
        return nil
      }
      return entry
    }
  }
}

/// A rule of a security group: who may send what to its instances.
struct NovaGroupRule: Sendable {
  private var value: Value
  /// Members of another group, in place of a network.
  var group: Located<String>?

  private static let transport = Field("protocol", .choice("icmp", "tcp", "udp"), "The protocol")
  private static let ports = Field("ports", .value, "The destination ports: 22, 1000-2000, or a list")
  private static let icmp = Field("icmp", .value, "The ICMP message")
  private static let source = Field("source", .ipv4Prefix, "From where; from everywhere unless set")
  private static let group = Field(
    "group", Shape<String>.string.located, "From instances of that group, by fixed address")
  private static let declared: [any FieldDeclaration] = [transport, ports, icmp, source, group]

  static let shape = Shape<NovaGroupRule>(
    expecting: "a rule such as { protocol: tcp, ports: 22 }", schema: .object(declared)
  ) { value, diagnostics in
    let fields = Fields(value, declared: declared, of: "a rule of a security group", &diagnostics)
    guard fields.isMap else { return nil }
    _ = fields.read(transport, &diagnostics)
    _ = fields.read(source, &diagnostics)
    let group = fields.read(group, &diagnostics)
    if fields.has(source), group != nil {
      diagnostics.report(
        "a rule is about a network or about a group, not both", .eitherOr, at: fields.keyLocation(of: source))
    }
    return NovaGroupRule(value: value, group: group)
  }

  /// What the rule of a filter looks at.
  private var matches: [(String, Value)] {
    [("protocol", "protocol"), ("ports", "port"), ("icmp", "icmp"), ("source", "source")].compactMap { from, to in
      value[from].map { (to, $0) }
    }
  }

  /// The filter's rules: one, or one for each member of the other group.
  func accepting(from members: [IPv4Address]?) -> [Value] {
    guard let members else { return [.map(matches + [("action", "accept")], at: value.location)] }
    return members.map { .map(matches + [("source", .string("\($0)/32")), ("action", "accept")], at: value.location) }
  }
}
