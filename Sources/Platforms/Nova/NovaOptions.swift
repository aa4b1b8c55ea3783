import Configuration
import Devices
import Packets

/// A release whose nova-network differs in what it does to packets.
enum NovaRelease: String, CaseIterable, Sendable {
  /// 2011.2.
  case cactus
  /// 2012.1.
  case essex
  /// 2015.1, and much of the time since Folsom.
  case kilo
}

enum NovaManager: String, CaseIterable, Sendable {
  /// A bridge made by hand, addresses written into the image.
  case flat = "FlatManager"
  /// One network with a DHCP server and a gateway.
  case flatDHCP = "FlatDHCPManager"
  /// A VLAN, a bridge and a network for each project.
  case vlan = "VlanManager"
}

/// The words of nova.conf that decide what becomes of packets, spelled as there, with the defaults of the release.
struct NovaOptions: Sendable {
  var release = NovaRelease.essex
  var manager = NovaManager.vlan
  var fixedRange: Located<IPv4Prefix>
  /// Nil where it was not written: 256, or as much as there is.
  var networkSize: Located<Int>?
  var networkCount = 1
  var flatBridge: Located<String>?
  var flatInterface: Located<String>?
  var injects: Bool
  var flatNameserver: Value
  var publicInterface: Located<String>
  var sourceAddress: Located<IPv4Address>?
  var vlanInterface: Located<String>?
  var firstVLAN: Int
  var vpnAddress: IPv4Address?
  var firstVPNPort: Int
  var vpnClients: Int
  var lease: Int
  var forcesRelease: Bool
  var domain: Value
  var metadataHost: IPv4Address?
  var metadataPort: Int
  var unhidden: [IPv4Prefix]
  var floatingRange: Located<IPv4Prefix>
  var assignsFloating: Bool
  var isMultiHost: Bool
  var announces: Bool
  var allowsSameNetwork: Bool
  var router: Value?
  var reserved: [Located<IPv4Address>]
  var bridgeNetfilter: BridgeNetfilter
  var groups: [ReadEntry<[NovaGroupRule]>]
  /// Where the section stands, or nothing.
  var location: SourceLocation

  var hasDHCP: Bool { manager != .flat }
}

/// Reading them.
extension NovaOptions {
  private static let release = Field("release", .cases(of: NovaRelease.self), "cactus, essex or kilo; essex unless set")
  static let conf = Field(
    "conf", Shape<String>.string.located, "A nova.conf beside the scenario; what stands here goes before it")
  private static let manager = Field(
    "network_manager", .cases(of: NovaManager.self), "FlatManager, FlatDHCPManager or VlanManager, which is the default"
  )
  private static let fixedRange = Field(
    "fixed_range", Shape<IPv4Prefix>.ipv4Prefix.located, "Addresses of all instances; 10.0.0.0/8")
  private static let networkSize = Field(
    "network_size", Shape<Int>.integer(in: 1...(1 << 24)).located,
    "Addresses of one network, rounded up to a power of two; 256, or all there are")
  private static let networkCount = Field(
    "num_networks", .integer(in: 1...4094), "How many networks were made; 1. Every project of VlanManager needs one")
  private static let flatBridge = Field(
    "flat_network_bridge", Shape<String>.string.located, "The bridge of the flat network, such as br100")
  private static let flatInterface = Field(
    "flat_interface", Shape<String>.string.located, "The card that FlatDHCPManager puts into that bridge")
  private static let injects = Field(
    "flat_injected", .boolean, "FlatManager: whether addresses are written into the image; only cactus does unless set")
  private static let flatNameserver = Field(
    "flat_network_dns", .ipv4Address, "The name server written into the image; 8.8.4.4")
  private static let publicInterface = Field(
    "public_interface", Shape<String>.string.located, "The card with the floating addresses; eth0")
  private static let sourceAddress = Field(
    "routing_source_ip", Shape<IPv4Address>.ipv4Address.located,
    "The address instances are seen as; the first one of public_interface")
  private static let ownAddress = Field("my_ip", .ipv4Address, "What routing_source_ip and vpn_ip are unless set")
  private static let vlanInterface = Field(
    "vlan_interface", Shape<String>.string.located, "The card that carries the VLANs; eth0 in cactus, or else needed")
  private static let firstVLAN = Field("vlan_start", .integer(in: 1...4094), "The first project's VLAN; 100")
  private static let vpnAddress = Field("vpn_ip", .ipv4Address, "Where VPN clients knock; my_ip")
  private static let firstVPNPort = Field(
    "vpn_start", .integer(in: 1...65535), "The UDP port of the first project's VPN there; 1000")
  private static let vpnClients = Field(
    "cnt_vpn_clients", .integer(in: 0...65535), "Addresses at the end of each network for VPN clients; 0")
  private static let lease = Field(
    "dhcp_lease_time", .integer(in: 1...Int(Int32.max)), "Seconds; 120, and 86400 in kilo")
  private static let forcesRelease = Field(
    "force_dhcp_release", .boolean, "Whether the address of a terminated instance is free at once; only in kilo")
  private static let domain = Field("dhcp_domain", .domainName, "novalocal")
  private static let metadataHost = Field("metadata_host", .ipv4Address, "Where instances find their metadata; my_ip")
  private static let metadataPort = Field("metadata_port", .integer(in: 1...65535), "Its TCP port there; 8775")
  private static let unhidden = Field(
    "dmz_cidr", .oneOrMany(of: .ipv4Prefix), "Where instances are seen as they are; 10.128.0.0/24, nowhere in kilo")
  private static let floatingRange = Field(
    "floating_range", Shape<IPv4Prefix>.ipv4Prefix.located, "Where `floating: true` draws from; 4.4.4.0/24")
  private static let assignsFloating = Field(
    "auto_assign_floating_ip", .boolean, "Whether every instance draws a floating address; no")
  private static let isMultiHost = Field(
    "multi_host", .boolean, "Whether every compute node is the gateway of its own instances; no")
  private static let announces = Field(
    "send_arp_for_ha", .boolean, "Whether addresses are announced by gratuitous ARP when they come up; no")
  private static let allowsSameNetwork = Field(
    "allow_same_net_traffic", .boolean, "Whether security groups let all of the own network pass; yes")
  private static let router = Field(
    "dhcp-router", .ipv4Address, "What a dnsmasq_config_file says with dhcp-option=3: another gateway, such as a box")
  private static let reserved = Field(
    "reserved", .oneOrMany(of: Shape<IPv4Address>.ipv4Address.located),
    "Addresses that no instance gets, as that of a box")
  private static let bridgeNetfilter = Field(
    "bridge_nf", Shape.cases(of: BridgeNetfilter.self),
    "Where net.bridge.bridge-nf-call-iptables is 1: on compute nodes for the groups, on all nodes, or on none; compute")
  private static let groups = Field(
    "security-groups", .map(of: .list(of: NovaGroupRule.shape)), "What may reach the instances of a group, by name")

