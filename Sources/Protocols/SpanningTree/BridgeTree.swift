import Packets
import Simulation

/// What a bridge asks of its spanning tree, whichever of the protocols that speaks.
public protocol BridgeTree: Sendable {
  /// Said before `start`, where the cost is known only then.
  mutating func setCost(of port: PortNumber, _ cost: UInt32)
  /// Said before `start`: more than one bridge may be at the other end of that link.
  mutating func setShared(_ port: PortNumber)
  /// The bridge is switched on, with links on these ports.
  mutating func start(_ connected: [PortNumber], at now: Instant) -> [SpanningTree.Action]
  mutating func receive(
    _ unit: BridgeProtocolDataUnit, on port: PortNumber, at now: Instant
  ) -> [SpanningTree.Action]
  mutating func linkChanged(on port: PortNumber, isUp: Bool, at now: Instant) -> [SpanningTree.Action]
  /// Lets everything happen whose time has come.
  mutating func advance(to now: Instant) -> [SpanningTree.Action]
  /// When `advance` has something to do.
  var nextDeadline: Instant { get }
  /// What it believes, to be read.
  var view: TreeView { get }
}

/// What a bridge believes of the spanning tree.
public struct TreeView: Hashable, Sendable {
  public struct Port: Hashable, Sendable {
    /// `root`, `designated`, `alternate` …
    public var role: String
    public var state: PortState
    public var cost: UInt32
  }

  public var bridge: BridgeIdentifier
  public var root: BridgeIdentifier
  /// From here to the root.
  public var rootCost: UInt32
  public var ports: [Port]
}

extension SpanningTree: BridgeTree {
  /// 802.1D-1998 treats all links alike.
  public mutating func setShared(_ port: PortNumber) {}

  public var view: TreeView {
    TreeView(
      bridge: settings.bridge, root: root, rootCost: rootPathCost,
      ports: ports.indices.map { place in
        TreeView.Port(role: role(of: place), state: ports[place].state, cost: ports[place].pathCost)
      })
  }

  /// In the words of 802.1D-2004, as Linux's tools have them.
  private func role(of place: Int) -> String {
    let port = ports[place]
    if port.state == .disabled { return "disabled" }
    if place == rootPort { return "root" }
    let isOwn = port.designatedBridge == settings.bridge
    guard isOwn, port.designatedPort == port.identifier else { return isOwn ? "backup" : "alternate" }
    return "designated"
  }
}

extension RapidSpanningTree: BridgeTree {
  public var view: TreeView {
    TreeView(
      bridge: settings.bridge, root: rootPriority.root, rootCost: rootPriority.cost,
      ports: ports.map { TreeView.Port(role: "\($0.role)", state: $0.state, cost: $0.cost) })
  }
}
