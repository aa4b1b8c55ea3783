import Devices
import Packets
import Simulation

/// Two hosts talk over a bridge whose other ports lead to hosts with nothing to say.
package enum BridgePorts: Slope {
  package static let word = "ports"
  package static let sizeMeans = "ports of a bridge"
  package static let sizes = (small: 8, large: 800)

  package static func plan(size: Int, traffic: Int) -> NetworkPlan {
    var network = NetworkBuilder()
    let bridge = network.bridge("sw", ports: size)
    let first = IPv4Address(10, 0, 0, 1)
    let hosts = (0..<size).map { number in
      network.host("h\(number + 1)", .made(first.place(number), 16), services: [UDPEcho(port: 7)])
    }
    for host in hosts { network.link(host, bridge, .tenMicroseconds) }
    var plan = NetworkPlan(network)
    plan.talk(from: hosts[size - 2], to: first.place(size - 1), traffic: traffic)
    return plan
  }
}

/// A host talks to the last of many neighbours. All of them are addresses of one machine, so that each costs one question.
package enum Neighbors: Slope {
  package static let word = "neighbors"
  package static let sizeMeans = "neighbours that a host has spoken to"
  package static let sizes = (small: 10, large: 1000)

  package static func plan(size: Int, traffic: Int) -> NetworkPlan {
    var network = NetworkBuilder()
    let addresses = (0..<size).map { IPv4Address(10, 0, 1, 0).place($0) }
    let speaker = network.host("a", .made(IPv4Address(10, 0, 0, 1), 8))
    let others = network.host(
      "b", .made(IPv4Address(10, 0, 0, 2), 8), owns: addresses, services: [UDPEcho(port: 7), UDPDiscard(port: 9)])
    network.link(speaker, others, .tenMicroseconds)
    var plan = NetworkPlan(network)
    plan.touch(addresses, from: speaker)
    plan.talk(from: speaker, to: addresses[size - 1], traffic: traffic)
    return plan
  }
}

/// Two hosts talk over a router whose other interfaces lead to hosts with nothing to say.
package enum RouterInterfaces: Slope {
  package static let word = "interfaces"
  package static let sizeMeans = "interfaces of a router"
  package static let sizes = (small: 10, large: 1000)

  package static func plan(size: Int, traffic: Int) -> NetworkPlan {
    var network = NetworkBuilder()
    func address(_ station: Int, of number: Int) -> IPv4Address {
      IPv4Address(10, 0, 0, 0).place(number << 8 + station)
    }
    let router = network.router("rtr", (0..<size).map { .made(address(1, of: $0), 24) })
    let hosts = (0..<size).map { number in
      network.host(
        "h\(number + 1)", .made(address(2, of: number), 24), gateway: address(1, of: number),
        services: [UDPEcho(port: 7)])
    }
    for host in hosts { network.link(host, router, .tenMicroseconds) }
    var plan = NetworkPlan(network)
    plan.talk(from: hosts[size - 2], to: address(2, of: size - 1), traffic: traffic)
    return plan
  }
}
