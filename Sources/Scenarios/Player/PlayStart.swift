import Devices
import Packets
import Simulation
import Topology

/// What a network knows when a play begins.
public enum PlayStart: String, Hashable, Sendable, CaseIterable {
  /// Nothing: addresses are asked for and stations learned as the steps go on.
  case cold
  /// What the steps' conversations would teach it, on their ways and nowhere else.
  case preLearned = "pre-learned"
}

extension Play {
  /// Who will speak to whom, as far as that can be foreseen: to a name, or to an address that a lease brings, it cannot.
  var conversations: [Prelearning.Conversation] {
    let book = AddressBook(of: topology)
    return steps.compactMap { $0.verb as? any TrafficStep }.flatMap(\.traffic.ways).compactMap { way in
      book.address(of: way, in: topology).map { Prelearning.Conversation(way.sender, $0) }
    }
  }
}
