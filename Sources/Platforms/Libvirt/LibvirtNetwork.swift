import Configuration
import Devices
import Packets

/// What is said about one network under `networks`, in the words of libvirt's network XML.
struct LibvirtNetwork: Sendable {
  /// `<forward mode='…'>`.
  enum Mode: String, CaseIterable, Sendable {
    case nat, route, open, bridge, `private`, passthrough
    case isolated = "none"

    /// Whether libvirt makes the bridge itself and gives the host an address on it.
    var isVirtual: Bool {
      switch self {
      case .nat, .route, .open, .isolated: true
      case .bridge, .private, .passthrough: false
      }
    }
  }

  var mode = Mode.isolated
  /// Nil where libvirt is to choose one, or where the network is a NIC's (macvtap).
  var bridge: Located<String>?
  var device: Located<String>?
  var address: Located<InterfaceAddress>?
  var mac: Value?
  var hasSpanningTree = true
  var delay: Value = "0s"
  var mtu: Value?
  var isStarted = true
  var isolatesPorts = false
  var leases: LibvirtLeases?
  var names = LibvirtNames()
  var translation = LibvirtTranslation()
  var zone: Located<String>?
  var location = SourceLocation.none

  static let forward = Field(
    "forward", forwardShape,
    "How it reaches the world: nat, route, open (routed without rules), none (isolated), bridge; none unless set")
  private static let dev = Field(
    "dev", Shape<String>.string.located,
    "The only interface it may reach the world by; of a bridge without `bridge`, the NIC that guests share by macvtap")
  static let bridge = Field(
    "bridge", Shape<String>.string.located, "The Linux bridge guests are plugged into; virbr0, virbr1 … unless set")
  static let ip = Field(
    "ip", Shape.interfaceAddress.located, "The host's address on the bridge, which is the guests' gateway")
  private static let mac = Field("mac", .macAddress, "The bridge's hardware address; 52:54:00 and three octets")
  private static let stp = Field("stp", .onOrOff, "Whether the bridge has spanning tree; on unless set")
  private static let delay = Field(
    "delay", .duration, "Its forward delay; 0s unless set, which Linux takes as 2s: a new guest waits for four")
  private static let mtu = Field(
    "mtu", .integer(in: 68...65535), "The longest packet on bridge and taps; 1500 unless set")
  private static let autostart = Field("autostart", .yesOrNo, "Whether it runs; yes unless set")
  private static let port = Field(
    "port", Shape<Bool>.libvirtPort, "{ isolated: yes } keeps its guests from each other")
  static let dhcp = Field("dhcp", LibvirtLeases.shape, "dnsmasq's pool: first-last, or a map with `range` and `hosts`")
  private static let dns = Field(
    "dns", LibvirtNames.shape, "dnsmasq's DNS: off, or a map with `hosts` and `forwarders`")
  private static let domain = Field("domain", .domainName, "The domain of the guests' names")
  private static let localOnly = Field(
    "local-only", .yesOrNo, "Whether names in that domain are never asked for elsewhere; no unless set")
  private static let nat = Field(
    "nat", LibvirtTranslation.shape, "Of nat: { address: first-last, port: first-last } to hide behind")
  private static let zone = Field(
    "zone", Shape<String>.choice("libvirt").located,
    "firewalld's zone of the bridge: of the host, guests reach only ICMP, DHCP, DNS, SSH and TFTP")

  static let xml = Field(
    "xml", Shape<String>.string.located,
    "A file beside the scenario with the network as `virsh net-dumpxml` writes it; fields beside it go before it")

  static let fields: [any FieldDeclaration] = [
    xml, forward, dev, bridge, ip, mac, stp, delay, mtu, autostart, port, dhcp, dns, domain, localOnly, nat, zone,
  ]

  static let shape = Shape<LibvirtNetwork>(
    expecting: "a network such as { forward: nat, ip: 192.168.122.1/24 }", schema: .object(fields)
  ) { value, diagnostics in
    let fields = Fields(value, declared: fields, of: "a libvirt network", &diagnostics)
    guard fields.isMap else { return nil }
    var network = LibvirtNetwork(location: value.location)
    network.readWiring(fields, &diagnostics)
    network.leases = fields.read(dhcp, &diagnostics)
    network.names = fields.read(dns, &diagnostics) ?? network.names
    network.names.domain = fields.read(domain, &diagnostics) == nil ? nil : fields.value(of: domain)
    network.names.isLocalOnly = fields.read(localOnly, default: false, &diagnostics)
    network.translation = fields.read(nat, &diagnostics) ?? network.translation
    network.check(fields, &diagnostics)
    return network
  }

