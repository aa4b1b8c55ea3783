import Packets
import Scenarios
import Simulation
import Topology

/// What bridges and bonds tell each other every few seconds: one line for each two of them, with counts.
struct ControlTraffic {
  enum Speech: Hashable {
    case spanningTree, aggregation

    var unit: String {
      switch self {
      case .spanningTree: "BPDU"
      case .aggregation: "LACPDU"
      }
    }
  }

  /// Two devices, the one that spoke first in front.
  private struct Pair {
    var speech: Speech
    var first: DeviceID
    var second: DeviceID
    var counts = (0, 0)
  }

  private struct Key: Hashable {
    var speech: Speech
    var speaker: DeviceID
    var listener: DeviceID
  }

  private var pairs: [Pair] = []
  private var places: [Key: Int] = [:]  // looked up, never iterated

  /// Takes a sending in; false where it is of another kind.
  mutating func take(
    _ record: Record, _ frame: EthernetFrame, over direction: DirectionID, _ names: Names, _ messages: MessageTable
  ) -> Bool {
    guard let speech = ControlTraffic.speech(of: frame, messages), direction != .none,
      direction.link < names.topology.links.count
    else { return false }
    let ends = names.topology.links[direction.link].ends
    let listener = (direction.isForward ? ends.1 : ends.0).device
    let own = Key(speech: speech, speaker: record.device, listener: listener)
    let other = Key(speech: speech, speaker: listener, listener: record.device)
    if let place = places[own] {
      pairs[place].counts.0 += 1
    } else if let place = places[other] {
      pairs[place].counts.1 += 1
    } else {
      places[own] = pairs.count
      pairs.append(Pair(speech: speech, first: record.device, second: listener, counts: (1, 0)))
    }
    return true
  }

  private static func speech(of frame: EthernetFrame, _ messages: MessageTable) -> Speech? {
    guard case .other(_, let content) = frame.payload else { return nil }
    switch content.message.flatMap({ messages[$0] }) {
    case .bridge: return .spanningTree
    case .aggregation: return .aggregation
    default: return nil
    }
  }

  func lines(_ names: Names, atMost longest: Int) -> [String] {
    let lines = pairs.prefix(longest).map { pair in
      names.words.talks(pair.speech, names.device(pair.first), names.device(pair.second), pair.counts)
    }
    let rest = pairs.count - lines.count
    return lines + (rest > 0 ? [names.words.moreNeighbors(rest)] : [])
  }
}
