import Devices
import Packets
import Simulation

/// W5: hosts at the leaves of a tree of switches with 32 ports each; each of the first half asks its partner half the tree away.
package enum SwitchTree: Workload {
  package static let word = "W5"
  package static let sizeMeans = "hosts"
  package static let defaultSize = 1000
  static let ports = 32

  package static func plan(size: Int) -> NetworkPlan {
    var network = NetworkBuilder()
    let cable = LinkConfiguration(delay: .microseconds(1), rate: 1_000_000_000)
    let first = IPv4Address(10, 0, 0, 1)
    var level = (0..<size).map { number in
      network.host("h\(number + 1)", .made(first.place(number), 8), services: [UDPEcho(port: 7)])
    }
    let hosts = level
    var depth = 0
    while level.count > 1 {
      depth += 1
      // A root may use every port; any other switch keeps one for the way up.
      let width = level.count <= ports ? ports : ports - 1
      var switches: [DeviceID] = []
      for start in stride(from: 0, to: level.count, by: width) {
        let below = level[start..<min(start + width, level.count)]
        let bridge = network.bridge("s\(depth)-\(switches.count + 1)", ports: below.count + (width == ports ? 0 : 1))
        for device in below { network.link(device, bridge, cable) }
        switches.append(bridge)
      }
      level = switches
    }
    var plan = NetworkPlan(network)
    for (number, host) in hosts.prefix(size / 2).enumerated() {
      var command = UDPCommand(.address(first.place(number + size / 2)), port: 7)
      command.size = 512
      command.schedule = Schedule(after: .microseconds(10) * UInt64(number))
      plan.commands.append((host, command))
    }
    plan.expected = UInt64(size / 2) * 2
    return plan
  }
}
