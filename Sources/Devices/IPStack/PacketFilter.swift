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
    /// Empty matches any interface.
    public var from = ""
    public var to = ""
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

  private var rules: [Hook: [Rule]] = [:]
  /// What happens to a packet that is forwarded and that no rule matches.
  private var forwardPolicy: Rule.Action = .accept
  private var policyOrigin = Origin.none

  public init() {}

  public init(rules: [Rule], forwardPolicy: Rule.Action, policyOrigin: Origin) {
    for rule in rules { self.rules[rule.hook, default: []].append(rule) }
    self.forwardPolicy = forwardPolicy
    self.policyOrigin = policyOrigin
  }

  /// Whether some rule asks how packets stand to connections.
  var tracksConnections: Bool { rules.values.contains { $0.contains { $0.states != nil } } }

  public func verdict(
    for packet: IPv4Packet, from: String, to: String, hook: Hook, state: ConnectionTracking.State? = nil
  ) -> Verdict {
    guard let rules = rules[hook] else { return policy(of: hook) }
    for rule in rules where rule.matches(packet, from: from, to: to, state) {
      return PacketFilter.verdict(of: rule.action, rule.origin)
    }
    return policy(of: hook)
  }

  private func policy(of hook: Hook) -> Verdict {
    hook == .forward ? PacketFilter.verdict(of: forwardPolicy, policyOrigin) : .accept
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

extension PacketFilter.Rule {
  func matches(
    _ packet: IPv4Packet, from: String, to: String, _ state: ConnectionTracking.State?
  ) -> Bool {
    (self.from.isEmpty || self.from == from) && (self.to.isEmpty || self.to == to)
      && (source?.contains(packet.source) ?? true) && (destination?.contains(packet.destination) ?? true)
      && (transport == nil || transport == packet.payload.transport)
      && (destinationPort == nil || destinationPort == packet.payload.destinationPort)
      && (states.map { wanted in state.map { wanted.contains($0) } ?? false } ?? true)
  }
}

extension IPv4Payload {
  var transport: IPProtocol {
    switch self {
    case .icmp: .icmp
    case .udp: .udp
    case .tcp: .tcp
    case .other(let transport, _): transport
    }
  }

  var destinationPort: UInt16? {
    switch self {
    case .udp(let datagram): datagram.destinationPort
    case .tcp(let segment): segment.destinationPort
    case .icmp, .other: nil
    }
  }
}
