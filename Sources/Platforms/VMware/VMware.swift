import Configuration
import Devices
import Packets
import Topology

/// `kind: vmware`: a computer with Workstation or Player, wired as the product wires it.
///
/// VMnet0, VMnet1 and VMnet8 are there as soon as the product is installed, whether a guest uses them or not.
public enum VMware: NodeKind {
  public static let word = "vmware"
  public static let summary =
    "A computer with VMware Workstation: VMnet0 bridged, VMnet1 host-only, VMnet8 NAT, and guests"
  public static let fields: [any FieldDeclaration] = HandedField.ofStack + [networks, segments, guests]

  static let networks = Field(
    "networks", .map(of: VMwareNetwork.shape),
    "More about VMnet0, VMnet1, VMnet8, or more host-only networks: VMnet2…")
  static let segments = Field(
    "segments", .oneOrMany(of: Shape<String>.string.located), "LAN segments: private networks of guests only")
  static let guests = Field("guests", .map(of: VMwareGuest.shape), "The virtual machines by name")

  public static func expand(_ node: inout NodeReader) -> Expansion {
    var host = VMwareHost(node)
    let read = node.read(networks) ?? []
    host.addNetworks(read, &node)
    for segment in node.read(segments) ?? [] { host.addSegment(segment, &node) }
    var expansion = Expansion()
    var guestMachines: [(name: String, value: Value)] = []
    for guest in node.read(guests) ?? [] {
      guard NameRule.check(guest.key, of: "a guest", at: guest.keyLocation, &node.diagnostics) else {
        continue
      }
      let nics = host.nics(of: guest, &node)
      guestMachines.append(
        (guest.key, guest.value.machine(inside: node.name, nics).located(at: guest.keyLocation)))
      for (number, nic) in nics.enumerated() {
        let link: Value = [.string("\(guest.key):eth\(number)"), .string("\(node.name).\(nic.network)")]
        expansion.links.append(link.located(at: nic.location))
      }
    }
    expansion.machines = [(node.name, host.machine)] + guestMachines
    return expansion
  }
}

/// Hardware addresses as the product gives them, made from names so that adding a machine changes no other's.
enum VMwareAddress {
  /// 00:0c:29 and three octets: a guest.
  static func guest(_ name: String) -> Value {
    .string("\(MACAddress.made(from: name, behind: 0x000c_2900_0000, bits: 24))")
  }

  /// 00:50:56:e and five digits: the NAT device.
  static func natDevice(_ name: String) -> Value {
    .string("\(MACAddress.made(from: name, behind: 0x0050_56e0_0000, bits: 20))")
  }

  /// 00:50:56:f and five digits: the DHCP server.
  static func leaseServer(_ name: String) -> Value {
    .string("\(MACAddress.made(from: name, behind: 0x0050_56f0_0000, bits: 20))")
  }

  /// 00:50:56:c0:00:08 for VMnet8.
  static func adapter(_ number: Int) -> Value {
    .string("\(MACAddress(rawValue: 0x0050_56c0_0000 | UInt64(number)))")
  }
}
