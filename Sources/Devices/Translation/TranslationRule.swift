import Packets
import Protocols
import Simulation

/// A rule of address translation: what it looks at, and what becomes of the connections whose first packet matches.
public struct TranslationRule: Sendable {
  /// Where rules are asked, in netfilter's words: destinations before a route is chosen, sources after it.
  public enum Chain: String, Sendable, CaseIterable {
    /// Packets that come in, and what they are changed to is routed.
    case prerouting
    /// The machine's own packets.
    case output
    /// Packets that are for the machine.
    case input
    /// Packets that leave, the machine's own among them.
    case postrouting
  }

  public enum Action: Hashable, Sendable {
    /// Left alone; later rules are not asked.
    case accept
    /// The source becomes the address of the interface that it leaves by. Nil keeps the port where it is free.
    case masquerade(ports: ClosedRange<UInt16>?)
    case source(ConnectionTracking.Target)
    case destination(ConnectionTracking.Target)
    /// The destination becomes this machine, at the interface that it came in by.
    case redirect(ports: ClosedRange<UInt16>?)
    /// The network's part of the address is replaced, the rest stays.
    case network(IPv4Prefix)
  }

  public var chain: Chain
  public var match: PacketMatch
  public var action: Action
  public var origin: Origin

  public init(
    _ chain: Chain, _ match: PacketMatch = PacketMatch(), _ action: Action, origin: Origin
  ) {
    self.chain = chain
    self.match = match
    self.action = action
    self.origin = origin
  }

  /// Everything that leaves by an interface is hidden behind the address of that interface.
  public static func masquerade(leavingBy port: PortNumber, origin: Origin) -> TranslationRule {
    var match = PacketMatch()
    match.to = .is(port)
    return TranslationRule(.postrouting, match, .masquerade(ports: nil), origin: origin)
  }
}

/// The rules of a machine by chain, the first that matches decides; and whether it translates as a box does that is not
/// Linux.
public struct TranslationRules: Sendable {
  private struct Chain: Sendable {
    let table: RuleTable
    let rules: [TranslationRule]
  }

  /// In the order of `TranslationRule.Chain`.
  private let chains: [Chain]
  /// The interfaces that rules for leaving packets name.
  private let outsidePorts: [PortNumber]
  /// Nil for Linux.
  public let behavior: EndpointMappings.Behavior?

  public init(_ rules: [TranslationRule] = [], behavior: EndpointMappings.Behavior? = nil) {
    chains = TranslationRule.Chain.allCases.map { chain in
      let own = rules.filter { $0.chain == chain }
      return Chain(table: RuleTable(own.map(\.match)), rules: own)
    }
    outsidePorts = rules.filter { $0.chain == .postrouting }.compactMap { rule in
      rule.match.to.flatMap { $0.isNegated ? nil : $0.value }
    }
    self.behavior = behavior
  }

  /// Whether those who are hidden are behind an interface: it is none by which hidden packets leave.
  func isInside(_ port: PortNumber) -> Bool { !outsidePorts.isEmpty && !outsidePorts.contains(port) }

  public var isEmpty: Bool { chains.allSatisfy { $0.rules.isEmpty } }

  /// The number of the first rule that matches.
  ///
  /// - Parameters:
  ///   - from: The interface it came in by, where the chain knows that, or none.
  ///   - to: The interface it leaves by, where the chain knows that, or none.
  ///   - hasTranslatedDestination: Whether another rule has sent it elsewhere than it was for.
  func first(
    in chain: TranslationRule.Chain, for packet: IPv4Packet, from: PortNumber, to: PortNumber,
    hasTranslatedDestination: Bool = false
  ) -> Int? {
    let place = chain.place
    guard !chains[place].rules.isEmpty else { return nil }
    let header = RuleHeader(
      packet, from: from, to: to, state: .new, hasTranslatedDestination: hasTranslatedDestination)
    return chains[place].table.firstMatch(header)
  }

  func rules(in chain: TranslationRule.Chain) -> [TranslationRule] { chains[chain.place].rules }
}

extension TranslationRule.Chain {
  /// Its place among all cases, without making a list of them for each packet.
  var place: Int {
    switch self {
    case .prerouting: 0
    case .output: 1
    case .input: 2
    case .postrouting: 3
    }
  }
}

extension IPv4Prefix {
  /// The address of this network that stands where `address` stands in its own.
  func counterpart(of address: IPv4Address) -> IPv4Address {
    IPv4Address(rawValue: network.rawValue | address.rawValue & ~netmask.rawValue)
  }
}
