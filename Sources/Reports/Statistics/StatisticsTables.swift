import Configuration
import Devices
import Scenarios
import Simulation
import Topology

/// The numbers of a run as tables: for CSV, for JSON and for the terminal.
public struct StatisticsTables: Sendable {
  let statistics: RunStatistics
  let names: EndNames

  public init(_ statistics: RunStatistics) {
    self.statistics = statistics
    names = EndNames(statistics.run)
  }

  /// One table with whole numbers: nanoseconds, bytes, bits a second.
  public struct Table: Sendable {
    public var name: String
    public var columns: [String]
    public var rows: [[JSONValue]]

    var csv: String {
      CSVText.written(columns, rows.map { $0.map(\.plainText) })
    }

    var json: JSONValue {
      .list(rows.map { row in .members(zip(columns, row).map { ($0, $1 == .null ? nil : $1) }) })
    }
  }

  public var all: [Table] { [links, flows, interfaces] }

  private var links: Table {
    let columns = [
      "from", "to", "rate-bps", "frames", "bytes", "busy-ns", "utilisation", "peak-utilisation", "queue-max",
      "wait-p50-ns", "wait-p90-ns", "wait-p99-ns", "wait-max-ns", "dropped", "reasons",
    ]
    let duration = max(1, statistics.run.playback.duration.nanoseconds)
    return Table(
      name: "links", columns: columns,
      rows: used.map { use in
        let peak = statistics.peak(of: use)
        let hasRate = use.configuration.rate > 0
        return [
          .text(names.end(use.from)), .text(names.end(use.to)), hasRate ? .integer(use.configuration.rate) : .null,
          .integer(use.frames), .integer(use.bytes), hasRate ? .integer(use.busy) : .null,
          hasRate ? .share(Double(use.busy) / Double(duration)) : .null, peak.map { .share($0) } ?? .null,
          hasRate ? .integer(use.deepest) : .null,
        ] + [50, 90, 99].map { .span(use.waits.percentile($0)) }
          + [.span(use.waits.count > 0 ? use.waits.most : nil), .integer(use.drops.total), .text(use.drops.listed)]
      })
  }

  private var flows: Table {
    let columns =
      ["step", "flow", "sent", "arrived", "lost", "bytes", "bits-per-second"]
      + ["one-way", "rtt"].flatMap { kind in ["min", "p50", "p90", "p99", "max"].map { "\(kind)-\($0)-ns" } } + [
        "losses"
      ]
    return Table(
      name: "flows", columns: columns,
      rows: statistics.flows.filter { $0.sent > 0 }.map { flow in
        [
          .text(step(flow.step)), .text(flow.name), .integer(flow.sent), .integer(flow.arrived), .integer(flow.lost),
          .integer(flow.bytes), flow.bitsPerSecond.map { .integer($0) } ?? .null,
        ] + spans(flow.oneWay) + spans(flow.roundTrips) + [.text(losses(of: flow))]
      })
  }

  private var interfaces: Table {
    let topology = statistics.run.playback.topology
    var rows: [[JSONValue]] = []
    for device in topology.devices.indices {
      for (port, traffic) in statistics.traffic[device].enumerated() {
        let end = LinkEnd(DeviceID(index: device), PortNumber(port))
        let drops = traffic.drops
        guard traffic.sentFrames + traffic.receivedFrames > 0 || !drops.isEmpty else { continue }
        rows.append([
          .text(names.end(end)), .integer(traffic.receivedFrames), .integer(traffic.receivedBytes),
          .integer(traffic.sentFrames), .integer(traffic.sentBytes), .integer(drops.reduce(0) { $0 + $1.frames }),
          .text(drops.map { "\($0.reason.word) \($0.frames)" }.joined(separator: ", ")),
        ])
      }
    }
    return Table(
      name: "interfaces",
      columns: ["interface", "rx-frames", "rx-bytes", "tx-frames", "tx-bytes", "dropped", "reasons"], rows: rows)
  }

  /// Of each part of the time: its start, and what each direction that carried anything did.
  var series: Table {
    let grid = statistics.grid
    let seconds = Double(grid.width.nanoseconds) / 1e9
    var rows: [[JSONValue]] = []
    for part in 0..<grid.count {
      for use in used {
        let piece = use.parts[part]
        rows.append([
          .integer(grid.start(of: part).nanoseconds), .text(names.end(use.from)), .text(names.end(use.to)),
          .integer(piece.frames), .integer(piece.bytes), .integer(UInt64(Double(piece.bytes) * 8 / seconds)),
          use.utilisation(of: part, grid).map { .share($0) } ?? .null, .integer(piece.deepest), .integer(piece.dropped),
        ])
      }
    }
    return Table(
      name: "series",
      columns: [
        "time-ns", "from", "to", "frames", "bytes", "bits-per-second", "utilisation", "queue-max", "dropped",
      ], rows: rows)
  }

  /// Directions over which anything was to go.
  var used: [DirectionUse] { statistics.directions.filter { $0.frames + $0.drops.total > 0 } }

  /// The places of those, the most loaded first: by what they dropped, how busy they were, and what they carried.
  var byLoad: [Int] {
    let loads = used.map { use in (use.drops.total, statistics.peak(of: use) ?? 0, use.deepest, use.bytes) }
    return loads.indices.sorted { a, b in loads[a] == loads[b] ? a < b : loads[b] < loads[a] }
  }

  func step(_ number: Int) -> String {
    let steps = statistics.run.play.steps
    return steps.indices.contains(number) ? steps[number].id : "\(number)"
  }

  private func losses(of flow: FlowUse) -> String {
    flow.deaths.map { "\(names.end($0.end)) \($0.reason.word) \($0.packets)" }.joined(separator: ", ")
  }

  private func spans(_ latencies: Latencies) -> [JSONValue] {
    guard latencies.count > 0 else { return Array(repeating: .null, count: 5) }
    return [.span(latencies.least)] + [50, 90, 99].map { .span(latencies.percentile($0)) } + [.span(latencies.most)]
  }

  /// Sentences and tables.
  public var json: JSONValue {
    let run = statistics.run
    return .members(
      [
        ("version", .integer(RunStatistics.version)), ("scenario", .text(run.scenario)),
        ("variant", .text(run.variant)),
        ("duration", .integer(run.playback.duration.nanoseconds)),
        ("part", .integer(statistics.grid.width.nanoseconds)),
        ("findings", .list(statistics.sentences.map { .text($0) })),
      ] + all.map { ($0.name, $0.json) })
  }
}

extension RunStatistics {
  public var sentences: [String] { StatisticsWords(self).sentences }

  /// The share of the busiest part, from 0 to 1.
  func peak(of use: DirectionUse) -> Double? {
    guard use.configuration.rate > 0 else { return nil }
    return use.parts.indices.compactMap { use.utilisation(of: $0, grid) }.max()
  }
}

extension JSONValue {
  /// Four places: `0.9231`.
  fileprivate static func share(_ share: Double) -> JSONValue { .number(Decimal(share, places: 4).description) }

  fileprivate static func span(_ span: TimeSpan?) -> JSONValue { span.map { .integer($0.nanoseconds) } ?? .null }

  fileprivate var plainText: String {
    switch self {
    case .text(let text), .number(let text): text
    default: ""
    }
  }
}
