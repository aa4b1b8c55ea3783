import Configuration
import Devices
import Packets
import Simulation
import Topology

/// One verb of `steps`: how it is written, what it does, and how long it may take.
///
/// A conforming type has a file of its own, and its word in `stepKinds`.
public protocol StepKind: Sendable {
  static var word: String { get }
  /// One sentence for the schema and for help.
  static var summary: String { get }
  static var family: StepFamily { get }
  static var schema: SchemaNode { get }

  /// Reads what stands behind the verb. What is wrong is reported to the reader; nil when nothing can be played.
  init?(_ value: Value, _ reader: inout StepReader)

  /// What it does, for titles: `ping vm1 → peer`.
  var words: String { get }
  var length: StepLength { get }
  /// How long it takes if nothing goes wrong; nil where only playing it tells.
  var knownLength: TimeSpan? { get }
  /// What tells a flow of the step from its others; nil where the machine that began it does.
  func name(ofFlow number: Int) -> String?
  /// Why an activity failed that has not ended in time.
  var surrender: FailureReason { get }
  func begin(on stage: inout Stage)
}

extension StepKind {
  public var surrender: FailureReason { .noAnswer }
  public var knownLength: TimeSpan? {
    if case .exactly(let span) = length { span } else { nil }
  }
  public func name(ofFlow number: Int) -> String? { nil }
}

/// Every verb there is.
public let stepKinds: [any StepKind.Type] = [
  PingStep.self, TracerouteStep.self, ARPStep.self, DHCPStep.self, ResolveStep.self, UDPStep.self, StreamStep.self,
  TCPStep.self, TransferStep.self, HTTPStep.self, WaitStep.self, FailStep.self, RepairStep.self, PartitionStep.self,
  SetStep.self,
]

/// What a verb is about, by which expectations know whether they suit it.
public enum StepFamily: Sendable, CaseIterable {
  /// A packet that asks for one back.
  case exchange
  /// A question about a station on the link itself.
  case query
  /// Packets that die one router further each time.
  case trace
  /// Packets that are only sent.
  case stream
  case connection
  case lease
  case lookup
  /// Nothing is sent that could be judged.
  case change
}

/// How long a step takes.
public enum StepLength: Sendable {
  /// Until all it began has ended; what has not by then is given up.
  case untilEnded(atMost: TimeSpan)
  case exactly(TimeSpan)
}

/// Hands a verb what it needs to be understood.
public struct StepReader: Sendable {
  public let places: Places
  public var diagnostics: Diagnostics
  /// Where decisions come from, with those that steps bring.
  public var origins: OriginTable
  /// How much the steps so far begin.
  var flowCount = 0
  /// The links that the steps so far cut by a partition, and have not mended.
  var partitioned: [Int] = []
  /// What each link does to frames after the steps so far, where that is not what the file says of it.
  var cables: [Int: (there: Cable, back: Cable)] = [:]  // looked up, never iterated
  /// The same of the addresses on each interface of a stack.
  var addresses: [DeviceID: [[InterfaceAddress]]] = [:]  // looked up, never iterated

  public init(places: Places, diagnostics: Diagnostics) {
    self.places = places
    self.diagnostics = diagnostics
    origins = places.topology.origins
  }

  mutating func read<T>(_ shape: Shape<T>, _ value: Value) -> T? { shape.read(value, &diagnostics) }
}

/// A step of a play.
public struct Step: Sendable {
  /// Unique in its play, and safe as the name of a file.
  public var id: String
  /// What the user calls it, where they say more than the verb does.
  public var title: String?
  /// When it begins, where that is fixed.
  public var start: Instant?
  /// Whether the steps behind it go on meanwhile.
  public var isInBackground = false
  public var verb: any StepKind
  public var expectations: [Expected]
  public var location: SourceLocation

  public init(
    id: String, title: String? = nil, verb: any StepKind, expectations: [Expected] = [],
    location: SourceLocation = .none
  ) {
    self.id = id
    self.title = title
    self.verb = verb
    self.expectations = expectations
    self.location = location
  }

  /// `ping vm1 → peer`, or `ping vm1 → peer at 5s in the background`.
  public var words: String {
    verb.words + (start.map { " at \($0)" } ?? "") + (isInBackground ? " in the background" : "")
  }
}
