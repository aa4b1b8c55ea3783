/// A mistake a user can make, told with its place and a way out.
public struct Diagnostic: Error, Hashable, Sendable {
  public enum Severity: String, Sendable { case error, warning }

  /// A further line under a diagnostic; with a location it shows that line too.
  public struct Note: Hashable, Sendable, ExpressibleByStringInterpolation {
    public var message: String
    public var location: SourceLocation?

    public init(_ message: String, at location: SourceLocation? = nil) {
      self.message = message
      self.location = location
    }

    public init(stringLiteral message: String) { self.init(message) }
  }

  public var code: DiagnosticCode
  public var severity: Severity
  public var message: String
  public var location: SourceLocation
  public var notes: [Note]

  /// The severity is the code's own unless another is given.
  public init(
    _ message: String, code: DiagnosticCode, at location: SourceLocation, notes: [Note] = [],
    severity: Severity? = nil
  ) {
    self.message = message
    self.code = code
    self.severity = severity ?? code.severity
    self.location = location
    self.notes = notes
  }
}

extension Diagnostic.Note {
  /// "did you mean 'x'?", or the list of what could be meant if nothing is near and the list is short.
  public static func suggestion(for word: String, among known: [String], called what: String)
    -> [Diagnostic.Note]
  {
    if let near = nearest(to: word, among: known) { return ["did you mean '\(near)'?"] }
    guard !known.isEmpty else { return ["there are no \(what)"] }
    let shown = known.prefix(20).joined(separator: ", ")
    return ["the \(what) are \(shown)\(known.count > 20 ? " and \(known.count - 20) more" : "")"]
  }
}

/// Collects the mistakes of a file, so that all are told in one run.
///
/// The same mistake at the same place is kept once: variants read the parts they share again and again.
public struct Diagnostics: Sendable {
  public private(set) var all: [Diagnostic] = []
  /// How many were left out because there were too many.
  public private(set) var suppressedCount = 0
  public private(set) var errorCount = 0

  public let limit: Int
  private var seen: Set<Diagnostic> = []  // looked up, never iterated

  public init(limit: Int = 100) { self.limit = limit }

  public var hasErrors: Bool { errorCount > 0 }
  public var isEmpty: Bool { all.isEmpty && suppressedCount == 0 }

  public mutating func report(_ diagnostic: Diagnostic) {
    if diagnostic.severity == .error { errorCount += 1 }
    guard all.count < limit else {
      if !seen.contains(diagnostic) { suppressedCount += 1 }
      return
    }
    guard seen.insert(diagnostic).inserted else { return }
    all.append(diagnostic)
  }

  public mutating func report(
    _ message: String, _ code: DiagnosticCode, at location: SourceLocation,
    notes: [Diagnostic.Note] = []
  ) {
    report(Diagnostic(message, code: code, at: location, notes: notes))
  }

  public mutating func report(_ others: Diagnostics) {
    for diagnostic in others.all { report(diagnostic) }
    suppressedCount += others.suppressedCount
    errorCount += others.errorCount - others.all.count { $0.severity == .error }
  }

  /// In the order of the files; of two at one place the one reported first comes first.
  public var sorted: [Diagnostic] {
    all.enumerated()
      .sorted { ($0.element.location, $0.offset) < ($1.element.location, $1.offset) }
      .map { $0.element }
  }
}
