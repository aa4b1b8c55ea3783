import Packets
import Protocols
import Simulation

/// `bridge fdb`
enum StationTable: StateTable {
  static let word = "mac"
  static let summary = "Stations that bridges have learned, as `bridge fdb` has them"
  static let columns = [
    StateColumn("address"), StateColumn("dev", .behind("dev ")), StateColumn("vlan", .behind("vlan ")),
    StateColumn("kind"), StateColumn("age", .behind("used ")),
  ]

  static func sections(of device: any Device, _ view: StateView) -> [StateSection]? {
    switch device {
    case let bridge as Bridge: return [StateSection(rows(bridge.database, view))]
    case let point as AccessPoint:
      // Who is associated is known from the beginning and never forgotten.
      let stations = point.stations.keys.sorted().compactMap { key -> [StateCell?]? in
        guard let port = point.stations[key] else { return nil }
        return [.shown(MACAddress(rawValue: key)), view.port(port), nil, .text("associated"), nil]
      }
      return [StateSection(stations + rows(point.database, view))]
    default: return nil
    }
  }

  private static func rows(_ database: ForwardingDatabase, _ view: StateView) -> [[StateCell?]] {
    database.stations(at: view.now).map { station in
      [
        .shown(station.address), view.port(station.port), station.vlan.map { .number(UInt64($0.rawValue)) }, nil,
        .span(station.age),
      ]
    }
  }
}
