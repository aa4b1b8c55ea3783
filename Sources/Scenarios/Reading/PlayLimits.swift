import Configuration
import Devices
import Simulation

/// `limits: { events: 100M, time: 30d, memory: 2GB }`: what ends a play that would not end by itself.
///
/// What is not said is as `Simulator.Limits` has it.
public struct PlayLimits: Hashable, Sendable {
  public enum Kind: String, CaseIterable, Sendable { case events, time, memory }

  private var events: UInt64?
  private var time: TimeSpan?
  private var memory: Int?

  public init() {}

  private static let events = Field("events", .amount, "Events that may happen; 50M")
  private static let time = Field("time", .positiveDuration, "Virtual time that may pass; 7d")
  private static let memory = Field("memory", .byteCount, "Memory for the journal and frames under way; 256MiB")

  static let shape = Shape<PlayLimits>.object("'limits'", [events, time, memory]) { fields, diagnostics in
    var limits = PlayLimits()
    limits.events = fields.read(events, &diagnostics)
    limits.time = fields.read(time, &diagnostics)
    limits.memory = fields.read(memory, &diagnostics)?.bytes
    return limits
  }

  /// One limit as a person writes it; what is wrong with it is thrown.
  public init(_ kind: Kind, _ text: String) throws(Diagnostic) {
    var diagnostics = Diagnostics()
    guard let limits = Self.shape.read(.map([(kind.rawValue, .string(text))]), &diagnostics),
      !diagnostics.hasErrors
    else {
      throw diagnostics.sorted.first ?? Diagnostic("no limit", code: .malformedText, at: .none)
    }
    self = limits
  }

  /// These, but for those that the other sets.
  public func overridden(by other: PlayLimits) -> PlayLimits {
    var limits = self
    limits.events = other.events ?? events
    limits.time = other.time ?? time
    limits.memory = other.memory ?? memory
    return limits
  }

  public var simulatorLimits: Simulator.Limits {
    var limits = Simulator.Limits()
    if let events { limits.events = events }
    if let time { limits.time = .start + time }
    if let memory { limits.memory = memory }
    return limits
  }
}
