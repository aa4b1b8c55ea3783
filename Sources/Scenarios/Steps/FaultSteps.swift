import Configuration
import Simulation
import Topology

/// `fail: pc:eth0`, `fail: lan -- pc`, `fail: pc`, `fail: pc.nat8`, `fail: { direction: a -> b }`,
/// `fail: { service: dns, on: srv }`
public struct FailStep: FaultStep {
  public static let word = "fail"
  public static let summary =
    "Cuts a link or one direction of it, switches a machine with its guests or one device off, or stops a service"
  static let isRepair = false
  let target: FaultTarget
  init(_ target: FaultTarget) { self.target = target }
}

/// The opposite of `fail`; `repair: partition` mends what partitions cut.
public struct RepairStep: FaultStep {
  public static let word = "repair"
  public static let summary =
    "Mends a link or one direction of it, or a `partition`; switches a machine or device on, or starts a service"
  static let isRepair = true
  let target: FaultTarget
  init(_ target: FaultTarget) { self.target = target }
}

/// Something that fails, or is repaired.
protocol FaultStep: StepKind {
  static var isRepair: Bool { get }
  var target: FaultTarget { get }
  init(_ target: FaultTarget)
}

extension FaultStep {
  public static var family: StepFamily { .change }
  public static var schema: SchemaNode { FaultTarget.shape.schema }

  public init?(_ value: Value, _ reader: inout StepReader) {
    if Self.isRepair, value.text == PartitionStep.word, !reader.places.hasMachine(PartitionStep.word) {
      guard let target = FaultTarget(mendingPartitionAt: value.location, &reader) else { return nil }
      self.init(target)
    } else {
      guard let target = FaultTarget(value, &reader) else { return nil }
      self.init(target)
    }
  }

  public var words: String { "\(Self.word) \(target.words)" }
  public var length: StepLength { .exactly(.zero) }
  public func begin(on stage: inout Stage) { target.set(isUp: Self.isRepair, on: &stage) }
}
