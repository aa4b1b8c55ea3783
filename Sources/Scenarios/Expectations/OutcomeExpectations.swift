import Configuration
import Devices
import Packets
import Simulation

/// `reply: true`, `reply: false`, `reply`, or `reply: { via: … }`
public struct ReplyExpectation: ExpectationKind {
  public static let word = "reply"
  public static let summary = "Whether an answer came; a map says which way it took"
  public static let suits = [StepFamily].answered

  private static let paths: [any (ExpectationKind & PathExpectation).Type] = [
    ViaExpectation.self, AvoidsExpectation.self, CrossesExpectation.self, HopsExpectation.self,
    SeenAsExpectation.self,
  ]

  public static var schema: SchemaNode {
    let properties = paths.map { type in
      SchemaNode.Property(
        name: type.word, schema: type.schema, summary: "The same of the reply: \(type.summary)")
    }
    return .anyOf([Shape<Bool>.boolean.schema, .object(properties)])
  }

  private let comes: Bool
  private let ways: [any PathExpectation]

  public init?(_ value: Value, _ reader: inout ExpectationReader) {
    guard let entries = value.map?.entries else {
      guard let comes = reader.read(.boolean, value) else { return nil }
      self.comes = comes
      ways = []
      return
    }
    var ways: [any PathExpectation] = []
    var count = 0
    for entry in entries where !entry.key.hasPrefix("x-") && !entry.value.isNull {
      count += 1
      guard let type = Self.paths.first(where: { $0.word == entry.key }) else {
        reader.diagnostics.report(
          "'\(entry.key)' cannot be expected of a reply", .unknownExpectation, at: entry.keyLocation,
          notes: Diagnostic.Note.suggestion(
            for: entry.key, among: Self.paths.map { $0.word }, called: "words"))
        continue
      }
      if let way = type.init(entry.value, &reader) { ways.append(way) }
    }
    guard ways.count == count else { return nil }
    comes = true
    self.ways = ways
  }

  public var wantsSuccess: Bool? { comes }

  public var wanted: Phrase {
    .reply(comes, ways: ways.map { $0.wanted })
  }

  public func judge(_ evidence: Evidence) -> Judgement {
    guard comes, evidence.outcome.succeeded else {
      return Judgement(evidence.outcome.succeeded == comes, got: evidence.outcomePhrase)
    }
    for way in ways {
      let judgement = way.judge(evidence.replyPassage, evidence.activity.reply, evidence)
      if !judgement.holds { return judgement }
    }
    return Judgement(true, got: evidence.outcomePhrase)
  }
}

/// `fails: no-route`, or `fails: true` for any reason
public struct FailsExpectation: ExpectationKind {
  public static let word = "fails"
  public static let summary = "Why it fails, as its sender learns it; true for any reason"
  private static let words = FailureReason.allCases.map(\.word)
  public static var schema: SchemaNode { .anyOf([.choice(words), .boolean]) }

  private let fails: Bool
  private let reason: FailureReason?

  public init?(_ value: Value, _ reader: inout ExpectationReader) {
    switch value.text {
    case "true": (fails, reason) = (true, nil)
    case "false": (fails, reason) = (false, nil)
    case let text?:
      guard let reason = FailureReason(word: text) else {
        reader.diagnostics.report(
          "there is no reason '\(text)'", .unknownReason, at: value.location,
          notes: Diagnostic.Note.suggestion(for: text, among: Self.words, called: "reasons"))
        return nil
      }
      fails = true
      self.reason = reason
    case nil:
      reader.diagnostics.report(.expected("a reason such as no-answer", found: value))
      return nil
    }
  }

  public var wantsSuccess: Bool? { !fails }
  public var wanted: Phrase { reason.map { .failed($0, by: nil) } ?? (fails ? .failure : .success(in: nil)) }

  public func judge(_ evidence: Evidence) -> Judgement {
    let failure = evidence.outcome.failure
    let holds = reason == nil ? (failure != nil) == fails : failure == reason
    return Judgement(holds, got: failure.map { .failed($0, by: nil) } ?? evidence.outcomePhrase)
  }
}

/// `by: internet`
public struct ByExpectation: ExpectationKind {
  public static let word = "by"
  public static let summary = "Who makes it fail: who refuses the request, or where it or the reply is lost"
  public static let suits = [StepFamily].routed
  public static var schema: SchemaNode { NamedPlace.shape.schema }

  private let place: NamedPlace

  public init?(_ value: Value, _ reader: inout ExpectationReader) {
    guard let place = NamedPlace(reading: value, &reader) else { return nil }
    self.place = place
  }

  public var wantsSuccess: Bool? { false }
  public var wanted: Phrase { .failureBy(place.name) }

  public func judge(_ evidence: Evidence) -> Judgement {
    guard let culprit = evidence.activity.culprit else { return Judgement(false, got: evidence.outcomePhrase) }
    return Judgement(evidence.isAt(culprit, place.place), got: .text(evidence.name(of: culprit)))
  }
}

/// `connected`
public struct ConnectedExpectation: ExpectationKind {
  public static let word = "connected"
  public static let summary = "Whether the connection is made and, for http, the page comes"
  public static let suits: [StepFamily] = [.connection]
  public static var schema: SchemaNode { Shape<Bool>.boolean.schema }

  private let connects: Bool

  public init?(_ value: Value, _ reader: inout ExpectationReader) {
    guard let connects = reader.read(.boolean, value) else { return nil }
    self.connects = connects
  }

  public var wantsSuccess: Bool? { connects }
  public var wanted: Phrase { .connection(connects) }

  public func judge(_ evidence: Evidence) -> Judgement {
    Judgement(evidence.outcome.succeeded == connects, got: evidence.outcomePhrase)
  }
}

/// `refused`
public struct RefusedExpectation: ExpectationKind {
  public static let word = "refused"
  public static let summary = "Whether the other end answers that nobody listens on that port"
  public static let suits: [StepFamily] = [.connection]
  public static var schema: SchemaNode { Shape<Bool>.boolean.schema }

  private let refuses: Bool

  public init?(_ value: Value, _ reader: inout ExpectationReader) {
    guard let refuses = reader.read(.boolean, value) else { return nil }
    self.refuses = refuses
  }

  /// What is not refused may still fail otherwise.
  public var wantsSuccess: Bool? { refuses ? false : nil }
  public var wanted: Phrase { .refusal(refuses) }

  public func judge(_ evidence: Evidence) -> Judgement {
    Judgement((evidence.outcome.failure == .refused) == refuses, got: evidence.outcomePhrase)
  }
}
