import Configuration
import Devices
import Simulation

/// `wait: 5s`
public struct WaitStep: StepKind {
  public static let word = "wait"
  public static let summary = "Lets time pass"
  public static let family = StepFamily.change
  public static var schema: SchemaNode { Shape<TimeSpan>.duration.schema }

  private let span: TimeSpan

  public init?(_ value: Value, _ reader: inout StepReader) {
    guard let span = reader.read(.duration, value) else { return nil }
    self.span = span
  }

  public var words: String { "wait \(span)" }
  public var length: StepLength { .exactly(span) }

  public func begin(on stage: inout Stage) {}
}
