import Configuration
import Packets
import Protocols
import Simulation

/// Splits one port into one for each VLAN, as sub-interfaces such as `eth1.100` do (Linux: `8021q`).
///
/// Toward the trunk a frame gets the tag of the port it came from, and is four bytes longer; from the trunk it loses its
/// tag and goes out of the port of its VLAN. It learns nothing and looks at no address.
public struct VLANTagger: Device {
  /// By identifier, the port; looked up, never iterated.
  private var places = FlatTable<UInt64, PortNumber>()
  /// By port, the identifier; nil for the trunk and for what goes untagged.
  private let vlans: [VLANID?]
  /// Where the identifiers were written.
  private let origin: Origin

  public static let trunk: PortNumber = 0
  public static let untagged: PortNumber = 1

  public init(_ vlans: [VLANID], origin: Origin = .none) {
    self.vlans = [nil, nil] + vlans
    self.origin = origin
    for (place, vlan) in vlans.enumerated() { places[UInt64(vlan.rawValue)] = PortNumber(place + 2) }
  }

  public mutating func receive(_ frame: EthernetFrame, on port: PortNumber, _ outbox: inout Outbox) {
    if port == VLANTagger.trunk { return split(frame, &outbox) }
    // Two tags in a row are not modelled.
    guard frame.tag == nil else { return outbox.drop(because: .alreadyTagged) }
    var tagged = frame
    tagged.tag = vlans[Int(port.index)].map { VLANTag($0) }
    outbox.forward(tagged, on: VLANTagger.trunk, origin: origin)
  }

  private func split(_ frame: EthernetFrame, _ outbox: inout Outbox) {
    var plain = frame
    plain.tag = nil
    // A priority tag, whose identifier is 0, says nothing about the VLAN (IEEE 802.1Q-2018, table 9-2).
    guard let tag = frame.tag, tag.control & 0x0fff != 0 else {
      guard outbox.isPlugged(VLANTagger.untagged) else { return outbox.drop(because: .untagged, origin: origin) }
      return outbox.forward(plain, on: VLANTagger.untagged, origin: origin)
    }
    guard let port = places[UInt64(tag.control & 0x0fff)] else {
      return outbox.drop(because: .unknownVLAN, origin: origin)
    }
    outbox.forward(plain, on: port, origin: origin)
  }
}

/// `kind: vlan-tagger`.
public struct VLANTaggerSettings: DeviceKind {
  public static let word = "vlan-tagger"
  public static let summary = "Splits one port into one for each VLAN, as sub-interfaces such as eth1.100 do"
  public static let role = DeviceRole.bridge
  public static let growsPorts = false
  public static let fields: [any FieldDeclaration] = [vlans]

  private static let vlans = Field(
    "vlans", Shape<VLANSet>.vlanSet.located,
    "The VLANs it has a port for, each port named by the number; beside them `trunk`, and `untagged` for the rest",
    required: true)

  private let ids: [VLANID]
  private let origin: Origin

  public init?(_ reader: inout DeviceReader) {
    guard let set = reader.read(Self.vlans) else { return nil }
    ids = set.value.ranges.flatMap { $0.compactMap { VLANID(rawValue: $0) } }
    origin = reader.origin("vlans \(set.value)", at: set.location)
  }

  public var ports: [PortDescription] {
    (["trunk", "untagged"] + ids.map { "\($0.rawValue)" }).map { PortDescription(name: $0) }
  }

  public var remarks: [Remark] { [ids.count == 1 ? .tagsVLAN(ids[0].rawValue) : .tagsVLANs(count: ids.count)] }
  public func makeDevice(ports: Int) -> any Device { VLANTagger(ids, origin: origin) }
}

/// What hears what.
extension VLANTaggerSettings {
  public var separatesVLANs: Bool { true }

  public func enter(_ tagging: Tagging, by port: PortNumber) -> Tagging? {
    if port == VLANTagger.trunk { return isKnown(tagging) ? tagging : nil }
    return tagging == .none ? inside(port) : nil
  }

  public func leave(_ inner: Tagging, by port: PortNumber) -> Tagging? {
    if port == VLANTagger.trunk { return inner }
    return inner == inside(port) ? Tagging.none : nil
  }

  private func isKnown(_ tagging: Tagging) -> Bool {
    if case .vlan(let id) = tagging { ids.contains(id) } else { true }
  }

  private func inside(_ port: PortNumber) -> Tagging {
    port == VLANTagger.untagged ? .none : .vlan(ids[Int(port.index) - 2])
  }
}
