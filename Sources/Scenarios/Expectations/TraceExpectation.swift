import Configuration
import Packets
import Simulation

/// `trace: [r1, none, b]`
public struct TraceExpectation: ExpectationKind {
  public static let word = "trace"
  public static let summary =
    "Who answers the first packet, the second and so on: machines or addresses, `none` for silence; all of them"
  public static let suits: [StepFamily] = [.trace]
  private static let peer = Shape<PeerAddress.Written?>.either(
    [Shape<PeerAddress.Written?>.oneOf([("none", nil)])] + PeerAddress.shapes.map { $0.map { Optional($0) } })
  private static let shape = Shape<[PeerAddress.Written?]>.oneOrMany(of: peer)
  public static var schema: SchemaNode { shape.schema }

  /// Nil for silence.
  private let hops: [PeerAddress?]

  public init?(_ value: Value, _ reader: inout ExpectationReader) {
    guard let written = reader.read(Self.shape, value) else { return nil }
    var hops: [PeerAddress?] = []
    for hop in written {
      guard let hop else {
        hops.append(nil)
        continue
      }
      guard let peer = PeerAddress(hop, &reader) else { return nil }
      hops.append(peer)
    }
    self.hops = hops
  }

  public var wanted: Phrase { .trace(hops.map { $0?.name }) }

  public func judge(_ evidence: Evidence) -> Judgement {
    let real = evidence.trace
    let holds =
      real.count == hops.count
      && zip(real, hops).allSatisfy { hop, wanted in
        guard let wanted, let address = hop.address else { return wanted == nil && hop.address == nil }
        return wanted.matches(address, evidence)
      }
    let words = real.map { $0.address.map { evidence.name(of: $0) } }
    return Judgement(holds, got: words.isEmpty ? .nothingSent : .trace(words))
  }
}
