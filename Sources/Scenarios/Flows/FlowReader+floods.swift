import Devices
import Packets
import Simulation
import Topology

/// A copy of a packet that a switch or hub made for a port by which nobody had asked for it.
public struct FloodedCopy: Hashable, Sendable {
  /// The ports it passed from the one that flooded it to the station that got it, which is the last.
  public var ends: [LinkEnd]
  public var station: LinkEnd { ends[ends.count - 1] }
}

extension FlowReader {
  /// The copies of an activity's first packets that flooding brought to stations, one for each station.
  public func floodedCopies(of activity: ActivityID) -> [FloodedCopy] {
    var copies: [FloodedCopy] = []
    var known: Set<LinkEnd> = []  // looked up, never iterated
    for root in index.roots(of: activity) {
      let descent = Descent(of: root, in: index, records)
      for place in descent.nodes.indices {
        guard let reception = index.reception(of: descent.nodes[place].frame), isStation(records[reception].device),
          let copy = floodedCopy(along: descent.way(to: place)), known.insert(copy.station).inserted
        else { continue }
        copies.append(copy)
      }
    }
    return copies
  }

  /// Nil where it came to its last device without a flood since it left a station.
  private func floodedCopy(along way: [FrameID]) -> FloodedCopy? {
    var ends: [LinkEnd] = []
    var isFlooded = false
    for (place, frame) in way.enumerated() {
      guard let birth = index.birth(of: frame), case .sent = records[birth].event,
        let reception = index.reception(of: frame)
      else { continue }
      if isStation(records[birth].device) { (ends, isFlooded) = ([], false) }
      if place > 0, isFlooded || hasFlooded(way[place - 1], at: records[birth].device) {
        isFlooded = true
        ends.append(LinkEnd(records[birth].device, records[birth].port))
        ends.append(LinkEnd(records[reception].device, records[reception].port))
      }
    }
    return isFlooded ? FloodedCopy(ends: ends) : nil
  }

  private func hasFlooded(_ frame: FrameID, at device: DeviceID) -> Bool {
    index.notes(about: frame).contains { place in
      if case .flooded = records[place].event { records[place].device == device } else { false }
    }
  }

  /// Whether it is more than a part of the wiring.
  private func isStation(_ device: DeviceID) -> Bool {
    switch type(of: topology.devices[Int(device.index)].settings).role {
    case .bridge, .hub: false
    // The end of a tunnel stands for all behind the other.
    case .stack, .proxy, .server, .tunnel: true
    }
  }
}
