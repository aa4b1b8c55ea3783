import Devices
import Packets
import Simulation

/// A router between two hosts knows many other networks, all of one size.
package enum RoutesOfOneLength: Slope {
  package static let word = "routes"
  package static let sizeMeans = "routes, all to networks of 24 bits"
  package static let sizes = (small: 10, large: 10_000)

  package static func plan(size: Int, traffic: Int) -> NetworkPlan {
    RoutedPair(routes: (0..<size).map { .made(RoutedPair.elsewhere.place($0 << 8), 24) }).plan(traffic: traffic)
  }
}

/// A router between two hosts knows many other networks, whose prefixes have ten lengths and all are longer than the one
/// that matches.
package enum RoutesOfTenLengths: Slope {
  package static let word = "lengths"
  package static let sizeMeans = "routes, to networks of 17 to 26 bits"
  package static let sizes = (small: 10, large: 10_000)

  package static func plan(size: Int, traffic: Int) -> NetworkPlan {
    let routes = (0..<size).map { number in
      IPv4Prefix.made(RoutedPair.elsewhere.place(number / 10 << 15), 17 + number % 10)
    }
    return RoutedPair(routes: routes).plan(traffic: traffic)
  }
}

/// A router between two hosts refuses many other hosts, one rule for each: a port, a range of them, or all but one network.
package enum FilterRules: Slope {
  package static let word = "rules"
  package static let sizeMeans = "rules of three shapes, none of which matches"
  package static let sizes = (small: 10, large: 1000)

  package static func plan(size: Int, traffic: Int) -> NetworkPlan {
    let rules = (0..<size).map { number in
      var match = PacketMatch()
      match.source = .is(IPv4Prefix(host: RoutedPair.elsewhere.place(number)))
      match.transport = .is(.udp)
      switch number % 3 {
      case 0: match.destinationPorts = .is([7...7])
      case 1: match.destinationPorts = .is([5...1000])
      default: match.destination = .isNot(IPv4Prefix(host: RoutedPair.elsewhere.place(number)))
      }
      return PacketFilter.Rule(match, action: .drop, origin: .none)
    }
    return RoutedPair(rules: rules).plan(traffic: traffic)
  }
}

/// A router between two hosts translates many connections of the one to the other, and theirs is the last.
package enum TranslatedConnections: Slope {
  package static let word = "connections"
  package static let sizeMeans = "connections that a router translates"
  package static let sizes = (small: 10, large: 10_000)

  package static func plan(size: Int, traffic: Int) -> NetworkPlan {
    let pair = RoutedPair(masqueradesBy: [1])
    var plan = NetworkPlan(pair.network)
    plan.touch(repeatElement(RoutedPair.listenerAddress, count: size), from: pair.speaker)
    plan.talk(from: pair.speaker, to: RoutedPair.listenerAddress, traffic: traffic)
    return plan
  }
}

/// Two hosts with a router between them.
private struct RoutedPair {
  /// Where the networks begin that nobody here is on.
  static let elsewhere = IPv4Address(20, 0, 0, 0)
  static let listenerAddress = IPv4Address(10, 2, 0, 2)
  var network = NetworkBuilder()
  let speaker: DeviceID

  init(routes: [IPv4Prefix] = [], masqueradesBy ports: [PortNumber] = [], rules: [PacketFilter.Rule] = []) {
    let router = network.router(
      "rtr", [.made(IPv4Address(10, 1, 0, 1), 16), .made(IPv4Address(10, 2, 0, 1), 16)],
      routes: routes.map { ($0, RoutedPair.listenerAddress) }, masqueradesBy: ports, rules: rules)
    speaker = network.host("a", .made(IPv4Address(10, 1, 0, 2), 16), gateway: IPv4Address(10, 1, 0, 1))
    let listener = network.host(
      "b", .made(RoutedPair.listenerAddress, 16), gateway: IPv4Address(10, 2, 0, 1),
      services: [UDPEcho(port: 7), UDPDiscard(port: 9)])
    for host in [speaker, listener] { network.link(host, router, .tenMicroseconds) }
  }

  func plan(traffic: Int) -> NetworkPlan {
    var plan = NetworkPlan(network)
    plan.talk(from: speaker, to: RoutedPair.listenerAddress, traffic: traffic)
    return plan
  }
}
