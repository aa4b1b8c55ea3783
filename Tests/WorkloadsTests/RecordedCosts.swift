/// The costs that somebody wrote down, each with why it is what it is.
///
/// The reason stands on the line of its cost, so whoever raises one without a reason is seen in the change.
struct RecordedCosts: Equatable {
  struct Line: Equatable {
    var name: String
    var cost: Double
    /// What it was before; nil where it was never changed.
    var before: Double?
    var reason: String
  }

  enum Verdict: Equatable { case holds, slower, faster, unknown }

  enum Refusal: Error, Equatable {
    /// A line of the file is not a name, a cost, a cost before or a dash, and a reason.
    case malformed(line: Int)
    /// The reason must be a few words.
    case noReason
    /// It is the one that already stands there.
    case sameReason(String)
  }

  /// How far a cost may go from what is recorded, in either direction.
  static let band = 0.1
  /// What differs by less is not written down anew.
  static let noise = 0.01

  static let head = """
    # Instructions that the simulator takes, counted on x86-64; `make test` holds each to within a tenth, up and down.
    # Only `make record REASON="…"` writes here: it wants to know why a cost is another one than before.
    #
    # what          cost    before  why

    """

  private(set) var lines: [Line] = []

  init() {}

  init(reading text: String) throws {
    for (number, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
      guard let first = line.first, first != "#" else { continue }
      let words = line.split(separator: " ", maxSplits: 3)
      guard words.count == 4, let cost = Double(words[1]), words[2] == "-" || Double(words[2]) != nil else {
        throw Refusal.malformed(line: number + 1)
      }
      lines.append(
        Line(
          name: String(words[0]), cost: cost, before: Double(words[2]), reason: String(words[3].drop { $0 == " " })))
    }
  }

  /// As it stands in the file.
  var text: String {
    RecordedCosts.head
      + lines.map { line in
        let before = line.before.map { "\($0)" } ?? "-"
        return pad(line.name, to: 10, right: true) + pad("\(line.cost)", to: 10) + pad(before, to: 10)
          + "  \(line.reason)\n"
      }.joined()
  }

  private func pad(_ text: String, to width: Int, right: Bool = false) -> String {
    let space = String(repeating: " ", count: max(0, width - text.count))
    return right ? text + space : space + text
  }

  func verdict(on name: String, measured: Double) -> Verdict {
    guard let line = lines.first(where: { $0.name == name }) else { return .unknown }
    if measured > line.cost * (1 + RecordedCosts.band) { return .slower }
    return measured < line.cost * (1 - RecordedCosts.band) ? .faster : .holds
  }

  /// What a failing test says.
  func words(on name: String, measured: Double) -> String {
    let recorded = lines.first { $0.name == name }.map { "\($0.cost) are recorded" } ?? "none are recorded"
    let found = "\(name) takes \(RecordedCosts.rounded(measured)) instructions, and \(recorded)"
    return switch verdict(on: name, measured: measured) {
    case .holds: found
    case .slower: "\(found). Slower: find out why; if it must be, make record REASON=\"why\""
    case .faster: "\(found). Faster: record it, make record REASON=\"what made it so\""
    case .unknown: "\(found): make record REASON=\"why\""
    }
  }

  /// Writes a cost down, unless it is still what it was.
  mutating func record(_ name: String, _ measured: Double, because reason: String) throws {
    let words = reason.split { $0.isWhitespace }
    guard words.count >= 3 else { throw Refusal.noReason }
    let reason = words.joined(separator: " ")
    let cost = RecordedCosts.rounded(measured)
    guard let place = lines.firstIndex(where: { $0.name == name }) else {
      return lines.append(Line(name: name, cost: cost, before: nil, reason: reason))
    }
    let old = lines[place]
    guard abs(cost - old.cost) > old.cost * RecordedCosts.noise else { return }
    guard reason != old.reason else { throw Refusal.sameReason(name) }
    lines[place] = Line(name: name, cost: cost, before: old.cost, reason: reason)
  }

  /// To a tenth of an instruction.
  private static func rounded(_ cost: Double) -> Double { (cost * 10).rounded() / 10 }
}
