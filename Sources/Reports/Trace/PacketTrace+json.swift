import Configuration
import Simulation

extension PacketTrace {
  /// Version of the JSON's shape.
  public static let version = 1

  /// The traces of all variants in one value.
  public static func json(of traces: [PacketTrace], scenario: String) -> JSONValue {
    .members([
      ("version", .integer(version)), ("scenario", .text(scenario)),
      ("through", .boolean(traces.allSatisfy(\.isThrough))), ("traces", .list(traces.map(\.json))),
    ])
  }

  var json: JSONValue {
    .members([
      ("variant", .text(variant)), ("probe", .text(probe)), ("at", .integer(sent.nanoseconds)),
      ("after", .list(steps.map { .text($0) })), ("through", .boolean(isThrough)), ("outcome", .text(outcome)),
      ("failure", failure.map { .text($0.word) }), ("legs", .list(legs.map(Self.json))),
      (
        "remedy",
        remedy.map {
          .members([("at", .text($0.place)), ("because", .text($0.reason)), ("needs", .text($0.words))])
        }
      ),
    ])
  }

  private static func json(_ leg: Leg) -> JSONValue {
    .members([
      ("leg", .text(leg.title)), ("summary", .text(leg.summary)), ("packet", .text(leg.packet)),
      ("stations", .list(leg.stations.map(json))),
    ])
  }

  private static func json(_ station: Station) -> JSONValue {
    .members([
      ("device", .text(station.device)), ("in", station.ingress.map { .text($0) }),
      ("out", station.egress.map { .text($0) }), ("decisions", .list(station.decisions.map(json))),
      ("rewritten", station.rewritten.map { .text($0) }), ("end", station.end.map(json)),
    ])
  }

  private static func json(_ decision: Decision) -> JSONValue {
    .members([
      ("table", .text(decision.table)), ("says", .text(decision.words)), ("by", decision.origin.map(json)),
    ])
  }

  private static func json(_ place: Place) -> JSONValue {
    .members([
      ("rule", .text(place.label)), ("file", place.file.map { .text($0) }),
      ("line", place.line.map { .integer($0) }),
    ])
  }

  private static func json(_ end: End) -> JSONValue {
    switch end {
    case .taken(let by): .members([("fate", .text("taken")), ("by", .text(by))])
    case .dropped(let reason, let because, let by):
      .members([
        ("fate", .text("dropped")), ("reason", .text(reason)), ("because", .text(because)), ("by", by.map(json)),
      ])
    case .underWay: .members([("fate", .text("under-way"))])
    }
  }
}