  /// As nova.conf has them.
  private static let written: [any FieldDeclaration] = [
    manager, fixedRange, networkSize, networkCount, flatBridge, flatInterface, injects, flatNameserver,
    publicInterface, sourceAddress, ownAddress, vlanInterface, firstVLAN, vpnAddress, firstVPNPort, vpnClients, lease,
    forcesRelease, domain, metadataHost, metadataPort, unhidden, floatingRange, assignsFloating, isMultiHost, announces,
    allowsSameNetwork,
  ]
  /// What nova.conf may say.
  static let confWords = written.map { $0.name }
  static let fields: [any FieldDeclaration] =
    [release, conf] + written + [router, reserved, bridgeNetfilter, groups]

  /// - Parameter value: The section, with what nova.conf says below it.
  init(_ value: Value, _ diagnostics: inout Diagnostics) {
    let fields = Fields(value, declared: Self.fields, of: "'\(Nova.section.name)'", &diagnostics)
    func read<T>(_ field: Field<T>) -> T? { fields.read(field, &diagnostics) }
    location = value.location
    release = read(Self.release) ?? .essex
    manager = read(Self.manager) ?? .vlan
    let whole = IPv4Prefix(holding: IPv4Address(10, 0, 0, 0), length: 8) ?? .all
    fixedRange = read(Self.fixedRange) ?? Located(whole, at: location)
    networkSize = read(Self.networkSize)
    networkCount = read(Self.networkCount) ?? 1
    flatBridge = read(Self.flatBridge) ?? (release == .cactus ? Located("br100", at: location) : nil)
    flatInterface = read(Self.flatInterface)
    injects = read(Self.injects) ?? (release == .cactus)
    flatNameserver = fields.value(of: Self.flatNameserver) ?? "8.8.4.4"
    _ = read(Self.flatNameserver)
    publicInterface = read(Self.publicInterface) ?? Located("eth0", at: location)
    let own = read(Self.ownAddress)
    sourceAddress =
      read(Self.sourceAddress) ?? own.map { Located($0, at: fields.location(of: Self.ownAddress)) }
    vlanInterface = read(Self.vlanInterface) ?? (release == .cactus ? Located("eth0", at: location) : nil)
    firstVLAN = read(Self.firstVLAN) ?? 100
    vpnAddress = read(Self.vpnAddress) ?? own
    firstVPNPort = read(Self.firstVPNPort) ?? 1000
    vpnClients = read(Self.vpnClients) ?? 0
    lease = read(Self.lease) ?? (release == .kilo ? 86400 : 120)
    forcesRelease = read(Self.forcesRelease) ?? (release == .kilo)
    _ = read(Self.domain)
    domain = fields.value(of: Self.domain) ?? "novalocal"
    metadataHost = read(Self.metadataHost)
    metadataPort = read(Self.metadataPort) ?? 8775
    let lab = IPv4Prefix(holding: IPv4Address(10, 128, 0, 0), length: 24).map { [$0] } ?? []
    unhidden = read(Self.unhidden) ?? (release == .kilo ? [] : lab)
    let fours = IPv4Prefix(holding: IPv4Address(4, 4, 4, 0), length: 24) ?? .all
    floatingRange = read(Self.floatingRange) ?? Located(fours, at: location)
    assignsFloating = read(Self.assignsFloating) ?? false
    isMultiHost = read(Self.isMultiHost) ?? false
    announces = read(Self.announces) ?? false
    allowsSameNetwork = read(Self.allowsSameNetwork) ?? true
    router = read(Self.router).map { .string("\($0)", at: fields.location(of: Self.router)) }
    reserved = read(Self.reserved) ?? []
    bridgeNetfilter = read(Self.bridgeNetfilter) ?? .compute
    groups = read(Self.groups) ?? []
  }
}

/// Where a bridge shows its packets to the machine's rules (Linux, `br_netfilter`).
enum BridgeNetfilter: String, CaseIterable, Sendable {
  /// Security groups see all that their instances hear; what is translated is routed.
  case compute
  /// As the kernel is by itself: the gateway's translation sees what is only bridged as well.
  case all
  /// Rules see only what is routed.
  case none
}