  private mutating func readWiring(_ fields: Fields, _ diagnostics: inout Diagnostics) {
    mode = fields.read(Self.forward, default: mode, &diagnostics)
    device = fields.read(Self.dev, &diagnostics)
    bridge = fields.read(Self.bridge, &diagnostics)
    address = fields.read(Self.ip, &diagnostics)
    if fields.read(Self.mac, &diagnostics) != nil { mac = fields.value(of: Self.mac) }
    hasSpanningTree = fields.read(Self.stp, default: true, &diagnostics)
    if fields.read(Self.delay, &diagnostics) != nil { delay = fields.value(of: Self.delay) ?? delay }
    if fields.read(Self.mtu, &diagnostics) != nil { mtu = fields.value(of: Self.mtu) }
    isStarted = fields.read(Self.autostart, default: true, &diagnostics)
    isolatesPorts = fields.read(Self.port, default: false, &diagnostics)
    zone = fields.read(Self.zone, &diagnostics)
  }

  /// What libvirt itself refuses when such a network is defined.
  private func check(_ fields: Fields, _ diagnostics: inout Diagnostics) {
    if mode == .nat || mode == .route, address == nil, !fields.has(Self.ip) {
      diagnostics.report(
        "'forward: \(mode.rawValue)' needs an 'ip', the gateway of its guests", .missingField, at: location,
        notes: ["add 'ip: 192.168.124.1/24', with a subnet that nothing else has"])
    }
    if fields.has(Self.nat), mode != .nat {
      diagnostics.report(
        "'nat' speaks of 'forward: nat', and this network has '\(mode.rawValue)'", .eitherOr,
        at: fields.keyLocation(of: Self.nat))
    }
    if leases != nil, address == nil, !fields.has(Self.ip), mode.isVirtual {
      diagnostics.report(
        "dnsmasq serves 'dhcp' from the host's address, and there is no 'ip'", .missingField,
        at: fields.keyLocation(of: Self.dhcp), notes: ["add 'ip: 192.168.124.1/24'"])
    }
    guard !mode.isVirtual else { return }
    let virtual: [any FieldDeclaration] = [Self.ip, Self.mac, Self.stp, Self.delay, Self.dhcp, Self.dns, Self.zone]
    for field in virtual where fields.has(field) {
      diagnostics.report(
        "'\(field.name)' has no place in a network with 'forward: \(mode.rawValue)'", .eitherOr,
        at: fields.keyLocation(of: field),
        notes: ["libvirt neither makes its bridge nor serves it; the LAN does"])
    }
    if device == nil, bridge == nil {
      diagnostics.report(
        "'forward: \(mode.rawValue)' does not say what guests are plugged into", .missingField, at: location,
        notes: mode == .bridge
          ? ["name the host's 'bridge', such as br0, or the NIC it shares by macvtap as 'dev'"]
          : ["name the NIC as 'dev', such as eth0"])
    }
  }

  private static let forwardShape = Shape<Mode>(
    expecting: Shape<Mode>.cases(of: Mode.self).expecting, schema: Shape<Mode>.cases(of: Mode.self).schema
  ) { value, diagnostics in
    guard value.text == "vepa" else { return Shape<Mode>.cases(of: Mode.self).read(value, &diagnostics) }
    diagnostics.report(
      "'vepa' is not modelled", .unknownChoice, at: value.location,
      notes: ["it needs a switch that sends frames back where they came from; 'bridge' and 'private' need none"])
    return nil
  }
}

/// What is said of `dhcp`.
struct LibvirtLeases: Sendable {
  var range: Located<ClosedRange<IPv4Address>>?
  var written: Value?
  var lease: Value?
  /// By MAC, as a DHCP server takes them.
  var reservations = Mapping()

  private static let range = Field("range", Shape.addressRange.located, "The pool, as first-last")
  private static let lease = Field("lease", .duration, "How long an address is given for; 1h unless set, 120s at least")
  private static let hosts = Field(
    "hosts", .list(of: host), "Guests that always get the same address: { mac, ip, name }")
  private static let mac = Field("mac", Shape.macAddress.located, "The guest's hardware address", required: true)
  private static let ip = Field("ip", .ipv4Address, "Its address", required: true)
  private static let name = Field("name", .domainName, "Its name")
  private static let host = Shape<(mac: String, reservation: Value)>.object(
    "a host such as { mac: \"52:54:00:00:00:01\", ip: 192.168.122.10 }", [mac, ip, name]
  ) { fields, diagnostics in
    guard let mac = fields.read(mac, &diagnostics), fields.read(ip, &diagnostics) != nil else { return nil }
    var reservation = Mapping()
    if let address = fields.value(of: ip) { reservation.set("address", to: address) }
    if fields.read(name, &diagnostics) != nil, let name = fields.value(of: name) { reservation.set("name", to: name) }
    return ("\(mac.value)", .map(reservation, at: fields.value.location))
  }
  private static let declared: [any FieldDeclaration] = [range, lease, hosts]

