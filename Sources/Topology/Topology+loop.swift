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
  /// A circle is one in which the frames of a VLAN can go round: where switches tell VLANs apart, links are followed for
  /// each by itself.
  ///
  /// - Parameters:
  ///   - cut: Links that are down.
  ///   - off: Devices that are switched off.
  public func loop(withoutLinks cut: Set<Int> = [], devices off: Set<DeviceID> = []) -> LinkLoop? {
    let isOpen = { (number: Int) in
      let ends = [links[number].ends.0.device, links[number].ends.1.device]
      return !cut.contains(number) && ends.allSatisfy { passesFramesOn($0) && !off.contains($0) }
    }
    guard devices.contains(where: { $0.settings.separatesVLANs }) else {
      var search = LoopSearch(devices.indices.map { ($0, devices[$0].settings.joinsLinks) })
      for (number, link) in links.enumerated() where isOpen(number) {
        if let loop = search.add(number, Int(link.ends.0.device.index), Int(link.ends.1.device.index)) { return loop }
      }
      return nil
    }
    let passages = VLANPassages(self, isOpen)
    var search = LoopSearch(passages.nodes.map { (Int($0.index), devices[Int($0.index)].settings.joinsLinks) })
    for passage in passages.byLink {
      if let loop = search.add(passage.link, passage.one, passage.other) { return loop }
    }
    return nil
  }

  fileprivate func passesFramesOn(_ device: DeviceID) -> Bool {
    let settings = devices[Int(device.index)].settings
    return type(of: settings).growsPorts && !settings.breaksLoops
  }
}

/// Which links join which VLANs of which devices, as far as frames that somebody sends come.
private struct VLANPassages {
  /// A VLAN inside a device.
  private struct Inner: Hashable {
    var device: DeviceID
    var tagging: Tagging
  }

  struct Passage: Hashable {
    var link: Int
    /// Places among the nodes, the lower first.
    var one: Int
    var other: Int
  }

  /// The device of each node.
  private(set) var nodes: [DeviceID] = []
  private var inners: [Inner] = []
  private var places: [Inner: Int] = [:]  // looked up, never iterated
  private var passages: Set<Passage> = []
  private let topology: Topology
  private var cables: [LinkEnd: Int] = [:]  // looked up, never iterated

  var byLink: [Passage] { passages.sorted { ($0.link, $0.one, $0.other) < ($1.link, $1.one, $1.other) } }

  init(_ topology: Topology, _ isOpen: (Int) -> Bool) {
    self.topology = topology
    for (number, link) in topology.links.enumerated() {
      cables[link.ends.0] = number
      cables[link.ends.1] = number
    }
    // Frames come from whoever does not only pass them on, without a tag; taggers pass on theirs.
    for link in topology.links {
      for (near, far) in [(link.ends.0, link.ends.1), (link.ends.1, link.ends.0)] {
        guard !topology.passesFramesOn(near.device) else { continue }
        follow(.none, into: far, isOpen)
      }
    }
  }

  private mutating func follow(_ tagging: Tagging, into end: LinkEnd, _ isOpen: (Int) -> Bool) {
    guard let first = enter(tagging, by: end) else { return }
    var open = [first]
    while let place = open.popLast() {
      let inner = inners[place]
      let device = topology.devices[Int(inner.device.index)]
      for port in device.ports.indices.map(PortNumber.init) {
        let near = LinkEnd(inner.device, port)
        guard let link = cables[near], let out = device.settings.leave(inner.tagging, by: port) else { continue }
        let ends = topology.links[link].ends
        let known = nodes.count
        guard let next = enter(out, by: ends.0 == near ? ends.1 : ends.0) else { continue }
        if isOpen(link) { passages.insert(Passage(link: link, one: min(place, next), other: max(place, next))) }
        if nodes.count > known { open.append(next) }
      }
    }
  }

  /// The node that a frame reaches by a port; nil where it is not passed on.
  private mutating func enter(_ tagging: Tagging, by end: LinkEnd) -> Int? {
    guard let inside = topology.devices[Int(end.device.index)].settings.enter(tagging, by: end.port) else { return nil }
    let inner = Inner(device: end.device, tagging: inside)
    if let place = places[inner] { return place }
    places[inner] = nodes.count
    nodes.append(end.device)
    inners.append(inner)
    return nodes.count - 1
  }
}

/// Adds links one by one until one of them closes a circle.
private struct LoopSearch {
  private struct Node {
    /// The device that it is, or is a VLAN of.
    var device: Int
    /// Whether several links to one neighbor are one to it.
    var joinsLinks: Bool
    var neighbors: [(node: Int, link: Int)] = []
    /// Another of its part of the network, nearer to the one that stands for all of it.
    var parent: Int
  }

  private var nodes: [Node]

  init(_ nodes: [(device: Int, joinsLinks: Bool)]) {
    self.nodes = nodes.enumerated().map { place, node in
      Node(device: node.device, joinsLinks: node.joinsLinks, parent: place)
    }
  }

  mutating func add(_ link: Int, _ one: Int, _ other: Int) -> LinkLoop? {
    if nodes[one].joinsLinks || nodes[other].joinsLinks,
      nodes[one].neighbors.contains(where: { $0.node == other })
    {
      return nil
    }
    let (first, second) = (root(one), root(other))
    if first == second { return way(from: one, to: other, closedBy: link) }
    nodes[max(first, second)].parent = min(first, second)
    nodes[one].neighbors.append((other, link))
    nodes[other].neighbors.append((one, link))
    return nil
  }

  private mutating func root(_ start: Int) -> Int {
    var node = start
    while nodes[node].parent != node {
      nodes[node].parent = nodes[nodes[node].parent].parent
      node = nodes[node].parent
    }
    return node
  }

  /// Until now there is one way between any two.
  private func way(from start: Int, to end: Int, closedBy link: Int) -> LinkLoop {
    var before = [start: (node: start, link: link)]  // looked up, never iterated
    var open = [start]
    while let node = open.popLast(), node != end {
      for next in nodes[node].neighbors where before[next.node] == nil {
        before[next.node] = (node, next.link)
        open.append(next.node)
      }
    }
    var loop = LinkLoop(links: [], devices: [])
    var node = end
    while node != start, let step = before[node] {
      loop.devices.insert(DeviceID(index: nodes[node].device), at: 0)
      loop.links.insert(step.link, at: 0)
      node = step.node
    }
    loop.devices.insert(DeviceID(index: nodes[start].device), at: 0)
    loop.links.append(link)
    return loop
  }
}
