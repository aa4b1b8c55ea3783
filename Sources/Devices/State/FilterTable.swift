import Packets
import Protocols
import Simulation

/// `iptables -L -n -v`
enum FilterTable: StateTable {
  static let word = "rules"
  static let summary = "Rules of the packet filter with counters, as `iptables -L -n -v`"
  static let columns = RuleColumns.all

  static func sections(of device: any Device, _ view: StateView) -> [StateSection]? {
    switch device {
    case let stack as IPStack: return stack.network.filters.first.map { sections(of: $0, view) }
    case let bridge as Bridge: return bridge.filters.first.map { sections(of: $0.filter, view) }
    default: return nil
    }
  }

  private static func sections(of filter: PacketFilter, _ view: StateView) -> [StateSection] {
    filter.listing.map { chain in
      var rows = zip(chain.rules, chain.counters).map { rule, counter in
        RuleColumns.row(counter, target(of: rule, in: filter, view), rule.match, rule.origin, view)
      }
      if let policy = chain.policy, let counter = chain.counters.last {
        rows.append(RuleColumns.policy(counter, word(of: policy), policy.refuser ?? .none, view))
      }
      return StateSection(rows, title: ("chain", chain.name))
    }
  }

  private static func target(of rule: PacketFilter.Rule, in filter: PacketFilter, _ view: StateView) -> String {
    var words: [String] = []
    if rule.logs { words.append("LOG") }
    if let mark = rule.mark { words.append("MARK set \(RuleColumns.mark(mark))") }
    switch rule.action {
    case .accept: words.append("ACCEPT")
    case .drop: words.append("DROP")
    case .reject(let rejection): words.append("REJECT \(word(of: rejection))")
    case .return: words.append("RETURN")
    case .jump(let number): words.append(filter.name(ofChain: number))
    case nil: break
    }
    return words.joined(separator: ", ")
  }

  private static func word(of verdict: PacketFilter.Verdict) -> String {
    switch verdict {
    case .accept: "ACCEPT"
    case .drop: "DROP"
    case .reject(let rejection, _): "REJECT \(word(of: rejection))"
    }
  }

  private static func word(of rejection: PacketFilter.Rejection) -> String {
    switch rejection {
    case .unreachable(let code): "icmp 3/\(code.rawValue)"
    case .reset: "tcp-reset"
    }
  }
}
