import Configuration
import Packets
import Simulation

/// `storms: [sw1, sw2]`
///
/// A step of which it is expected ends by itself after a small number of events, instead of running into a limit.
public struct StormsExpectation: ExpectationKind {
  public static let word = "storms"
  public static let summary = "Switches in a circle of links that send one frame round and round; it also ends the step"
  public static var schema: SchemaNode { NamedPlace.list.schema }

  /// A switch sends a frame on once, or a few times where there are several ways to it; nobody does so by chance.
  private static let leastRounds = 16

  private let places: [NamedPlace]

  public init?(_ value: Value, _ reader: inout ExpectationReader) {
    guard let places = NamedPlace.all(value, &reader) else { return nil }
    self.places = places
  }

  public var wanted: Phrase { .storm(at: places.map(\.name)) }

  public func judge(_ evidence: Evidence) -> Judgement {
    let rounds = StormsExpectation.rounds(in: evidence.records)
    let found = places.map { place in
      rounds.filter { evidence.isAt($0.device, place.place) }.map(\.count).max() ?? 0
    }
    let words = zip(places, found).map { Phrase.floods($0.name, times: $1) }
    return Judgement(found.allSatisfy { $0 >= StormsExpectation.leastRounds }, got: .list(words))
  }

  /// It speaks of the whole step, whatever began in it.
  public func judge(all evidence: [Evidence]) -> Judgement {
    evidence.first.map { judge($0) } ?? judgeEach(evidence)
  }

  private struct Flood: Hashable {
    var device: DeviceID
    var origin: FrameID
  }

  /// How often each device flooded the frame it flooded most, in the order of the devices.
  private static func rounds(in records: ArraySlice<Record>) -> [(device: DeviceID, count: Int)] {
    // The frame from which each is a copy; looked up, never iterated.
    var origins: [FrameID: FrameID] = [:]
    var counts: [Flood: Int] = [:]  // looked up, never iterated
    var most: [DeviceID: Int] = [:]
    for record in records {
      switch record.event {
      case .sent where record.relation == .continues && record.cause != .none:
        origins[record.frame] = origins[record.cause] ?? record.cause
      case .flooded:
        let flood = Flood(device: record.device, origin: origins[record.frame] ?? record.frame)
        counts[flood, default: 0] += 1
        most[record.device] = max(most[record.device] ?? 0, counts[flood] ?? 0)
      default: break
      }
    }
    return most.sorted { $0.key.index < $1.key.index }.map { ($0.key, $0.value) }
  }
}
