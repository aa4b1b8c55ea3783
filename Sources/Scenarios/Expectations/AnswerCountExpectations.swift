import Configuration
import Simulation

/// `answers: 2`
public struct AnswersExpectation: ExpectationKind {
  public static let word = "answers"
  public static let summary =
    "How many answers come back: 1, '>=2' or 0; two to one ARP question are a duplicate address"
  public static let suits: [StepFamily] = [.exchange, .query]
  private static let shape = Comparison<Int>.shape(
    of: .integer(in: 0...1_000_000), pattern: #"\d+"#, example: "'>=2'", isExact: true)
  public static var schema: SchemaNode { shape.schema }

  private let comparison: Comparison<Int>

  public init?(_ value: Value, _ reader: inout ExpectationReader) {
    guard let comparison = reader.read(Self.shape, value) else { return nil }
    self.comparison = comparison
  }

  public var wanted: Phrase { .answers(comparison.phrase) }

  public func judge(_ evidence: Evidence) -> Judgement {
    let count = evidence.activity.tally.responders.count
    return Judgement(comparison.holds(of: count), got: .answers(.text(count)))
  }
}

/// `answered-by: [b, c]`
public struct AnsweredByExpectation: ExpectationKind {
  public static let word = "answered-by"
  public static let summary = "Everybody whose answer comes back, and nobody else"
  public static let suits: [StepFamily] = [.exchange, .query]
  public static var schema: SchemaNode { NamedPlace.list.schema }

  private let places: [NamedPlace]

  public init?(_ value: Value, _ reader: inout ExpectationReader) {
    guard let places = NamedPlace.all(value, &reader) else { return nil }
    self.places = places
  }

  public var wanted: Phrase { .answered(by: NamedPlace.phrase(places)) }

  public func judge(_ evidence: Evidence) -> Judgement {
    var devices: [DeviceID] = []
    for device in evidence.activity.tally.responders where !devices.contains(device) { devices.append(device) }
    let isComplete = places.allSatisfy { place in devices.contains { evidence.isAt($0, place.place) } }
    let isExact = devices.allSatisfy { device in places.contains { evidence.isAt(device, $0.place) } }
    let names = Phrase.names(devices.map { evidence.name(of: $0) })
    return Judgement(isComplete && isExact, got: .answered(by: names))
  }
}

extension NamedPlace {
  static func phrase(_ places: [NamedPlace]) -> Phrase {
    places.isEmpty ? .nobody : .list(places.map { .text($0.name) })
  }
}
