import Packets
import Simulation

extension ForwardingDatabase {
  /// One station as a report shows it.
  public struct Station: Hashable, Sendable {
    public var address: MACAddress
    /// Nil where there are no VLANs.
    public var vlan: VLANID?
    public var port: PortNumber
    /// Since it was heard last.
    public var age: TimeSpan
  }

  /// All stations known at that moment, by VLAN and address.
  public func stations(at now: Instant) -> [Station] {
    keys.sorted().compactMap { key in
      let address = MACAddress(rawValue: key & 0xffff_ffff_ffff)
      let vlan = VLANID(rawValue: UInt16(key >> 48))
      guard let heard = heard(address, vlan: vlan), let port = port(of: address, vlan: vlan, at: now) else {
        return nil
      }
      return Station(address: address, vlan: vlan, port: port, age: now - heard)
    }
  }
}