  static let shape = Shape<LibvirtLeases>(
    expecting: "a range such as 192.168.122.2-192.168.122.254, or a map",
    schema: .anyOf([range.schema, .object(declared)])
  ) { value, diagnostics in
    guard value.map != nil else {
      return range.shape.read(value, &diagnostics).map { LibvirtLeases(range: $0, written: value) }
    }
    let fields = Fields(value, declared: declared, of: "'dhcp' of a libvirt network", &diagnostics)
    var leases = LibvirtLeases(range: fields.read(range, &diagnostics), written: fields.value(of: range))
    if fields.read(lease, &diagnostics) != nil { leases.lease = fields.value(of: lease) }
    for host in fields.read(hosts, &diagnostics) ?? [] {
      leases.reservations.set(host.mac, to: host.reservation, keyLocation: host.reservation.location)
    }
    return leases
  }
}

/// What is said of `dns`.
struct LibvirtNames: Sendable {
  var isOn = true
  /// Names, each with its address.
  var hosts: Value?
  var forwarders: Value?
  var domain: Value?
  var isLocalOnly = false

  private static let enable = Field("enable", .yesOrNo, "Whether dnsmasq answers for names; yes unless set")
  private static let hosts = Field("hosts", .map(of: .ipv4Address), "Names it knows, each with its address")
  private static let forwarders = Field(
    "forwarders", .oneOrMany(of: .ipv4Address), "Who is asked about all other names; the host's own servers unless set")
  private static let declared: [any FieldDeclaration] = [enable, hosts, forwarders]

  static let shape = Shape<LibvirtNames>(
    expecting: "on, off, or a map with 'hosts' and 'forwarders'",
    schema: .anyOf([Shape<Bool>.onOrOff.schema, .object(declared)])
  ) { value, diagnostics in
    guard value.map != nil else {
      return Shape<Bool>.onOrOff.read(value, &diagnostics).map { LibvirtNames(isOn: $0) }
    }
    let fields = Fields(value, declared: declared, of: "'dns' of a libvirt network", &diagnostics)
    var names = LibvirtNames(isOn: fields.read(enable, default: true, &diagnostics))
    if fields.read(hosts, &diagnostics) != nil { names.hosts = fields.value(of: hosts) }
    if fields.read(forwarders, &diagnostics) != nil { names.forwarders = fields.value(of: forwarders) }
    return names
  }
}

/// What is said of `nat`.
struct LibvirtTranslation: Sendable {
  /// Nil hides guests behind the address of the interface they leave by.
  var addresses: Value?
  /// libvirt, `networkAddMasqueradingFirewallRules`: ports below 1024 are the host's own.
  var ports: Value = "1024-65535"

  private static let address = Field(
    "address", .either(Shape.ipv4Address.map { $0...$0 }, .addressRange),
    "The addresses to hide behind: one, or first-last; that of the interface they leave by unless set")
  private static let port = Field("port", .portRange, "The ports that TCP and UDP leave with; 1024-65535 unless set")
  private static let declared: [any FieldDeclaration] = [address, port]

  static let shape = Shape<LibvirtTranslation>.object(
    "'nat' of a libvirt network", declared
  ) { fields, diagnostics in
    var translation = LibvirtTranslation()
    if fields.read(address, &diagnostics) != nil { translation.addresses = fields.value(of: address) }
    if fields.read(port, &diagnostics) != nil { translation.ports = fields.value(of: port) ?? translation.ports }
    return translation
  }
}

extension Shape where Output == Bool {
  /// `yes` and `no` as libvirt's XML says, and what people write for them.
  static var yesOrNo: Shape {
    .oneOf([("yes", true), ("no", false), ("on", true), ("off", false), ("true", true), ("false", false)])
  }

  /// `<port isolated='yes'/>`.
  static var libvirtPort: Shape {
    let isolated = Field("isolated", .yesOrNo, "Whether it is kept from the bridge's other isolated ports")
    return .object("'port' of a libvirt network", [isolated]) { fields, diagnostics in
      fields.read(isolated, default: false, &diagnostics)
    }
  }
}
