import Packets

/// Which VLANs a port of a bridge carries, and which of them without a tag (IEEE 802.1Q-2018, 6.9 and 8.6).
///
/// A VLAN leaves by every port the way it comes in there: the two sets that the standard keeps apart, for frames in and
/// for frames out, are one.
public struct VLANPort: Hashable, Sendable {
  /// The port's VLAN (PVID): untagged and priority-tagged frames are in it, and its frames leave without a tag.
  /// Nil admits only tagged frames (6.9, "Admit Only VLAN-tagged frames").
  public var untagged: VLANID?
  /// Those whose frames leave with a tag.
  public var tagged: VLANSet

  public init(untagged: VLANID?, tagged: VLANSet = VLANSet()) {
    self.untagged = untagged
    self.tagged = tagged
  }

  /// IEEE 802.1Q-2018, table 9-2: the default PVID, as ports have it of which nothing is said.
  public static let unconfigured = VLANPort(untagged: VLANID(rawValue: 1))

  /// What a port makes of a frame that comes in.
  public enum Ingress: Hashable, Sendable {
    case vlan(VLANID)
    /// It has no VLAN, and the port gives it none.
    case untaggedRefused
    /// Ingress filtering (8.6.2): the port is not a member of its VLAN.
    case notCarried
    /// 4095, which is not to be sent (table 9-2).
    case reserved
  }

  public func ingress(of tag: VLANTag?) -> Ingress {
    // A priority tag, whose identifier is 0, says nothing about the VLAN.
    guard let tag, tag.control & 0x0fff != 0 else { return untagged.map { .vlan($0) } ?? .untaggedRefused }
    guard let id = tag.id else { return .reserved }
    return carries(id) ? .vlan(id) : .notCarried
  }

  public func carries(_ vlan: VLANID) -> Bool { vlan == untagged || tagged.contains(vlan) }

  /// The tag with which a frame of that VLAN leaves; its priority is the one it came with.
  public func egressTag(of vlan: VLANID, arrivedWith tag: VLANTag?) -> VLANTag? {
    guard vlan != untagged else { return nil }
    return VLANTag(control: (tag?.control ?? 0) & 0xf000 | vlan.rawValue)
  }
}
