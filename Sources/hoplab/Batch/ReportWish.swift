import ArgumentParser
import Reports

/// `junit=results.xml`: a form of report, and where it goes.
struct ReportWish: ExpressibleByArgument, Sendable {
  var kind: any TestReportKind.Type
  /// `-` is standard output.
  var path: String

  init(_ kind: any TestReportKind.Type, to path: String) {
    self.kind = kind
    self.path = path
  }

  init?(argument: String) {
    let parts = argument.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
    guard let kind = testReportKinds.first(where: { $0.word == parts[0] }) else { return nil }
    guard parts.count == 1 || !parts[1].isEmpty else { return nil }
    self.init(kind, to: parts.count == 1 ? "-" : parts[1])
  }

  static var allValueStrings: [String] { testReportKinds.map { $0.word } }

  var isOnOutput: Bool { path == "-" }

  func write(_ outcome: TestOutcome) throws {
    let text = kind.text(of: outcome)
    guard !isOnOutput else { return Terminal.print(text) }
    try OutputFile.write(Array(text.utf8), to: path)
  }

  /// Two that would be written over each other.
  static func clash(among wishes: [ReportWish]) -> String? {
    for (index, wish) in wishes.enumerated() {
      guard let other = wishes[..<index].first(where: { $0.path == wish.path }) else { continue }
      let place = wish.isOnOutput ? "standard output" : "'\(wish.path)'"
      return "\(other.kind.word) and \(wish.kind.word) would both go to \(place); write one as \(wish.kind.word)=FILE"
    }
    return nil
  }
}
