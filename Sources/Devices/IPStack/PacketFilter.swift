import Packets
import Protocols
import Simulation

/// Rules that let packets pass, or not: the first that matches decides.
public struct PacketFilter: Sendable {
  public enum Hook: String, Sendable, CaseIterable { case input, forward, output }

  public enum Verdict: Sendable {
    case accept
    case drop(Origin)
    case reject(UnreachableCode, Origin)
  }

  public struct Rule: Sendable {
    public enum Action: Sendable { case accept, drop, reject }
    public var hook: Hook
    /// Nil matches any interface.
    public var from: PortNumber?
    public var to: PortNumber?
    public var source: IPv4Prefix?
    public var destination: IPv4Prefix?
    public var transport: IPProtocol?
    public var destinationPort: UInt16?
    /// How the packet stands to a connection; nil matches any packet.
    public var states: Set<ConnectionTracking.State>?
    public var action: Action
    public var origin: Origin

    public init(hook: Hook, action: Action, origin: Origin) {
      self.hook = hook
      self.action = action
      self.origin = origin
    }
  }

  private var input = RuleTable()
  private var forward = RuleTable()
  private var output = RuleTable()
  /// What happens to a packet that is forwarded and that no rule matches.
  private var forwardPolicy: Rule.Action = .accept
  private var policyOrigin = Origin.none
  /// Whether some rule asks how packets stand to connections.
  let tracksConnections: Bool

  public init() { tracksConnections = false }

  public init(rules: [Rule], forwardPolicy: Rule.Action, policyOrigin: Origin) {
    input = RuleTable(rules.filter { $0.hook == .input })
    forward = RuleTable(rules.filter { $0.hook == .forward })
    output = RuleTable(rules.filter { $0.hook == .output })
    self.forwardPolicy = forwardPolicy
    self.policyOrigin = policyOrigin
    tracksConnections = rules.contains { $0.states != nil }
  }

  /// `from` and `to` are none for what the machine itself sends or takes in.
  @inline(__always)
  public func verdict(
    for packet: IPv4Packet, from: PortNumber, to: PortNumber, hook: Hook, state: ConnectionTracking.State? = nil
  ) -> Verdict {
    switch hook {
    case .input: input.isEmpty ? .accept : judge(packet, from, to, state, by: input) ?? .accept
    case .output: output.isEmpty ? .accept : judge(packet, from, to, state, by: output) ?? .accept
    case .forward:
      (forward.isEmpty ? nil : judge(packet, from, to, state, by: forward))
        ?? PacketFilter.verdict(of: forwardPolicy, policyOrigin)
    }
  }

  private func judge(
    _ packet: IPv4Packet, _ from: PortNumber, _ to: PortNumber, _ state: ConnectionTracking.State?,
    by table: RuleTable
  ) -> Verdict? {
    let rule = table.firstMatch(RuleTable.Header(packet, from: from, to: to, state))
    return rule.map { PacketFilter.verdict(of: $0.action, $0.origin) }
  }

  private static func verdict(of action: Rule.Action, _ origin: Origin) -> Verdict {
    switch action {
    case .accept: .accept
    case .drop: .drop(origin)
    // iptables, REJECT: port unreachable unless another is named.
    case .reject: .reject(.port, origin)
    }
  }
}
