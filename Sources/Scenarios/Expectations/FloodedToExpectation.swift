import Configuration
import Simulation
import Topology

/// `flooded-to: [h1, h2]`
///
/// It speaks of the step's own packets: of a ping not the ARP before it, of `arp` the question itself.
public struct FloodedToExpectation: ExpectationKind {
  public static let word = "flooded-to"
  public static let summary =
    "Every station that gets a copy by flooding, and no other; an empty list is nobody. A switch's port stands for all "
    + "behind it"
  public static var schema: SchemaNode { NamedPlace.list.schema }

  private let places: [NamedPlace]

  public init?(_ value: Value, _ reader: inout ExpectationReader) {
    guard let places = NamedPlace.all(value, &reader) else { return nil }
    self.places = places
  }

  public var wanted: Phrase { .flooded(to: NamedPlace.phrase(places)) }

  public func judge(_ evidence: Evidence) -> Judgement {
    let copies = evidence.reader.floodedCopies(of: evidence.activity.activity)
    func reaches(_ copy: FloodedCopy, _ place: Place) -> Bool {
      if case .interface(_, let ends) = place { return copy.ends.contains(where: ends.contains) }
      return evidence.isAt(copy.station.device, place)
    }
    let isComplete = places.allSatisfy { place in copies.contains { reaches($0, place.place) } }
    let isExact = copies.allSatisfy { copy in places.contains { reaches(copy, $0.place) } }
    let names = Phrase.names(copies.map { evidence.name(of: $0.station.device) })
    return Judgement(isComplete && isExact, got: .flooded(to: names))
  }
}
