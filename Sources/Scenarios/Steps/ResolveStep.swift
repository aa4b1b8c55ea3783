import Configuration
import Devices
import Packets
import Simulation

/// `resolve: vm1 -> www.example.net`
public struct ResolveStep: StepKind {
  public static let word = "resolve"
  public static let summary = "Asks a machine's name servers for the address of a name"
  public static let family = StepFamily.lookup

  private static let shape = EndpointPair.shape(of: word)
  public static var schema: SchemaNode { shape.schema }

  private let senders: [DeviceID]
  private let from: String
  private let name: DomainName

  public init?(_ value: Value, _ reader: inout StepReader) {
    guard let pair = reader.read(Self.shape, value) else { return nil }
    let senders = reader.senders(pair.from)
    guard
      let name = Shape<DomainName>.domainName.read(
        .string(pair.to.value, at: pair.to.location), &reader.diagnostics),
      let senders
    else { return nil }
    self.senders = senders.map(\.stack)
    self.name = name
    from = pair.from.value
  }

  public var words: String { "resolve \(from) → \(name)" }
  public var length: StepLength { .untilEnded(atMost: .seconds(120)) }
  public var surrender: FailureReason { .nameUnresolved }

  public func begin(on stage: inout Stage) {
    for sender in senders { stage.begin(ResolveCommand(name), on: sender) }
  }
}
