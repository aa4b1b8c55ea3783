import Packets
import Protocols
import Simulation

/// `iptables -t nat -L -n -v`
enum TranslationTable: StateTable {
  static let word = "nat"
  static let summary = "Rules of translation with counters, as `iptables -t nat -L -n -v`"
  static let columns = RuleColumns.all

  static func sections(of device: any Device, _ view: StateView) -> [StateSection]? {
    guard let stack = device as? IPStack, let translator = stack.network.translators.first, translator.translates
    else { return nil }
    return translator.listing.map { chain, rules in
      StateSection(
        rules.map { rule, counter in
          RuleColumns.row(counter, target(of: rule.action), rule.match, rule.origin, view)
        }, title: ("chain", chain.rawValue.uppercased()))
    }
  }

  private static func target(of action: TranslationRule.Action) -> String {
    switch action {
    case .accept: "ACCEPT"
    case .masquerade(let ports): "MASQUERADE" + (ports.map { " ports:\(words($0))" } ?? "")
    case .source(let target): "SNAT to:\(words(target))"
    case .destination(let target): "DNAT to:\(words(target))"
    case .redirect(let ports): "REDIRECT" + (ports.map { " ports:\(words($0))" } ?? "")
    case .network(let prefix): "NETMAP to:\(prefix)"
    }
  }

  private static func words(_ target: ConnectionTracking.Target) -> String {
    let addresses = target.first == target.last ? "\(target.first)" : "\(target.first)-\(target.last)"
    return addresses + (target.ports.map { ":\(words($0))" } ?? "")
  }

  private static func words(_ ports: ClosedRange<UInt16>) -> String {
    ports.count == 1 ? "\(ports.lowerBound)" : "\(ports.lowerBound)-\(ports.upperBound)"
  }
}
