import Packets
import Protocols
import Simulation
import Testing

/// A server with its chance, and clients written by hand.
struct DHCPServerBench {
  static let ours = IPv4Address(192, 168, 122, 1)
  static func host(_ last: UInt8) -> IPv4Address { IPv4Address(192, 168, 122, last) }
  static func mac(_ last: UInt64) -> MACAddress { MACAddress(rawValue: 0x5254_0000_0000 | last) }

  var server: DHCPServer
  var random = RandomSource(seed: 1)

  init(_ pool: ClosedRange<UInt8>? = 2...4, _ change: (inout DHCPServer.Configuration) -> Void = { _ in }) throws {
    let prefix = try #require(IPv4Prefix("192.168.122.0/24"))
    var configuration = DHCPServer.Configuration(
      pool: pool.map { Self.host($0.lowerBound)...Self.host($0.upperBound) }, prefix: prefix, serverAddress: Self.ours)
    change(&configuration)
    server = DHCPServer(configuration)
  }

  /// - Parameter isUnicast: To the server alone; what a relay agent sends always is.
  mutating func receive(
    _ kind: DHCPMessage.Kind, _ client: UInt64, _ now: Instant = .start, _ options: [DHCPOption] = [],
    isUnicast: Bool = false, _ change: (inout DHCPMessage) -> Void = { _ in }
  ) -> [DHCPServer.Action] {
    var message = DHCPMessage(
      operation: 1, transaction: UInt32(client), clientHardware: Self.mac(client),
      options: [.messageType(kind)] + options)
    change(&message)
    return server.receive(
      message, isUnicast: isUnicast || !message.relayAgent.isAny, now: now, random: &random)
  }

  /// DISCOVER and REQUEST at one moment; the address acknowledged.
  mutating func lease(_ client: UInt64, _ now: Instant = .start) -> IPv4Address? {
    guard let offered = receive(.discover, client, now).message?.yourAddress else { return nil }
    let actions = select(offered, client, now)
    return actions.message?.kind == .ack ? actions.message?.yourAddress : nil
  }

  mutating func select(_ address: IPv4Address, _ client: UInt64, _ now: Instant = .start) -> [DHCPServer.Action] {
    receive(.request, client, now, [.serverIdentifier(Self.ours), .requestedAddress(address)])
  }

  mutating func reboot(_ address: IPv4Address, _ client: UInt64, _ now: Instant = .start) -> [DHCPServer.Action] {
    receive(.request, client, now, [.requestedAddress(address)])
  }

  mutating func renew(_ address: IPv4Address, _ client: UInt64, _ now: Instant) -> [DHCPServer.Action] {
    receive(.request, client, now, isUnicast: true) { $0.clientAddress = address }
  }

  mutating func rebind(_ address: IPv4Address, _ client: UInt64, _ now: Instant) -> [DHCPServer.Action] {
    receive(.request, client, now) { $0.clientAddress = address }
  }

  mutating func decline(_ address: IPv4Address, _ client: UInt64, _ now: Instant = .start) -> [DHCPServer.Action] {
    receive(.decline, client, now, [.serverIdentifier(Self.ours), .requestedAddress(address)])
  }

  mutating func checked(_ address: IPv4Address, isFree: Bool, _ now: Instant) -> [DHCPServer.Action] {
    server.checked(address, isFree: isFree, now: now, random: &random)
  }
}

extension [DHCPServer.Action] {
  var message: DHCPMessage? {
    for case .send(let message, _) in self { return message }
    return nil
  }
  var destination: DHCPServer.Destination? {
    for case .send(_, let destination) in self { return destination }
    return nil
  }
  var refusal: String? {
    guard let options = message?.options, options.first == .messageType(.nak) else { return nil }
    for case .message(let text) in options { return text }
    return nil
  }
}
