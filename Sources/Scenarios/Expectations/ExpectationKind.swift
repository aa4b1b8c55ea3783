import Configuration
import Simulation

/// One word of `expect`: how it is written, to which steps it may be put, and how it is judged.
///
/// A conforming type stands in a file with its family, and its word in `expectationKinds`.
public protocol ExpectationKind: Sendable {
  static var word: String { get }
  /// One sentence for the schema and for help.
  static var summary: String { get }
  /// The steps it can be expected of.
  static var suits: [StepFamily] { get }
  static var schema: SchemaNode { get }

  /// What is wrong is reported to the reader; nil when nothing can be judged.
  init?(_ value: Value, _ reader: inout ExpectationReader)

  /// Whether the step must succeed or fail for it to hold; nil where both are possible.
  var wantsSuccess: Bool? { get }
  var wanted: Phrase { get }
  func judge(_ evidence: Evidence) -> Judgement
  /// Judges a step with several activities as one.
  func judge(all evidence: [Evidence]) -> Judgement
}

extension ExpectationKind {
  /// Everything that sends.
  public static var suits: [StepFamily] { .sending }
  public var wantsSuccess: Bool? { nil }
}

extension [StepFamily] {
  static let sending = StepFamily.allCases.filter { $0 != .change }
  /// Everything that waits for an answer.
  static let answered = sending.filter { $0 != .stream }
  /// Everything that sends Internet packets.
  static let routed = sending.filter { $0 != .query }
}

/// Every word there is.
public let expectationKinds: [any ExpectationKind.Type] = [
  ReplyExpectation.self, FailsExpectation.self, ByExpectation.self, ConnectedExpectation.self,
  RefusedExpectation.self, ViaExpectation.self, AvoidsExpectation.self, CrossesExpectation.self,
  HopsExpectation.self, SeenAsExpectation.self, LeaseExpectation.self, FromExpectation.self,
  RouterExpectation.self, AnswerExpectation.self, RequestReachesExpectation.self,
  ReplyDroppedByExpectation.self, RedirectExpectation.self, RoundTripExpectation.self,
  LossExpectation.self, ThroughputExpectation.self, AnswersExpectation.self, AnsweredByExpectation.self,
  TraceExpectation.self, FloodedToExpectation.self, StormsExpectation.self,
]

/// Hands an expectation what it needs to be understood.
public struct ExpectationReader: Sendable {
  public let places: Places
  public var diagnostics: Diagnostics

  public init(places: Places, diagnostics: Diagnostics) {
    self.places = places
    self.diagnostics = diagnostics
  }

  mutating func read<T>(_ shape: Shape<T>, _ value: Value) -> T? { shape.read(value, &diagnostics) }
}

/// What one expectation found.
public struct Judgement: Hashable, Sendable {
  public var holds: Bool
  /// What really was.
  public var got: Phrase

  public init(_ holds: Bool, got: Phrase) {
    self.holds = holds
    self.got = got
  }
}

/// An expectation as it stands in the file.
public struct Expected: Sendable {
  public var expectation: any ExpectationKind
  public var location: SourceLocation

  public init(_ expectation: any ExpectationKind, at location: SourceLocation) {
    self.expectation = expectation
    self.location = location
  }

  public var word: String { type(of: expectation).word }
}
