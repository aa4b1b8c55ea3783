import Packets
import Protocols
import Simulation

/// Where the stations are that are behind other ends of a tunnel: where frames of theirs came from (RFC 7348, 4.1).
///
/// Entries age when they are looked at.
struct TunnelPeers: Sendable {
  private struct Station {
    var peer: Endpoint
    var heard: Instant
  }

  /// Ends that were written down; what is for no known station goes to each of them (RFC 7348, 4.2, with addresses in the
  /// place of a multicast group).
  let remotes: [Endpoint]
  private let ageingTime: TimeSpan
  private var stations: [MACAddress: Station] = [:]  // looked up, never iterated
  /// Where no end was written down, those that spoke, in the order in which they first did.
  private var heard: [(peer: Endpoint, last: Instant)] = []

  init(remotes: [Endpoint], ageingTime: TimeSpan) {
    self.remotes = remotes
    self.ageingTime = ageingTime
  }

  /// - Parameter station: Nil where the other end speaks for itself.
  mutating func hear(_ station: MACAddress?, at peer: Endpoint, now: Instant) {
    if remotes.isEmpty {
      heard.removeAll { now - $0.last >= ageingTime }
      if let place = heard.firstIndex(where: { $0.peer == peer }) {
        heard[place].last = now
      } else {
        heard.append((peer, now))
      }
    }
    guard let station, !station.isGroup else { return }
    guard stations[station] != nil || stations.count < ForwardingDatabase.defaultLimit else { return }
    stations[station] = Station(peer: peer, heard: now)
  }

  /// Where a frame for `destination` has to be sent; empty where nobody has spoken yet.
  func ends(toward destination: MACAddress, now: Instant) -> [Endpoint] {
    if let station = stations[destination], now - station.heard < ageingTime { return [station.peer] }
    return remotes.isEmpty ? heard.filter { now - $0.last < ageingTime }.map(\.peer) : remotes
  }
}
