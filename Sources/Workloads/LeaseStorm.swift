import Devices
import Packets
import Protocols
import Simulation

/// W9-dhcp: clients without an address, of which ten thousand ask for one in each second; the one server, which checks none,
/// hears them through the relay agent of a router that has an interface for each of their switches.
///
/// What a client says goes to everybody at its switch, so that the work grows with the clients and not with their square.
package enum LeaseStorm: Workload {
  package static let word = "W9-dhcp"
  package static let sizeMeans = "clients"
  package static let defaultSize = 1000
  /// At a switch with 24 ports, one of which leads to the router.
  private static let clientsAtSwitch = 23
  /// From the question of one to that of the next: longer than ARP takes, or all but a hundred would be lost to it.
  private static let interval = TimeSpan.microseconds(100)

  package static func plan(size: Int) -> NetworkPlan {
    var network = NetworkBuilder()
    let cable = LinkConfiguration(delay: .microseconds(10))
    let server = IPv4Address(10, 255, 0, 2)
    let gateway = IPv4Address(10, 255, 0, 1)
    let groups = (size + clientsAtSwitch - 1) / clientsAtSwitch
    let clients = (0..<size).map { network.host("c\($0 + 1)") }
    let switches = (0..<groups).map { number in
      network.bridge("sw\(number + 1)", ports: min(clientsAtSwitch, size - number * clientsAtSwitch) + 1)
    }
    let relay = DHCPRelay.Configuration(servers: [server])
    let router = network.router(
      "rtr", (0..<groups).map { .made(station(1, of: $0), 24) } + [.made(gateway, 24)],
      services: [LeaseRelay(relay, on: (0..<groups).map { "eth\($0)" })])
    let leases = network.host("srv", .made(server, 24), gateway: gateway) { network in
      [LeaseServer(configuration(server, groups), on: "eth0", origin: network.origin())]
    }
    for (number, client) in clients.enumerated() { network.link(client, switches[number / clientsAtSwitch], cable) }
    for device in switches { network.link(device, router, cable) }
    network.link(router, leases, cable)

    var plan = NetworkPlan(network)
    plan.commands = clients.enumerated().map { number, client in
      (client, DHCPCommand(.acquire, after: interval * UInt64(number)))
    }
    // Each of four messages is taken in by the relay agent and by the server or the client.
    plan.expected = UInt64(size) * 8
    return plan
  }

  private static func configuration(_ server: IPv4Address, _ groups: Int) -> DHCPServer.Configuration {
    var configuration = DHCPServer.Configuration(
      pool: nil, prefix: InterfaceAddress.made(server, 24).prefix, serverAddress: server)
    configuration.router = server
    configuration.relayed = (0..<groups).map { number in
      DHCPServer.Network(
        InterfaceAddress.made(station(1, of: number), 24).prefix,
        pool: station(2, of: number)...station(254, of: number))
    }
    return configuration
  }

  private static func station(_ number: UInt8, of network: Int) -> IPv4Address {
    IPv4Address(10, UInt8(network >> 8), UInt8(network & 255), number)
  }
}
