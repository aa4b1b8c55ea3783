import Devices
import Packets
import Simulation

/// W9-nat: a hundred clients ask a server over and over through a router that masquerades, each time from another port.
///
/// A hundred connections begin each second and each is kept for thirty, so that the router knows about three thousand at
/// a time, however many there have been.
package enum TranslationChurn: Workload {
  package static let word = "W9-nat"
  package static let sizeMeans = "connections, a hundred or a multiple of that"
  package static let defaultSize = 10_000
  private static let clients = 100

  package static func plan(size: Int) -> NetworkPlan {
    var network = NetworkBuilder()
    let server = IPv4Address(198, 51, 100, 80)
    let first = IPv4Address(10, 0, 0, 2)
    let bridge = network.bridge("sw", ports: clients + 1)
    let hosts = (0..<clients).map { number in
      network.host("c\(number + 1)", .made(first.place(number), 24), gateway: IPv4Address(10, 0, 0, 1))
    }
    let router = network.router(
      "rtr", [.made(IPv4Address(10, 0, 0, 1), 24), .made(IPv4Address(198, 51, 100, 1), 24)], masqueradesBy: [1])
    let target = network.host("srv", .made(server, 24), services: [UDPEcho(port: 7)])
    let cable = LinkConfiguration(delay: .microseconds(10), rate: 1_000_000_000)
    for host in hosts { network.link(host, bridge, cable) }
    network.link(router, bridge, cable)
    network.link(router, target, cable)

    var plan = NetworkPlan(network)
    plan.isTranslated = true
    let rounds = max(1, size / clients)
    for (number, host) in hosts.enumerated() {
      var command = UDPCommand(.address(server), port: 7)
      command.source = .fresh
      command.schedule = Schedule(
        count: rounds, every: .seconds(1), after: .milliseconds(10) * UInt64(number))
      plan.commands.append((host, command))
    }
    plan.expected = UInt64(rounds * clients) * 2
    return plan
  }
}
