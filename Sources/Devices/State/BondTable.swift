import Simulation

/// What `/proc/net/bonding` says of the links of a bond.
enum BondTable: StateTable {
  static let word = "bond"
  static let summary = "The links of a bond: which of them are up, and which it uses"
  static let columns = [
    StateColumn("dev", .headed("LINK")), StateColumn("mii", .headed("MII")), StateColumn("used", .headed("USED")),
    StateColumn("mode", .headed("MODE")),
  ]

  static func sections(of device: any Device, _ view: StateView) -> [StateSection]? {
    guard let bond = device as? Bond else { return nil }
    return [
      StateSection(
        bond.members.enumerated().map { place, member in
          [
            view.port(Bond.port(of: place)), .text(member.isUp ? "up" : "down"), .text(member.isUsed ? "yes" : "no"),
            .text(bond.settings.mode.rawValue),
          ]
        })
    ]
  }
}
