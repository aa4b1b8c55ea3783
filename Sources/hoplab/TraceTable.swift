import Configuration
import Reports

/// The walk of a packet as lines for a terminal.
struct TraceTable {
  private let trace: PacketTrace
  private let width: Int

  init(_ trace: PacketTrace, width: Int) {
    self.trace = trace
    self.width = width
  }

  /// - Parameter isAlone: Where it is not, the variant is told.
  func text(isAlone: Bool) -> String {
    var text = isAlone ? "" : Terminal.painted(trace.variant, .bold) + "\n"
    text += Terminal.painted(trace.probe, .bold) + Terminal.painted(moment, .faint) + "\n"
    var number = 0
    for leg in trace.legs {
      text += "\n" + Terminal.wrapped(trace.words.titled(leg.title, leg.summary), indent: 0, hanging: 2, width: width)
      for station in leg.stations {
        number += 1
        text += lines(of: station, number)
      }
    }
    return text + "\n" + verdict
  }

  private var moment: String {
    trace.words.moment(trace.moment, after: trace.steps.count, last: trace.steps.last)
  }

  /// So wide are the names of tables.
  private static let column = 10
  private static let indent = 5

  private func lines(of station: PacketTrace.Station, _ number: Int) -> String {
    let words = trace.words
    let ways = words.ways(in: station.ingress, out: station.egress)
    let digits = String(repeating: " ", count: max(0, 3 - "\(number)".count)) + "\(number)"
    var text = "\(digits)  \(Terminal.painted(station.device, .bold))"
    text += ways.isEmpty ? "\n" : Terminal.painted("  \(ways)", .faint) + "\n"
    for decision in station.decisions { text += line(decision.table, decision.words, decision.origin) }
    if let rewritten = station.rewritten { text += line(words.fate(.rewritten), rewritten, nil) }
    switch station.end {
    case .taken(let by): text += line(words.fate(.taken), words.taken(by: by), nil, .green)
    case .dropped(let reason, let because, let by):
      text += line(words.fate(.dropped), "\(because) [\(reason)]", by, .red)
    case .underWay: text += line(words.fate(.waiting), words.stillThere, nil, .yellow)
    case nil: break
    }
    return text
  }

  /// The table's name, what it said, and behind that, or below, the line that says so.
  private func line(
    _ table: String, _ words: String, _ place: PacketTrace.Place?, _ style: Terminal.Style? = nil
  ) -> String {
    let start = String(repeating: " ", count: Self.indent)
    let name = table + String(repeating: " ", count: max(1, Self.column - DisplayWidth.of(table)))
    let inner = Self.indent + Self.column
    let body = Terminal.wrapped(words, indent: inner, hanging: 0, width: width).dropFirst(inner)
    var text = start + (style.map { Terminal.painted(name, $0) } ?? name) + body
    guard let place = place?.words else { return text }
    let last = text.dropLast().split(separator: "\n").last.map { DisplayWidth.of(plain($0)) } ?? 0
    if last + 3 + DisplayWidth.of(place) <= width {
      text.removeLast()
      return text + Terminal.painted("  (\(place))", .faint) + "\n"
    }
    let below = Terminal.wrapped("(\(place))", indent: inner, hanging: 1, width: width)
    return text + Terminal.painted(String(below.dropLast()), .faint) + "\n"
  }

  /// Without the signs that paint it.
  private func plain(_ text: Substring) -> String {
    var result = ""
    var isSign = false
    for character in text {
      if character == "\u{1B}" { isSign = true }
      if !isSign { result.append(character) }
      if isSign, character == "m" { isSign = false }
    }
    return result
  }

  private var verdict: String {
    let mark = trace.isThrough ? Terminal.painted("✓", .green) : Terminal.painted("✗", .red)
    var text = "\(mark) " + Terminal.wrapped(trace.outcome, indent: 2, hanging: 0, width: width).dropFirst(2)
    guard let remedy = trace.remedy else { return text }
    if trace.isStopped {
      let words = trace.words.stopped(at: remedy.place, because: remedy.reason)
      text += Terminal.wrapped(words, indent: 2, hanging: 2, width: width)
    }
    text += Terminal.wrapped(trace.words.wouldPass(with: remedy.words), indent: 2, hanging: 2, width: width)
    return text
  }
}
