import Configuration
import Packets
import Protocols
import Simulation

/// `kind: bond`.
public struct BondSettings: DeviceKind {
  public static let word = "bond"
  public static let summary = "Makes one port, `upper`, of several links (Linux: bonding)"
  public static let role = DeviceRole.bridge
  public static let growsPorts = true

  public static let membersField = Field(
    "members", .list(of: Shape<String>.string.located), "Its links, as the names of their ports; links add more")
  public static let fields: [any FieldDeclaration] = [
    mode, membersField, primary, reselection, monitor, upDelay, downDelay, announcements, hash, rate, speaks,
    selection, leastLinks, mac,
  ]

  private static let mode = Field(
    "mode", .bondMode, "How the links are used: active-backup, 802.3ad, balance-xor, balance-rr or broadcast",
    required: true)
  private static let primary = Field(
    "primary", Shape<String>.string.located, "For active-backup: the link that is used while it is up")
  private static let reselection = Field(
    "primary-reselect", .cases(of: Bond.Reselection.self),
    "When the primary is used again after a failure: always, better or failure; always unless set")
  private static let monitor = Field(
    "miimon", .duration, "How often the links are looked at; 100ms unless set. 0ms is never: nothing takes over")
  private static let upDelay = Field("updelay", .duration, "How long a link must be up before it is used")
  private static let downDelay = Field("downdelay", .duration, "How long a link must be down before it is given up")
  private static let announcements = Field(
    "num-grat-arp", .integer(in: 0...255),
    "How often addresses are announced when another link takes over; 1 unless set")
  private static let hash = Field(
    "xmit-hash", .cases(of: BondHash.self),
    "For balance-xor and 802.3ad: what a flow's link is chosen by; layer2 unless set")
  private static let rate = Field(
    "lacp-rate", .oneOf([("slow", false), ("fast", true)]),
    "For 802.3ad: whether the partner is to speak every second, not every 30; slow unless set")
  private static let speaks = Field(
    "lacp-active", .boolean, "For 802.3ad: whether it speaks first; true unless set")
  private static let selection = Field(
    "ad-select", .cases(of: LinkAggregation.Selection.self),
    "For 802.3ad: which set of links is used if there are several; stable unless set")
  private static let leastLinks = Field(
    "min-links", .integer(in: 0...65535), "For 802.3ad: fewer links than this are not used")
  private static let mac = Field("mac", .macAddress, "Its own address; made from its name unless set")

  private let members: [String]
  private let settings: Bond.Settings

  public init?(_ reader: inout DeviceReader) {
    let written = reader.read(Self.membersField) ?? []
    members = written.map(\.value)
    let address = reader.read(Self.mac) ?? reader.hardwareAddress(of: "bond")
    guard let mode = reader.read(Self.mode) else { return nil }
    var settings = Bond.Settings(mode.value, address: address)
    settings.origin = reader.origin("bond \(mode.value.rawValue)", at: mode.location)
    settings.monitorInterval = reader.read(Self.monitor) ?? settings.monitorInterval
    settings.upDelay = reader.read(Self.upDelay) ?? settings.upDelay
    settings.downDelay = reader.read(Self.downDelay) ?? settings.downDelay
    settings.announcements = reader.read(Self.announcements) ?? settings.announcements
    settings.hash = reader.read(Self.hash) ?? settings.hash
    settings.reselection = reader.read(Self.reselection) ?? settings.reselection
    settings.aggregation.isFast = reader.read(Self.rate) ?? false
    settings.aggregation.isActive = reader.read(Self.speaks) ?? true
    settings.aggregation.selection = reader.read(Self.selection) ?? .stable
    settings.aggregation.leastLinks = reader.read(Self.leastLinks) ?? 0
    // Linux, `bond_check_params`: 802.3ad does not work without looking at the links.
    if mode.value == .negotiated, settings.monitorInterval == .zero { settings.monitorInterval = .milliseconds(100) }
    if let primary = reader.read(Self.primary) {
      settings.primary = written.firstIndex { $0.value == primary.value }
      if settings.primary == nil {
        reader.diagnostics.report(
          "'\(primary.value)' is no link of the bond", .unknownInterface, at: primary.location,
          notes: Diagnostic.Note.suggestion(for: primary.value, among: members, called: "links"))
      }
    }
    self.settings = settings
    BondSettings.check(mode.value, members: written, &reader)
  }

  private static func check(_ mode: Bond.Mode, members: [Located<String>], _ reader: inout DeviceReader) {
    for (place, member) in members.enumerated() where members[..<place].contains(where: { $0.value == member.value }) {
      reader.diagnostics.report("the bond has two links '\(member.value)'", .duplicateName, at: member.location)
    }
    let others: [(any FieldDeclaration, [Bond.Mode])] = [
      (primary, [.activeBackup]), (reselection, [.activeBackup]), (announcements, [.activeBackup]),
      (hash, [.hashed, .negotiated]), (rate, [.negotiated]), (speaks, [.negotiated]), (selection, [.negotiated]),
      (leastLinks, [.negotiated]),
    ]
    for (field, modes) in others where reader.fields.has(field) && !modes.contains(mode) {
      let words = modes.map { "'\($0.rawValue)'" }.joined(separator: " or ")
      reader.diagnostics.report(
        "'\(field.name)' speaks of the mode \(words), and this bond has '\(mode.rawValue)'", .eitherOr,
        at: reader.fields.keyLocation(of: field))
    }
  }

  public var ports: [PortDescription] { (["upper"] + members).map { PortDescription(name: $0) } }
  public var remarks: [Remark] { [.text(settings.mode.rawValue)] }
  public func makeDevice(ports: Int) -> any Device { Bond(settings, members: ports - 1) }

  /// Two bonds with any number of links between them are one link.
  public var joinsLinks: Bool { true }
}

extension Shape where Output == Located<Bond.Mode> {
  /// The modes there are; those that rewrite ARP to move stations between links are told that they are not.
  static var bondMode: Shape {
    let modes = Bond.Mode.allCases.map { ($0.rawValue, $0) }
    let known = Shape<Bond.Mode>.oneOf(modes)
    return Shape(expecting: known.expecting, schema: known.schema) { value, diagnostics in
      guard let text = value.text, ["balance-tlb", "balance-alb"].contains(text) else {
        return known.read(value, &diagnostics).map { Located($0, at: value.location) }
      }
      diagnostics.report(
        "'\(text)' is not modelled", .unknownChoice, at: value.location,
        notes: [
          "it gives one station several addresses, which under a bridge breaks",
          Diagnostic.Note("the modes are \(modes.map { $0.0 }.joined(separator: ", "))"),
        ])
      return nil
    }
  }
}
