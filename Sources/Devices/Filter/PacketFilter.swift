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
    public var match: PacketMatch
    public var action: Action
    public var origin: Origin

    public init(hook: Hook, _ match: PacketMatch = PacketMatch(), action: Action, origin: Origin) {
      self.hook = hook
      self.match = match
      self.action = action
      self.origin = origin
    }
  }

  /// The rules of one place: what they look at, and what they do.
  private struct Chain: Sendable {
    var table = RuleTable()
    var rules: [Rule] = []

    init(_ rules: [Rule] = []) {
      table = RuleTable(rules.map(\.match))
      self.rules = rules
    }
  }

  private var input = Chain()
  private var forward = Chain()
  private var output = Chain()
  /// What happens to a packet that is forwarded and that no rule matches.
  private var forwardPolicy: Rule.Action = .accept
  private var policyOrigin = Origin.none
  /// Whether some rule asks how packets stand to connections.
  let tracksConnections: Bool

  public init() { tracksConnections = false }

  public init(rules: [Rule], forwardPolicy: Rule.Action, policyOrigin: Origin) {
    input = Chain(rules.filter { $0.hook == .input })
    forward = Chain(rules.filter { $0.hook == .forward })
    output = Chain(rules.filter { $0.hook == .output })
    self.forwardPolicy = forwardPolicy
    self.policyOrigin = policyOrigin
    tracksConnections = rules.contains { $0.match.states != nil }
  }

  /// `from` and `to` are none for what the machine itself sends or takes in.
  @inline(__always)
  public func verdict(
    for packet: IPv4Packet, from: PortNumber, to: PortNumber, hook: Hook, state: ConnectionTracking.State? = nil
  ) -> Verdict {
    switch hook {
    case .input: input.table.isEmpty ? .accept : judge(packet, from, to, state, by: input) ?? .accept
    case .output: output.table.isEmpty ? .accept : judge(packet, from, to, state, by: output) ?? .accept
    case .forward:
      (forward.table.isEmpty ? nil : judge(packet, from, to, state, by: forward))
        ?? PacketFilter.verdict(of: forwardPolicy, policyOrigin)
    }
  }

  private func judge(
    _ packet: IPv4Packet, _ from: PortNumber, _ to: PortNumber, _ state: ConnectionTracking.State?,
    by chain: Chain
  ) -> Verdict? {
    let header = RuleHeader(packet, from: from, to: to, state: state)
    guard let number = chain.table.firstMatch(header) else { return nil }
    return PacketFilter.verdict(of: chain.rules[number].action, chain.rules[number].origin)
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
