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
}

extension SpanningTree: BridgeTree {
  /// 802.1D-1998 treats all links alike.
  public mutating func setShared(_ port: PortNumber) {}
}

extension RapidSpanningTree: BridgeTree {}
