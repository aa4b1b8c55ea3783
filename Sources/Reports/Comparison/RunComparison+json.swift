import Configuration

extension RunComparison {
  /// Rises when a reader of the old form could not read the new one.
  public static let version = 1

  /// For scripts; whatever a picture shows is in it.
  ///
  /// - Parameters:
  ///   - all: Interfaces that carried the same on both sides as well, and those without a name.
  ///   - ids: The steps to tell; all where it is empty.
  public func json(all: Bool, steps ids: [String] = []) -> JSONValue {
    .members([
      ("version", .integer(RunComparison.version)), ("same", .boolean(isSame)), ("first", json(of: .first)),
      ("second", json(of: .second)), ("network", .list(wiring.map { .text($0) })),
      ("steps", .list(steps.filter { ids.isEmpty || ids.contains($0.id) }.map { json(of: $0, all: all) })),
      ("load", RunComparison.json(of: loads, all: all)),
    ])
  }

  private func json(of side: Side) -> JSONValue {
    let run = runs[side]
    return .members([
      ("label", .text(labels[side])), ("scenario", .text(run.scenario)), ("variant", .text(run.variant)),
      ("seed", .integer(run.seed)), ("journal", .text(run.journalDigest)),
    ])
  }

  private func json(of step: StepComparison, all: Bool) -> JSONValue {
    .members([
      ("id", .text(step.id)), ("does", .text(step.words)), ("difference", .text(step.difference.rawValue)),
      ("first", .optional(step.first)), ("second", .optional(step.second)),
      ("hops", .list(step.sheet.hops.map { json(of: $0, step.sheet) })),
      ("differences", .list(step.lines.map { .text($0) })),
      ("load", RunComparison.json(of: step.loads, all: all)),
    ])
  }

  private func json(of hop: ComparedHop, _ sheet: ComparedSheet) -> JSONValue {
    let union = plan.union
    let link = union.plan.links[hop.crossing.link]
    let (from, to) = hop.crossing.direction == .fromAToB ? (link.a, link.b) : (link.b, link.a)
    return .members([
      ("in", .text(hop.share.word)), ("leg", .text("\(hop.leg)")), ("first", number(hop.numbers.first)),
      ("second", number(hop.numbers.second)), ("from", .text(union.name(of: from, neighbours: [:]))),
      ("to", .text(union.name(of: to, neighbours: [:]))),
    ])
  }

  private func number(_ number: Int?) -> JSONValue? { number.map { .integer($0) } }

  private static func json(of rows: [LoadRow], all: Bool) -> JSONValue {
    .list(
      rows.filter { all || $0.isNamed && !$0.isSame }.map { row in
        .members([
          ("interface", .text(row.interface)), ("same", .boolean(row.isSame)), ("first", json(of: row.first)),
          ("second", json(of: row.second)),
        ])
      })
  }

  private static func json(of load: InterfaceLoad?) -> JSONValue {
    guard let load else { return .null }
    return .members([
      ("crossed", .integer(load.crossings)), ("sent", json(of: load.sent)), ("received", json(of: load.received)),
    ])
  }

  private static func json(of amount: InterfaceLoad.Amount) -> JSONValue {
    .members([("frames", .integer(amount.frames)), ("bytes", .integer(amount.bytes))])
  }
}
