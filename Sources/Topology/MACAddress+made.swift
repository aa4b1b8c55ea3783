import Packets
import Simulation

extension MACAddress {
  /// A vendor's prefix with its low bits made from a name: the same for the same name on every machine.
  public static func made(from name: String, behind prefix: UInt64, bits: UInt64) -> MACAddress {
    let mixed = digest(name.utf8)
    return MACAddress(rawValue: prefix | (mixed ^ mixed >> 32) & ((1 << bits) - 1))
  }
}
