import Configuration
import Topology

/// One scenario file, read and understood: a play for each of its variants.
public struct Scenario: Sendable {
  public var name: String
  public var title: String
  /// In the order of the file; a file without variants has one play, called `default`.
  public var plays: [Play]

  public init(name: String, title: String, plays: [Play]) {
    self.name = name
    self.title = title
    self.plays = plays
  }

  /// Whether any step of any variant expects anything.
  public var hasExpectations: Bool {
    plays.contains { play in play.steps.contains { !$0.expectations.isEmpty } }
  }

  /// The plays of the variants named, in the order of the file; a name that is unknown is reported.
  public func plays(named names: [String], _ diagnostics: inout Diagnostics) -> [Play] {
    let known = plays.map(\.variant)
    for name in names where !known.contains(name) {
      diagnostics.report(
        "'\(self.name)' has no variant '\(name)'", .unknownVariant, at: .none,
        notes: Diagnostic.Note.suggestion(for: name, among: known, called: "variants"))
    }
    return plays.filter { names.contains($0.variant) }
  }
}

/// One variant of a scenario, ready to be played.
public struct Play: Sendable {
  public var variant: String
  /// The variant's own title, or the scenario's.
  public var title: String
  public var topology: Topology
  /// The whole of it in the plain language: a scenario without platforms, variables and variants.
  public var expanded: Value
  public var steps: [Step]
  public var limits: PlayLimits
  public var start: PlayStart

  public init(
    variant: String, title: String = "", topology: Topology, expanded: Value, steps: [Step],
    limits: PlayLimits = PlayLimits(), start: PlayStart = .cold
  ) {
    self.variant = variant
    self.title = title
    self.topology = topology
    self.expanded = expanded
    self.steps = steps
    self.limits = limits
    self.start = start
  }

  /// The variant of a file that has none.
  public static let defaultVariant = "default"
}
