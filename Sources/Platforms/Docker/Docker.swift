import Configuration
import Devices
import Packets
import Topology

/// `kind: docker`: a Linux host with the Docker engine, its networks and rules as the engine makes them.
///
/// The rules are those of the iptables backend up to version 27; where the program docker-proxy takes connections itself,
/// rules of that name bring about what both ends see.
public enum Docker: NodeKind {
  public static let word = "docker"
  public static let summary =
    "A Linux host with the Docker engine: the bridge docker0, networks of one's own, published ports, and containers"
  public static let fields: [any FieldDeclaration] =
    [HostBridges.field] + HandedField.ofStack(except: "interfaces") + [networks, userRules, containers]

  private static let networks = Field(
    "networks", .map(of: DockerNetwork.shape), "Networks of one's own by name; `bridge`, `host` and `none` are there")
  private static let userRules = Field(
    "docker-user", .list(of: .value), "Rules of the chain DOCKER-USER, which are asked before all of the engine's")
  private static let containers = Field("containers", .map(of: DockerContainer.shape), "The containers by name")

  public static func expand(_ node: inout NodeReader) -> Expansion {
    var host = DockerHost(&node)
    host.addNetworks(node.read(networks) ?? [], &node)
    var expansion = Expansion()
    let containers = node.read(containers) ?? []
    for container in containers { host.add(container, &node) }
    let machines = containers.compactMap { container in
      host.machine(of: container).map { (name: container.key, value: $0.located(at: container.keyLocation)) }
    }
    _ = node.read(userRules)
    expansion.links = host.outerLinks
    expansion.machines = [(node.name, host.machine(userRules: node.fields.value(of: userRules), &node))] + machines
    return expansion
  }
}

/// What is said about one network under `networks`.
struct DockerNetwork: Sendable {
  var subnet: Located<IPv4Prefix>?
  var isInternal = false
  var mtu: Value?
  var location = SourceLocation.none

  private static let subnetField = Field(
    "subnet", Shape.ipv4Prefix.located,
    "Its addresses, of which the bridge has the first; 172.18.0.0/16 and on unless set")
  private static let `internal` = Field(
    "internal", .yesOrNo, "Whether its containers are kept from everybody outside it; no unless set")
  private static let mtu = Field("mtu", .integer(in: 68...65535), "The longest packet on it; 1500 unless set")
  private static let declared: [any FieldDeclaration] = [subnetField, `internal`, mtu]

  static let shape = Shape<DockerNetwork>(
    expecting: "a map such as { subnet: 172.20.0.0/16 }", schema: .object(declared)
  ) { value, diagnostics in
    var network = DockerNetwork(location: value.location)
    if value.isNull { return network }
    let fields = Fields(value, declared: declared, of: "a Docker network", &diagnostics)
    guard fields.isMap else { return nil }
    network.subnet = fields.read(subnetField, &diagnostics)
    network.isInternal = fields.read(`internal`, default: false, &diagnostics)
    if fields.read(mtu, &diagnostics) != nil { network.mtu = fields.value(of: mtu) }
    return network
  }
}

/// What is said about one container under `containers`.
struct DockerContainer: Sendable {
  /// A network it is in, perhaps with an address of the user's choice.
  struct Membership: Sendable {
    var network: Located<String>
    var address: Located<IPv4Address>?
  }

  var memberships: [Membership]
  var ports: [DockerPort]
  var value: Value

  private static let word = Field(
    "network", Shape<String>.string.located, "bridge, host, none, or a network under `networks`")
  private static let ip = Field(
    "ip", Shape.ipv4Address.located, "Its address; the lowest that is free unless set, beginning behind the bridge's")
  private static let membership = Shape<Membership>(
    expecting: "a network such as bridge", schema: .anyOf([word.schema, .object([word, ip])])
  ) { value, diagnostics in
    guard value.map != nil else { return word.shape.read(value, &diagnostics).map { Membership(network: $0) } }
    let fields = Fields(value, declared: [word, ip], of: "a network of a container", &diagnostics)
    let network = fields.read(word, &diagnostics) ?? Located("bridge", at: value.location)
    return Membership(network: network, address: fields.read(ip, &diagnostics))
  }
  private static let networks = Field(
    "network", .oneOrMany(of: membership), "The network it is in, or a list for several; bridge unless set")
  private static let ports = Field(
    "ports", .list(of: DockerPort.shape), "Published ports, as \"8080:80\" or \"192.168.1.10:8080:80/udp\"")
  private static let declared: [any FieldDeclaration] =
    [networks, ip, ports] + HandedField.ofStack(except: "interfaces")

  static func isField(_ name: String) -> Bool { declared.contains { $0.name == name } }

  static let shape = Shape<DockerContainer>(
    expecting: "a map such as { network: bridge, ports: [\"8080:80\"] }", schema: .object(declared)
  ) { value, diagnostics in
    var container = DockerContainer(
      memberships: [Membership(network: Located("bridge", at: value.location))], ports: [], value: value)
    guard !value.isNull else {
      container.value = .map(Mapping(), at: value.location)
      return container
    }
    let fields = Fields(value, declared: declared, of: "a container", &diagnostics)
    guard fields.isMap else { return nil }
    if fields.has(networks) {
      guard let read = fields.read(networks, &diagnostics) else { return nil }
      container.memberships = read
    }
    if let address = fields.read(ip, &diagnostics), !container.memberships.isEmpty {
      container.memberships[0].address = container.memberships[0].address ?? address
    }
    container.ports = fields.read(ports, &diagnostics) ?? []
    return container
  }
}

/// A published port: `8080:80`, `8080:80/udp` or `192.168.1.10:8080:80`.
struct DockerPort: Sendable {
  var host: IPv4Address?
  var published: UInt16
  var target: UInt16
  var transport: String
  var location: SourceLocation

  static let shape = Shape<DockerPort>(
    expecting: "a port such as \"8080:80\", with the host's port first",
    schema: .string(pattern: #"^(\d{1,3}(\.\d{1,3}){3}:)?\d{1,5}:\d{1,5}(/(tcp|udp))?$"#)
  ) { value, diagnostics in
    if let text = value.text, let port = DockerPort(text, at: value.location) { return port }
    let alone = value.text.flatMap { UInt16($0) }.map { Diagnostic.Note("did you mean '\($0):\($0)'?") }
    diagnostics.report(
      .expected(
        "a port such as \"8080:80\", with the host's port first", found: value, code: .malformedText,
        notes: alone.map { [$0] } ?? []))
    return nil
  }

  private init?(_ text: String, at location: SourceLocation) {
    let halves = text.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
    let parts = halves[0].split(separator: ":", omittingEmptySubsequences: false).map(String.init)
    guard halves.count <= 2, halves.count == 1 || ["tcp", "udp"].contains(halves[1]), (2...3).contains(parts.count),
      let target = parts.last.flatMap(DockerPort.number), let published = DockerPort.number(parts[parts.count - 2])
    else { return nil }
    if parts.count == 3 {
      guard let address = IPv4Address(parts[0]) else { return nil }
      host = address.isAny ? nil : address
    }
    self.published = published
    self.target = target
    self.location = location
    transport = halves.count == 2 ? halves[1] : "tcp"
  }

  private static func number(_ text: String) -> UInt16? {
    guard text.utf8.allSatisfy({ (48...57).contains($0) }), let number = UInt16(text), number > 0 else { return nil }
    return number
  }
}
