import Configuration
import Devices
import Packets
import Topology

/// `kind: virtualbox`: a computer with VirtualBox, in the words of VBoxManage.
///
/// A network that no guest uses is not there, other than in VMware; each guest behind NAT has an engine of its own.
public enum VirtualBox: NodeKind {
  public static let word = "virtualbox"
  public static let summary =
    "A computer with VirtualBox: guests with NAT, NAT network, bridged, internal and host-only adapters"
  public static let fields: [any FieldDeclaration] =
    HandedField.ofStack + [natNetworks, hostOnly, leaseServers, guests]

  static let natNetworks = Field(
    "natnetworks", .map(of: VirtualBoxNATNetwork.shape), "NAT networks by name, as `natnetwork add` makes them")
  static let hostOnly = Field(
    "hostonlyifs", .map(of: VirtualBoxHostOnly.shape), "More about vboxnet0, vboxnet1 …, as `hostonlyif` makes them")
  static let leaseServers = Field(
    "dhcpservers", .map(of: VirtualBoxLeaseServer.shape),
    "DHCP servers of internal or host-only networks by their name, as `dhcpserver add` makes them")
  static let guests = Field("guests", .map(of: VirtualBoxGuest.shape), "The virtual machines by name")

  public static func expand(_ node: inout NodeReader) -> Expansion {
    var host = VirtualBoxHost(
      node, natNetworks: node.read(natNetworks) ?? [], hostOnly: node.read(hostOnly) ?? [],
      leaseServers: node.read(leaseServers) ?? [])
    var expansion = Expansion()
    var guestMachines: [(name: String, value: Value)] = []
    for guest in node.read(guests) ?? [] {
      guard NameRule.check(guest.key, of: "a guest", at: guest.keyLocation, &node.diagnostics) else { continue }
      for nic in guest.value.nics {
        guard let device = host.plug(nic, of: guest.key, &node) else { continue }
        let link: Value = [.string("\(guest.key):\(nic.interface)"), .string("\(node.name).\(device)")]
        expansion.links.append(link.located(at: nic.location))
      }
      let machine = guest.value.machine(guest.key, inside: node.name, &node.diagnostics)
      guestMachines.append((guest.key, machine.located(at: guest.keyLocation)))
    }
    host.checkUse(&node)
    expansion.machines = [(node.name, host.machine)] + guestMachines
    return expansion
  }
}

/// Hardware addresses as the product gives them, made from names so that adding a machine changes no other's.
enum VirtualBoxAddress {
  /// 08:00:27 and three octets.
  static func guest(_ name: String) -> Value {
    .string("\(MACAddress.made(from: name, behind: 0x0800_2700_0000, bits: 24))")
  }

  /// 0a:00:27:00:00:00 for vboxnet0.
  static func adapter(_ number: Int) -> Value {
    .string("\(MACAddress(rawValue: 0x0a00_2700_0000 | UInt64(number)))")
  }
}
