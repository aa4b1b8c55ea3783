import Configuration
import Devices
import Scenarios
import Simulation
import Topology

/// One table of what the devices of a network know at one moment.
public struct StateListing: Sendable {
  /// Rises when a reader of the old form could not read the new one.
  public static let version = 1

  /// What one device has to say.
  public struct Part: Sendable {
    /// `ctl`, or `pc.nat8` where a machine has several devices.
    public var node: String
    public var sections: [StateSection]

    public var isEmpty: Bool { sections.allSatisfy(\.rows.isEmpty) }
  }

  public let table: any StateTable.Type
  public let moment: Instant
  /// In the order of the devices, those that have such a table.
  public let parts: [Part]

  /// - Parameter devices: Whose tables are wanted; nil wants all.
  public init(
    _ table: any StateTable.Type, of state: NetworkState, _ devices: [DeviceID]? = nil, sources: SourceMap
  ) {
    self.table = table
    moment = state.moment
    let names = Names(topology: state.topology, sources: sources, words: English())
    let traffic = PortTrafficReader(state.journal, in: state.topology).traffic
    let wanted = devices ?? state.topology.devices.indices.map { DeviceID(index: $0) }
    parts = wanted.compactMap { device in
      let place = Int(device.index)
      let view = StateView(
        now: state.moment, portNames: state.topology.devices[place].ports.map(\.name), traffic: traffic[place],
        line: { origin in state.topology.origins[origin].flatMap { names.line(at: $0.location) } })
      return table.sections(of: state.device(device), view).map { Part(node: names.device(device), sections: $0) }
    }
  }

  public func json(scenario: String, variant: String) -> JSONValue {
    .members([
      ("version", .integer(Self.version)), ("scenario", .text(scenario)), ("variant", .text(variant)),
      ("table", .text(table.word)), ("at", .integer(moment.nanoseconds)), ("nodes", .list(parts.map(json))),
    ])
  }

  private func json(_ part: Part) -> JSONValue {
    .members([("node", .text(part.node)), ("rows", .list(part.sections.flatMap(rows)))])
  }

  private func rows(of section: StateSection) -> [JSONValue] {
    section.rows.map { row in
      let title = section.title.map { ($0.kind, Optional(JSONValue.text($0.name))) }
      return .members([title].compactMap { $0 } + zip(table.columns, row).map { ($0.name, $1?.json) })
    }
  }
}

extension StateListing {
  /// The words of the tables that at least one of the devices has.
  public static func tables(of state: NetworkState, _ devices: [DeviceID]?) -> [String] {
    let wanted = devices ?? state.topology.devices.indices.map { DeviceID(index: $0) }
    return stateTables.filter { table in
      wanted.contains { device in
        let ports = state.topology.devices[Int(device.index)].ports.map(\.name)
        let view = StateView(now: state.moment, portNames: ports, traffic: ports.map { _ in PortTraffic() })
        return table.sections(of: state.device(device), view) != nil
      }
    }.map { $0.word }
  }
}
