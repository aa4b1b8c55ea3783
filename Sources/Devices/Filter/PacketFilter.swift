import Packets
import Protocols
import Simulation

/// Rules that let packets pass, or not: netfilter's hooks, each with a chain of rules, and chains that rules jump to.
///
/// Rules are asked in their order. The end of a chain that was jumped to leads back behind the jump, the end of a
/// hook's own chain to its policy.
public struct PacketFilter: Sendable {
  /// The places where packets are looked at, in the order in which one can pass them.
  public enum Hook: String, Sendable, CaseIterable {
    case prerouting, input, forward, output, postrouting

    /// Whether the interface a packet came in by is known here, as in iptables.
    var knowsIncoming: Bool { self != .output && self != .postrouting }
    var knowsOutgoing: Bool { self != .prerouting && self != .input }
    /// Where a packet can be answered for (iptables, REJECT).
    var mayReject: Bool { self != .prerouting && self != .postrouting }

    @inline(__always)
    fileprivate var place: Int {
      switch self {
      case .prerouting: 0
      case .input: 1
      case .forward: 2
      case .output: 3
      case .postrouting: 4
      }
    }
  }

  public enum Verdict: Hashable, Sendable {
    case accept
    case drop(Origin)
    case reject(Rejection, Origin)

    /// Who decided that it does not pass; nil where it does.
    var refuser: Origin? {
      switch self {
      case .accept: nil
      case .drop(let origin), .reject(_, let origin): origin
      }
    }
  }

  /// What the sender of a rejected packet is told.
  public enum Rejection: Hashable, Sendable {
    case unreachable(UnreachableCode)
    /// The end of its TCP connection.
    case reset
  }

  public struct Rule: Sendable {
    public enum Action: Hashable, Sendable {
      case accept, drop
      case reject(Rejection)
      /// On with the rules of a user's chain, by its number.
      case jump(Int)
      /// Back behind the jump that led here; in a hook's own chain, to the policy.
      case `return`
    }
    public var match: PacketMatch
    /// Whether it is written down that the packet came by.
    public var logs = false
    /// The bits it writes on the packet.
    public var mark: MarkPattern?
    /// What an opening TCP segment may offer at most.
    public var segmentLimit: SegmentLimit?
    /// Nil goes on with the next rule.
    public var action: Action?
    public var origin: Origin

    public init(_ match: PacketMatch = PacketMatch(), action: Action?, origin: Origin) {
      self.match = match
      self.action = action
      self.origin = origin
    }
  }

  /// How long TCP segments may be, whatever their receiver says (iptables, TCPMSS).
  public enum SegmentLimit: Hashable, Sendable {
    /// What fits the way on and the way back (`--clamp-mss-to-pmtu`).
    case path
    case bytes(UInt16)
  }

  /// The rules of a hook, and what becomes of packets that none of them decided about.
  public struct BaseChain: Sendable {
    public var hook: Hook
    public var rules: [Rule]
    public var policy: Verdict

    public init(_ hook: Hook, _ rules: [Rule] = [], policy: Verdict = .accept) {
      self.hook = hook
      self.rules = rules
      self.policy = policy
    }
  }

  /// How much met a rule or a policy.
  public struct Counter: Hashable, Sendable, BitwiseCopyable {
    public var packets: UInt64 = 0
    /// Of the packets with their headers, as iptables counts.
    public var bytes: UInt64 = 0

    public init(packets: UInt64 = 0, bytes: UInt64 = 0) {
      self.packets = packets
      self.bytes = bytes
    }
  }

  /// What a rule does, apart from what it looks at, so that nothing large is copied to find out.
  private struct Deed: Sendable {
    let logs: Bool
    let mark: MarkPattern?
    let segmentLimit: SegmentLimit?
    let action: Rule.Action?
    let origin: Origin

    init(_ rule: Rule) {
      (logs, mark, segmentLimit) = (rule.logs, rule.mark, rule.segmentLimit)
      (action, origin) = (rule.action, rule.origin)
    }
  }

  private struct Chain: Sendable {
    let table: RuleTable
    let rules: [Deed]
    /// Where its counters begin; behind those of the rules stands the policy's.
    let firstCounter: Int
    /// Nil for a user's chain.
    let policy: Verdict?
  }

  /// Those of the hooks, then the users'.
  private var chains: [Chain] = []
  private var counters: [Counter] = []
  /// What rules wrote on the packet that is being handled.
  var mark: UInt32 = 0
  /// The last rule that limits segments and has met that packet.
  var limited: (limit: SegmentLimit, origin: Origin)?
  /// Whether some rule asks how packets stand to connections.
  public let tracksConnections: Bool

  /// The rules as they were given, in the places of the chains, and what the users' chains are called.
  private var written: [[Rule]] = []
  private var chainNames: [String] = []

  /// A bit for each hook that has rules, or a policy that lets not everything pass.
  private var activeHooks: UInt8 = 0

