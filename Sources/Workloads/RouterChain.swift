import Devices
import Packets
import Protocols
import Simulation

/// W3: a stream of datagrams from a host over eight routers to another.
package enum RouterChain: Workload {
  package static let word = "W3"
  package static let sizeMeans = "datagrams"
  package static let defaultSize = 100_000
  package static let routers = 8

  package static func plan(size: Int) -> NetworkPlan {
    var network = NetworkBuilder()
    let ends = (networkNumber(0), networkNumber(routers))
    let sender = network.host("a", .made(station(2, of: 0), 24), gateway: station(1, of: 0))
    let chain = (1...routers).map { number in
      var routes: [(to: IPv4Prefix, via: IPv4Address)] = []
      if number > 1 { routes.append((ends.0, station(1, of: number - 1))) }
      if number < routers { routes.append((ends.1, station(2, of: number))) }
      // Each router has .2 on the network before it, but for the first, and .1 on the one behind.
      let before = station(number == 1 ? 1 : 2, of: number - 1)
      return network.router("r\(number)", [.made(before, 24), .made(station(1, of: number), 24)], routes: routes)
    }
    let receiver = network.host(
      "b", .made(station(2, of: routers), 24), gateway: station(1, of: routers), services: [UDPDiscard(port: 9)])
    let cable = LinkConfiguration(delay: .microseconds(10), rate: 1_000_000_000)
    for (one, other) in zip([sender] + chain, chain + [receiver]) { network.link(one, other, cable) }

    var plan = NetworkPlan(network)
    var command = StreamCommand(
      .address(station(2, of: routers)), port: 9, Schedule(count: size, every: .microseconds(10)))
    command.size = 512
    plan.commands = [(sender, command)]
    plan.expected = UInt64(size)
    return plan
  }

  private static func station(_ number: UInt8, of network: Int) -> IPv4Address {
    IPv4Address(10, 0, UInt8(network), number)
  }

  private static func networkNumber(_ number: Int) -> IPv4Prefix {
    InterfaceAddress.made(station(0, of: number), 24).prefix
  }
}
