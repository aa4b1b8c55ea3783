import Devices
import Packets
import Simulation

/// A small network of which one part grows while two hosts talk over it: what a hop costs must not grow with it.
package protocol Slope: Sendable {
  static var word: String { get }
  /// What `--size` counts, for the help text.
  static var sizeMeans: String { get }
  /// The two sizes that the tests compare.
  static var sizes: (small: Int, large: Int) { get }
  /// `traffic` is how many datagrams one of the two sends to the other, which echoes each.
  static func plan(size: Int, traffic: Int) -> NetworkPlan
}

/// Every slope there is. How the event queue bears many events is W1's to tell.
package let slopes: [any Slope.Type] = [
  BridgePorts.self, RouterInterfaces.self, RoutesOfOneLength.self, RoutesOfTenLengths.self, FilterRules.self,
  TranslatedConnections.self, Neighbors.self,
]

extension NetworkPlan {
  /// Has `speaker` send that many datagrams to `address`, one every ten microseconds, and an echo come back for each.
  ///
  /// The talk begins when what the network needs before has long been done, and ends before anybody's ARP entry is old.
  mutating func talk(from speaker: DeviceID, to address: IPv4Address, traffic: Int) {
    var command = UDPCommand(.address(address), port: 7)
    command.size = 512
    command.schedule = Schedule(count: traffic, every: .microseconds(10), after: .seconds(3))
    commands.append((speaker, command))
    expected += 2 * UInt64(traffic)
  }

  /// Has `speaker` send one datagram to each address, a microsecond apart, from a port of its own that stays open until
  /// all are sent.
  mutating func touch(_ addresses: some Sequence<IPv4Address>, from speaker: DeviceID) {
    for (number, address) in addresses.enumerated() {
      let schedule = Schedule(count: 1, every: .seconds(1), after: .microseconds(1) * UInt64(number + 1))
      commands.append((speaker, StreamCommand(.address(address), port: 9, schedule)))
      expected += 1
    }
  }
}

extension LinkConfiguration {
  /// Ten microseconds long, and nothing ever waits for it.
  static let tenMicroseconds = LinkConfiguration(delay: .microseconds(10))
}

extension IPv4Prefix {
  /// The block of `length` bits that holds `address`.
  static func made(_ address: IPv4Address, _ length: Int) -> IPv4Prefix {
    InterfaceAddress.made(address, length).prefix
  }
}
