/// One form in which servers and people read what a test came to: a conforming type has a file of its own, and its word in
/// `testReportKinds`.
public protocol TestReportKind: Sendable {
  static var word: String { get }
  /// One sentence for help and documentation.
  static var summary: String { get }

  static func text(of outcome: TestOutcome) -> String
}

/// Every form there is.
public let testReportKinds: [any TestReportKind.Type] = [
  JUnitReport.self, SARIFReport.self, TAPReport.self, GitHubReport.self, JSONTestReport.self, MarkdownReport.self,
]
