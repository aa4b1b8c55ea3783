import Devices
import Packets
import Protocols
import Simulation

/// W6: two bulk transfers over TCP from two hosts to two others, over one slow and long link between two routers.
package enum BulkFlows: Workload {
  package static let word = "W6"
  package static let sizeMeans = "milliseconds that are sent"
  package static let defaultSize = 10_000
  private static let port: UInt16 = 5001

  package static func plan(size: Int) -> NetworkPlan {
    var network = NetworkBuilder()
    let senders = (0..<2).map { number in
      network.host("a\(number + 1)", .made(station(2, of: number), 24), gateway: station(1, of: number))
    }
    let here = network.router(
      "r1", [.made(station(1, of: 0), 24), .made(station(1, of: 1), 24), .made(station(1, of: 2), 24)],
      routes: [3, 4].map { (networkNumber($0), station(2, of: 2)) })
    let there = network.router(
      "r2", [.made(station(2, of: 2), 24), .made(station(1, of: 3), 24), .made(station(1, of: 4), 24)],
      routes: [0, 1].map { (networkNumber($0), station(1, of: 2)) })
    let receivers = (0..<2).map { number in
      network.host(
        "b\(number + 1)", .made(station(2, of: 3 + number), 24), gateway: station(1, of: 3 + number),
        services: [TCPListener(port: port)])
    }
    let cable = LinkConfiguration(delay: .microseconds(10), rate: 10_000_000_000)
    for sender in senders { network.link(sender, here, cable) }
    network.link(here, there, LinkConfiguration(delay: .milliseconds(10), rate: 1_000_000_000))
    for receiver in receivers { network.link(there, receiver, cable) }

    var plan = NetworkPlan(network)
    for (number, sender) in senders.enumerated() {
      let target = Target.address(station(2, of: 3 + number))
      plan.commands.append(
        (sender, TransferCommand(target, port: port, .duration(.milliseconds(UInt64(size))))))
    }
    // Half of what the slow link takes, once the flows have found out: 81 full segments a millisecond, and
    // acknowledgments come on top.
    plan.expected = UInt64(max(0, size - 500)) * 40
    plan.countsAtLeast = true
    return plan
  }

  private static func station(_ number: UInt8, of network: Int) -> IPv4Address {
    IPv4Address(10, 0, UInt8(network), number)
  }

  private static func networkNumber(_ number: Int) -> IPv4Prefix {
    InterfaceAddress.made(station(0, of: number), 24).prefix
  }
}
