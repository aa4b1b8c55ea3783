import Packets
import Protocols
import Simulation
import Testing

/// A client with its chance; the server's half is written by hand.
struct DHCPClientBench {
  static let hardware = MACAddress(rawValue: 0x000c_2900_0001)
  static let server = IPv4Address(192, 168, 1, 254)
  static let address = IPv4Address(192, 168, 1, 128)

  var client: DHCPClient
  var random = RandomSource(seed: 1)

  init(_ change: (inout DHCPClient.Configuration) -> Void = { _ in }) {
    var configuration = DHCPClient.Configuration(hardwareAddress: Self.hardware, hostName: "vm1")
    change(&configuration)
    client = DHCPClient(configuration)
  }

  mutating func acquire(_ now: Instant) -> [DHCPClient.Action] { client.acquire(now: now, random: &random) }
  mutating func fire(_ now: Instant) -> [DHCPClient.Action] { client.timerFired(now: now, random: &random) }

  mutating func receive(
    _ kind: DHCPMessage.Kind, _ transaction: UInt32, _ now: Instant, from sender: IPv4Address = DHCPClientBench.server,
    _ change: (inout DHCPMessage) -> Void = { _ in }
  ) -> [DHCPClient.Action] {
    var message = DHCPMessage(
      operation: 2, transaction: transaction, clientHardware: Self.hardware,
      options: [.messageType(kind), .serverIdentifier(sender)])
    if kind != .nak {
      message.yourAddress = Self.address
      message.options += [
        .leaseTime(1800), .subnetMask(IPv4Address(255, 255, 255, 0)), .routers([IPv4Address(192, 168, 1, 2)]),
      ]
    }
    change(&message)
    return client.receive(message, from: sender, now: now, random: &random)
  }

  /// The whole walk at one moment.
  mutating func bind(_ now: Instant) {
    let discover = acquire(now).message
    _ = receive(.offer, discover?.transaction ?? 0, now)
    _ = receive(.ack, discover?.transaction ?? 0, now)
  }
}

extension [DHCPClient.Action] {
  var message: DHCPMessage? {
    for case .send(let message, _) in self { return message }
    return nil
  }
  var destination: DHCPClient.Destination? {
    for case .send(_, let destination) in self { return destination }
    return nil
  }
  var timer: TimeSpan? {
    for case .setTimer(let span) in self { return span }
    return nil
  }
  var lease: DHCPLease? {
    for case .configure(let lease) in self { return lease }
    return nil
  }
}
