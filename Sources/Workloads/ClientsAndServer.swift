import Devices
import Packets
import Protocols
import Simulation

/// W4: clients, each on a network of its own, and a server on another; a router with an interface for each joins them.
package enum ClientsAndServer: Workload {
  package static let word = "W4"
  package static let sizeMeans = "clients"
  package static let defaultSize = 100

  package static func plan(size: Int) -> NetworkPlan { plan(size: size, rules: []) }

  /// With rules, the router also hides the clients behind its address.
  static func plan(size: Int, rules: [PacketFilter.Rule]) -> NetworkPlan {
    var network = NetworkBuilder()
    let server = IPv4Address(10, 255, 0, 2)
    let clients = (0..<size).map { number in
      network.host("c\(number + 1)", .made(station(2, of: number), 24), gateway: station(1, of: number))
    }
    let addresses = (0..<size).map { InterfaceAddress.made(station(1, of: $0), 24) }
    let router = network.router(
      "rtr", addresses + [.made(IPv4Address(10, 255, 0, 1), 24)],
      masqueradesBy: rules.isEmpty ? [] : [PortNumber(size)], rules: rules, dropsOthers: !rules.isEmpty)
    let target = network.host(
      "srv", .made(server, 24), gateway: IPv4Address(10, 255, 0, 1), services: [UDPEcho(port: 7)])
    for client in clients {
      network.link(client, router, LinkConfiguration(delay: .microseconds(10), rate: 1_000_000_000))
    }
    network.link(target, router, LinkConfiguration(delay: .microseconds(10), rate: 10_000_000_000))

    var plan = NetworkPlan(network)
    for (number, client) in clients.enumerated() {
      var command = UDPCommand(.address(server), port: 7)
      command.size = 512
      command.schedule = Schedule(count: 100, every: .milliseconds(1), after: .microseconds(7) * UInt64(number))
      plan.commands.append((client, command))
    }
    plan.expected = UInt64(size) * 200
    return plan
  }

  private static func station(_ number: UInt8, of network: Int) -> IPv4Address {
    IPv4Address(10, UInt8(network >> 8), UInt8(network & 255), number)
  }
}
