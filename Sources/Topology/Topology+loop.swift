import Devices
import Simulation

/// A circle of links through switches and hubs: without spanning tree, one broadcast goes round in it for ever.
public struct LinkLoop: Hashable, Sendable {
  /// In the order of the circle.
  public var links: [Int]
  /// The devices between them, each once.
  public var devices: [DeviceID]
}

extension Topology {
  /// The first circle there is, by the order of the links; nil where there is none.
  ///
  /// VLANs are not looked at: what is a circle of links may still be none for any one of them.
  ///
  /// - Parameters:
  ///   - cut: Links that are down.
  ///   - off: Devices that are switched off.
  public func loop(withoutLinks cut: Set<Int> = [], devices off: Set<DeviceID> = []) -> LinkLoop? {
    var tree = LoopSearch(count: devices.count)
    for (number, link) in links.enumerated() where !cut.contains(number) {
      let ends = [link.ends.0.device, link.ends.1.device]
      guard ends.allSatisfy({ passesFramesOn($0) && !off.contains($0) }) else { continue }
      if let loop = tree.add(number, Int(ends[0].index), Int(ends[1].index)) { return loop }
    }
    return nil
  }

  private func passesFramesOn(_ device: DeviceID) -> Bool {
    let settings = devices[Int(device.index)].settings
    return type(of: settings).growsPorts && !settings.breaksLoops
  }
}

/// Adds links one by one until one of them closes a circle.
private struct LoopSearch {
  private var neighbors: [[(device: Int, link: Int)]]
  /// By device, another of its part of the network, nearer to the one that stands for all of it.
  private var parents: [Int]

  init(count: Int) {
    neighbors = Array(repeating: [], count: count)
    parents = Array(0..<count)
  }

  mutating func add(_ link: Int, _ one: Int, _ other: Int) -> LinkLoop? {
    let (first, second) = (root(one), root(other))
    if first == second { return way(from: one, to: other, closedBy: link) }
    parents[max(first, second)] = min(first, second)
    neighbors[one].append((other, link))
    neighbors[other].append((one, link))
    return nil
  }

  private mutating func root(_ start: Int) -> Int {
    var device = start
    while parents[device] != device {
      parents[device] = parents[parents[device]]
      device = parents[device]
    }
    return device
  }

  /// Until now there is one way between any two.
  private func way(from start: Int, to end: Int, closedBy link: Int) -> LinkLoop {
    var before = [start: (device: start, link: link)]  // looked up, never iterated
    var open = [start]
    while let device = open.popLast(), device != end {
      for next in neighbors[device] where before[next.device] == nil {
        before[next.device] = (device, next.link)
        open.append(next.device)
      }
    }
    var loop = LinkLoop(links: [], devices: [])
    var device = end
    while device != start, let step = before[device] {
      loop.devices.insert(DeviceID(index: device), at: 0)
      loop.links.insert(step.link, at: 0)
      device = step.device
    }
    loop.devices.insert(DeviceID(index: start), at: 0)
    loop.links.append(link)
    return loop
  }
}