  public init() { tracksConnections = false }

  /// - Parameters:
  ///   - userChains: What rules jump to by number; there must be no circle of jumps.
  ///   - names: What those are called.
  public init(_ base: [BaseChain], userChains: [[Rule]] = [], names: [String] = []) {
    chainNames = names
    tracksConnections = (base.map(\.rules) + userChains).contains { $0.contains { $0.match.states != nil } }
    for hook in Hook.allCases {
      let chain = base.first { $0.hook == hook } ?? BaseChain(hook)
      append(chain.rules, policy: chain.policy)
      if !chain.rules.isEmpty || chain.policy != .accept { activeHooks |= 1 << UInt8(hook.place) }
    }
    for rules in userChains { append(rules, policy: nil) }
  }

  private mutating func append(_ rules: [Rule], policy: Verdict?) {
    chains.append(
      Chain(
        table: RuleTable(rules.map(\.match)), rules: rules.map { Deed($0) }, firstCounter: counters.count,
        policy: policy))
    written.append(rules)
    counters += Array(repeating: Counter(), count: rules.count + (policy == nil ? 0 : 1))
  }

  /// Whether anything is asked, and counted, at a hook.
  @inline(__always)
  func isActive(at hook: Hook) -> Bool { activeHooks & 1 << UInt8(hook.place) != 0 }

  /// Whether it lets everything pass unseen.
  public var isEmpty: Bool {
    chains.prefix(Hook.allCases.count).allSatisfy { $0.rules.isEmpty && $0.policy == .accept }
  }

  /// What is to become of a packet; rules may write on its header.
  ///
  /// - Parameters:
  ///   - length: Of the packet, to be counted.
  ///   - log: Called for each rule that writes down that the packet came by.
  package mutating func verdict(
    for header: inout RuleHeader, length: Int, at hook: Hook, log: (Origin) -> Void
  ) -> Verdict {
    let place = hook.place
    if let verdict = walk(place, &header, length, log) { return verdict }
    count(chains[place].firstCounter + chains[place].rules.count, length)
    return chains[place].policy ?? .accept
  }

  /// Nil where the chain's end was reached.
  private mutating func walk(
    _ place: Int, _ header: inout RuleHeader, _ length: Int, _ log: (Origin) -> Void
  ) -> Verdict? {
    var start = 0
    while let number = chains[place].table.firstMatch(header, from: start) {
      count(chains[place].firstCounter + number, length)
      let rule = chains[place].rules[number]
      if rule.logs { log(rule.origin) }
      if let change = rule.mark {
        header.mark = header.mark & ~UInt64(change.mask) | UInt64(change.value)
      }
      if let limit = rule.segmentLimit { limited = (limit, rule.origin) }
      switch rule.action {
      case .accept: return .accept
      case .drop: return .drop(rule.origin)
      case .reject(let rejection): return .reject(rejection, rule.origin)
      case .return: return nil
      case .jump(let target):
        if let verdict = walk(Hook.allCases.count + target, &header, length, log) { return verdict }
      case nil: break
      }
      start = number + 1
    }
    return nil
  }

  @inline(__always)
  private mutating func count(_ place: Int, _ length: Int) {
    // Read and written as a whole, so that the array is asked once whether it may be changed.
    var counter = counters[place]
    counter.packets += 1
    counter.bytes += UInt64(length)
    counters[place] = counter
  }
}

/// What was counted, to be read.
extension PacketFilter {
  /// One for each rule of the hook's own chain, and the policy's at the end.
  public func counters(at hook: Hook) -> [Counter] { counters(of: hook.place) }

  /// A chain as it was given, with what was counted: one for each rule, and at the end the policy's.
  struct ListedChain {
    var name: String
    var rules: [Rule]
    /// Nil for a user's chain.
    var policy: Verdict?
    var counters: [Counter]
  }

  /// The chains of hooks that have rules or a policy of their own, and the users'.
  var listing: [ListedChain] {
    let hooks = Hook.allCases.filter { isActive(at: $0) }.map { ($0.rawValue.uppercased(), $0.place) }
    let users = (0..<max(0, chains.count - Hook.allCases.count)).map { number in
      (name(ofChain: number), Hook.allCases.count + number)
    }
    return (hooks + users).map { name, place in
      ListedChain(name: name, rules: written[place], policy: chains[place].policy, counters: counters(of: place))
    }
  }

  func name(ofChain number: Int) -> String {
    number < chainNames.count ? chainNames[number] : "chain \(number)"
  }

  /// One for each rule of a user's chain.
  public func counters(ofChain number: Int) -> [Counter] { counters(of: Hook.allCases.count + number) }

  private func counters(of place: Int) -> [Counter] {
    guard place < chains.count else { return [] }
    let chain = chains[place]
    let count = chain.rules.count + (chain.policy == nil ? 0 : 1)
    return Array(counters[chain.firstCounter..<chain.firstCounter + count])
  }
}
