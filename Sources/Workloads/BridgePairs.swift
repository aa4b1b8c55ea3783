import Devices
import Packets
import Simulation

/// W2: hosts on one learning bridge, each of the first half echoing UDP with its partner of the second half.
package enum BridgePairs: Workload {
  package static let word = "W2"
  package static let sizeMeans = "hosts on the bridge"
  package static let defaultSize = 64

  package static func plan(size: Int) -> NetworkPlan {
    var network = NetworkBuilder()
    let bridge = network.bridge("sw", ports: size)
    let first = IPv4Address(10, 0, 0, 1)
    let hosts = (0..<size).map { number in
      network.host(
        "h\(number + 1)", .made(first.place(number), 16), services: [UDPEcho(port: 7)])
    }
    for host in hosts { network.link(host, bridge, LinkConfiguration(rate: 1_000_000_000)) }
    var plan = NetworkPlan(network)
    for pair in 0..<size / 2 {
      var command = UDPCommand(.address(first.place(size / 2 + pair)), port: 7)
      command.size = 512
      command.schedule = Schedule(count: 100, every: .milliseconds(1), after: .microseconds(13) * UInt64(pair))
      plan.commands.append((hosts[pair], command))
    }
    plan.expected = UInt64(size / 2) * 200
    return plan
  }
}
