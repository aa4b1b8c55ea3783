import Packets
import Simulation

/// The server's half of RFC 2131 for one interface, and for networks behind relay agents.
///
/// What distinguishes one daemon from another is configuration. While an address is being checked other clients wait,
/// because the daemons it follows do nothing else meanwhile.
public struct DHCPServer: Sendable {
  public enum Destination: Hashable, Sendable {
    /// To port 68 of everybody on the link.
    case broadcast
    /// To port 68 of an address its owner cannot answer ARP for yet.
    case hardware(MACAddress, IPv4Address)
    /// To port 68 of an address in use.
    case unicast(IPv4Address)
    /// To port 67 of the relay agent.
    case relay(IPv4Address)
  }

  public enum Action: Hashable, Sendable {
    case send(DHCPMessage, to: Destination)
    /// Ask by ARP or ping who has the address and call `checked` after `wait`, or when somebody answers.
    case check(IPv4Address, wait: TimeSpan)
    /// For the journal: a lease given or renewed.
    case leased(IPv4Address, to: MACAddress, for: TimeSpan)
    /// The names that the client of a lease has while it lasts.
    case named([DomainName], IPv4Address, for: TimeSpan)
    /// For the journal: a lease given back or declined.
    case released(IPv4Address, by: MACAddress)
    /// The client gets no answer.
    case silent(DropReason)
  }

  public let configuration: Configuration
  let networks: DHCPNetworks
  var leases: DHCPLeaseTable
  /// Looked up, never iterated: the places of reservations.
  var reservationOfHardware: [MACAddress: Int] = [:]
  var reservationOfAddress: [IPv4Address: Int] = [:]
  /// Until when a reservation is not served, because its client declined the address.
  var declinedUntil: [IPv4Address: Instant] = [:]
  /// By network, what its clients declined or others were found to have; shifts the hash.
  var epochs: [UInt32]
  /// By network, the relay agent its clients were last heard through.
  var agents: [IPv4Address?]
  var checks = DHCPCheckMemory()
  /// The offer that waits for its check, and what came meanwhile, in order.
  var pending: Search?
  var waiting: [(message: DHCPMessage, isUnicast: Bool)] = []

  public init(_ configuration: Configuration) {
    self.configuration = configuration
    let all = [Network(configuration.prefix, pool: configuration.pool)] + configuration.relayed
    networks = DHCPNetworks(all.map(\.prefix))
    leases = DHCPLeaseTable(pools: all.map(\.pool), networks)
    epochs = Array(repeating: 0, count: all.count)
    agents = Array(repeating: nil, count: all.count)
    for (index, reservation) in configuration.reservations.enumerated() {
      // The first of two that claim the same wins.
      guard reservationOfAddress[reservation.address] == nil,
        reservationOfHardware[reservation.hardwareAddress] == nil
      else { continue }
      reservationOfHardware[reservation.hardwareAddress] = index
      reservationOfAddress[reservation.address] = index
      leases.exclude(reservation.address)
    }
    leases.exclude(configuration.serverAddress)
    if let router = configuration.router { leases.exclude(router) }
    for network in all {
      if let router = network.router { leases.exclude(router) }
      guard network.prefix.length < 31 else { continue }
      leases.exclude(network.prefix.network)
      leases.exclude(network.prefix.broadcast)
    }
    guard configuration.allocation == .hashOfHardwareAddress else { return }
    for network in all { excludeEndsOfClassC(network.pool) }
  }

  /// Some stacks take .0 and .255 of a class C network for broadcast even inside a larger block.
  private mutating func excludeEndsOfClassC(_ pool: ClosedRange<IPv4Address>?) {
    guard let pool else { return }
    var block = pool.lowerBound.rawValue & ~255
    while block <= pool.upperBound.rawValue {
      if block >> 29 == 0b110 {
        leases.exclude(IPv4Address(rawValue: block))
        leases.exclude(IPv4Address(rawValue: block | 255))
      }
      let (next, overflow) = block.addingReportingOverflow(256)
      guard !overflow else { return }
      block = next
    }
  }

  /// Takes a message that came to port 67.
  ///
  /// - Parameter isUnicast: Whether it was sent to the server alone and not to everybody.
  public mutating func receive(
    _ message: DHCPMessage, isUnicast: Bool, now: Instant, random: inout RandomSource
  ) -> [Action] {
    guard message.operation == 1, let kind = message.kind, !message.clientHardware.isGroup,
      message.clientHardware != .zero
    else { return [.silent(.badRequest)] }
    guard pending == nil else {
      guard waiting.count < DHCPServer.waitingLimit else { return [.silent(.queueFull)] }
      waiting.append((message, isUnicast))
      return []
    }
    leases.expire(now)
    if !message.relayAgent.isAny, let network = networks.place(of: message.relayAgent) {
      agents[network] = message.relayAgent
    }
    switch kind {
    case .discover: return discover(message, now)
    case .request: return request(message, isUnicast: isUnicast, now, &random)
    case .decline: return decline(message, now)
    case .release: return release(message, now)
    case .inform: return [.send(information(message), to: destination(of: message))]
    case .offer, .ack, .nak: return [.silent(.badRequest)]
    }
  }

  /// About what the receive buffer of a Linux socket holds.
  static let waitingLimit = 256

  /// What the check found; goes on with the offer and with the clients that waited.
  public mutating func checked(
    _ address: IPv4Address, isFree: Bool, now: Instant, random: inout RandomSource
  ) -> [Action] {
    guard let search = pending, search.address == address else { return [] }
    pending = nil
    leases.expire(now)
    var actions = isFree ? found(search, now) : passOver(search, now)
    while pending == nil, !waiting.isEmpty {
      let (message, isUnicast) = waiting.removeFirst()
      actions += receive(message, isUnicast: isUnicast, now: now, random: &random)
    }
    return actions
  }

  /// The daemon was ended and started again: leases stand in its file, but what waited is gone.
  public mutating func restart() {
    if let search = pending { end(search) }
    pending = nil
    waiting = []
    checks = DHCPCheckMemory()
  }

  /// The address `hardware` holds now.
  public func address(of hardware: MACAddress, now: Instant) -> IPv4Address? {
    leases.bound(DHCPClientKey.hardware(hardware), now)
  }
}
