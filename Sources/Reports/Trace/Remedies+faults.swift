import Devices
import Scenarios
import Simulation
import Topology

/// What has failed between two machines of one segment.
extension Remedies {
  /// The first fault on the way from one device to another through bridges and the like; nil where there is a way that is
  /// whole, or never was one.
  func fault(between start: DeviceID, and goal: DeviceID) -> Fault? {
    let faults = run.faults(after: step)
    guard !faults.isEmpty, way(from: start, to: goal, around: faults).isEmpty else { return nil }
    for link in way(from: start, to: goal) {
      if faults.cut.contains(link) { return .cut(self.link(link), by: stepCutting(link: link)) }
      let ends = names.topology.links[link].ends
      for device in [ends.0.device, ends.1.device] where faults.off.contains(device) {
        return .off(names.device(device), by: stepSwitchingOff(device))
      }
    }
    return nil
  }

  func link(_ number: Int) -> LosingLink {
    let link = names.topology.links[number]
    return .between(names.end(link.ends.0), names.end(link.ends.1), line: names.line(at: link.location))
  }

  /// The id of the step that has cut the link, or one direction of it, last.
  func stepCutting(link number: Int?) -> String? {
    stepOfLast { record in
      switch record.event {
      case .linkChanged(let link, isUp: false): number == nil || Int(link) == number
      case .directionChanged(let direction, isUp: false): number == nil || direction.link == number
      default: false
      }
    }
  }

  func stepSwitchingOff(_ device: DeviceID) -> String? {
    stepOfLast { $0.device == device && $0.event == .deviceChanged(isUp: false) }
  }

  /// The id of the step in which that happened last.
  private func stepOfLast(_ isIt: (Record) -> Bool) -> String? {
    var step: Int?
    var found: Int?
    for record in run.playback.journal.records {
      if case .stepBegan(let number) = record.event { step = Int(number) }
      if isIt(record) { found = step }
    }
    return found.map { run.play.steps[$0].id }
  }

  /// The links of a shortest way, with no stack between its ends; of several, the one whose links stand first in the file.
  ///
  /// - Parameter faults: What it must not lead through.
  private func way(from start: DeviceID, to goal: DeviceID, around faults: Faults = Faults()) -> [Int] {
    var links: [DeviceID: [Int]] = [:]  // looked up, never iterated
    for (number, link) in names.topology.links.enumerated() where !faults.cut.contains(number) {
      links[link.ends.0.device, default: []].append(number)
      links[link.ends.1.device, default: []].append(number)
    }
    var came: [DeviceID: Int] = [:]  // looked up, never iterated
    var reached = [start]
    var place = 0
    search: while place < reached.count {
      let here = reached[place]
      place += 1
      guard here == start || names.role(here) != .stack else { continue }
      for link in links[here] ?? [] {
        let there = other(end: here, of: link)
        guard there != start, came[there] == nil, !faults.off.contains(there) else { continue }
        came[there] = link
        if there == goal { break search }
        reached.append(there)
      }
    }
    var way: [Int] = []
    var here = goal
    while here != start, let link = came[here] {
      way.append(link)
      here = other(end: here, of: link)
    }
    return way.reversed()
  }

  /// The device at the other end of a link.
  func other(end device: DeviceID, of link: Int) -> DeviceID {
    let ends = names.topology.links[link].ends
    return ends.0.device == device ? ends.1.device : ends.0.device
  }
}
