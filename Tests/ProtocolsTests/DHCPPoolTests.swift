import Packets
import Protocols
import Simulation
import Testing

/// The range at the edges of its words, seen through the server that uses it.
@Suite("DHCP pool") struct DHCPPoolTests {
  private func leases(_ count: Int, of size: Int) throws -> [IPv4Address?] {
    let prefix = try #require(IPv4Prefix("10.0.0.0/8"))
    let first = IPv4Address(10, 1, 0, 0)
    let last = try #require(first.advanced(by: size - 1))
    let ours = IPv4Address(10, 0, 0, 1)
    var server = DHCPServer(.init(pool: first...last, prefix: prefix, serverAddress: ours))
    var random = RandomSource(seed: 1)
    return (0..<count).map { client in
      var message = DHCPMessage(
        operation: 1, transaction: 1, clientHardware: MACAddress(rawValue: UInt64(client) + 1),
        options: [.messageType(.discover)])
      let actions = server.receive(message, isUnicast: false, now: .start, random: &random)
      guard case .send(let offer, _)? = actions.first else { return nil }
      message.options = [
        .messageType(.request), .serverIdentifier(ours), .requestedAddress(offer.yourAddress),
      ]
      guard case .send(let ack, _)? = server.receive(message, isUnicast: false, now: .start, random: &random).first
      else {
        return nil
      }
      return ack.yourAddress
    }
  }

  @Test(
    "hands out each address once, lowest first, and then none", arguments: [1, 63, 64, 65, 4095, 4096, 4097])
  func sizes(size: Int) throws {
    let first = IPv4Address(10, 1, 0, 0)
    let expected = (0..<size).map { first.advanced(by: $0) } + [nil]
    #expect(try leases(size + 1, of: size) == expected)
  }
}
