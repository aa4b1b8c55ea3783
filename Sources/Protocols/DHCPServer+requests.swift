import Packets
import Simulation

extension DHCPServer {
  /// RFC 2131, 4.3.1: reserved, held now, held before, asked for, and only then any.
  mutating func discover(_ message: DHCPMessage, _ now: Instant) -> [Action] {
    let client = DHCPClientKey(message)
    guard let network = network(of: message) else { return [.silent(.noFreeAddress)] }
    if let reservation = reservation(message.clientHardware, in: network) {
      if now >= declinedUntil[reservation.address] ?? .start, !isLeased(reservation.address, toOtherThan: client) {
        return [offer(reservation.address, to: message, now)]
      }
    } else if let held = leases.address(of: client), leases.entry(held)?.client == client,
      networks.place(of: held) == network
    {
      return [offer(held, to: message, now)]
    }
    return search(message, in: network, now)
  }

  /// RFC 2131, 4.3.2: who names a server chose it; who names itself renews; who names neither came back.
  mutating func request(
    _ message: DHCPMessage, isUnicast: Bool, _ now: Instant, _ random: inout RandomSource
  ) -> [Action] {
    let client = DHCPClientKey(message)
    if let server = message.serverIdentifier {
      guard server == configuration.serverAddress else { return foreignRequest(message, client) }
      guard let address = message.requestedAddress else { return [.silent(.badRequest)] }
      // What it held before it gives up by choosing another.
      if let held = leases.bound(client, now), held != address { leases.free(held) }
      return settle(address, message, client, now, isSelecting: true)
    }
    let held = leases.bound(client, now)
    guard message.clientAddress.isAny else {
      let address = message.clientAddress
      guard held == nil ? configuration.isAuthoritative : held == address else {
        // To everybody it may be said of another server's lease; said to this one alone it is a mistake.
        return isUnicast ? refusal(message, because: "lease not found") : [.silent(.notOurServer)]
      }
      return settle(
        address, message, client, now, isUnicast: isUnicast, early: earliness(message, &random))
    }
    guard let address = message.requestedAddress else { return [.silent(.badRequest)] }
    guard held != nil || configuration.isAuthoritative else { return [.silent(.notOurServer)] }
    guard held == nil || held == address else { return refusal(message, because: "wrong address") }
    return settle(address, message, client, now)
  }

  private mutating func foreignRequest(_ message: DHCPMessage, _ client: DHCPClientKey) -> [Action] {
    if let held = leases.address(of: client), leases.entry(held)?.standing == .offered { leases.free(held) }
    return configuration.refusesForeignRequests
      ? refusal(message, because: "wrong server-ID") : [.silent(.notOurServer)]
  }

  /// RFC 2131, 4.3.3. A reserved address is not served for a while; the owner is told so that an operator learns of it.
  mutating func decline(_ message: DHCPMessage, _ now: Instant) -> [Action] {
    guard message.serverIdentifier == configuration.serverAddress, let network = network(of: message) else {
      return [.silent(.notOurServer)]
    }
    guard let address = message.requestedAddress else { return [.silent(.badRequest)] }
    let isHeld = leases.entry(address)?.client == DHCPClientKey(message)
    if isHeld { leases.forget(address) }
    if reservation(message.clientHardware, in: network)?.address == address {
      declinedUntil[address] = now + configuration.declineTime
      return [.released(address, by: message.clientHardware)]
    }
    switch configuration.allocation {
    case .ascending: if isHeld { leases.block(address, until: now + configuration.declineTime) }
    case .hashOfHardwareAddress: epochs[network] &+= 1
    }
    return isHeld ? [.released(address, by: message.clientHardware)] : [.silent(.unexpected)]
  }

  /// RFC 2131, 4.3.4: the address is free at once, the client remembered.
  mutating func release(_ message: DHCPMessage, _ now: Instant) -> [Action] {
    guard message.serverIdentifier == configuration.serverAddress else { return [.silent(.notOurServer)] }
    let address = message.clientAddress
    guard leases.bound(DHCPClientKey(message), now) == address else { return [.silent(.unexpected)] }
    leases.free(address)
    return [.released(address, by: message.clientHardware)]
  }

  /// Offers the address, and keeps it for the client where offers are kept.
  mutating func offer(_ address: IPv4Address, to message: DHCPMessage, _ now: Instant) -> Action {
    let client = DHCPClientKey(message)
    if configuration.allocation == .ascending, leases.bound(client, now) != address {
      leases.set(address, .offered, for: client, message.clientHardware, until: now + configuration.offerTime)
    }
    let answer = answer(.offer, address, to: message, for: duration(for: message))
    return .send(answer, to: destination(of: message, address))
  }

  /// Grants the address or says why not.
  private mutating func settle(
    _ address: IPv4Address, _ message: DHCPMessage, _ client: DHCPClientKey, _ now: Instant,
    isSelecting: Bool = false, isUnicast: Bool = false, early: UInt64 = 0
  ) -> [Action] {
    if let obstacle = obstacle(to: address, message, client, now, isSelecting: isSelecting) {
      return refusal(message, because: obstacle, isUnicast: isUnicast && obstacle != DHCPServer.wrongNetwork)
    }
    let duration = duration(for: message)
    leases.set(address, .bound, for: client, message.clientHardware, until: now + duration)
    let answer = answer(.ack, address, to: message, for: duration, early: early)
    var actions: [Action] = [
      .send(answer, to: destination(of: message, address)),
      .leased(address, to: message.clientHardware, for: duration),
    ]
    let names = names(of: message)
    if !names.isEmpty { actions.append(.named(names, address, for: duration)) }
    return actions
  }

  private static let wrongNetwork = "wrong network"

  /// Why the client cannot have the address, in dnsmasq's words and order.
  private func obstacle(
    to address: IPv4Address, _ message: DHCPMessage, _ client: DHCPClientKey, _ now: Instant, isSelecting: Bool
  ) -> String? {
    guard let network = network(of: message), networks.place(of: address) == network else {
      return DHCPServer.wrongNetwork
    }
    let reservation = reservation(message.clientHardware, in: network)
    let isReserved = reservation?.address == address
    guard isReserved || leases.isInPool(address, of: network) || reservationOfAddress[address] != nil else {
      return "address not available"
    }
    if let reservation, !isReserved, !isSelecting, now >= declinedUntil[reservation.address] ?? .start,
      !isLeased(reservation.address, toOtherThan: client)
    {
      return "static lease available"
    }
    if reservationOfAddress[address] != nil, !isReserved { return "address reserved" }
    if isLeased(address, toOtherThan: client) { return "address in use" }
    if leases.bound(client, now) == nil, leases.boundCount >= configuration.leaseLimit { return "no leases left" }
    return nil
  }

  private func isLeased(_ address: IPv4Address, toOtherThan client: DHCPClientKey) -> Bool {
    guard let entry = leases.entry(address) else { return false }
    return entry.client != client
  }

  /// The network of a client: that of the relay agent it was heard through (RFC 2131, 4.3.1), or else that of the address
  /// it has, since a lease that came by a relay is renewed without it; a stranger's is the link's own.
  func network(of message: DHCPMessage) -> Int? {
    if !message.relayAgent.isAny { return networks.place(of: message.relayAgent) }
    guard message.kind == .request || message.kind == .release, message.requestedAddress == nil,
      !message.clientAddress.isAny
    else { return 0 }
    return networks.place(of: message.clientAddress) ?? 0
  }

  /// Renewals are told slightly early times, by a chance of 16 bits of seconds and at most a sixteenth of the lease, so that
  /// clients spread (dnsmasq, `rand16`).
  private func earliness(_ message: DHCPMessage, _ random: inout RandomSource) -> UInt64 {
    guard configuration.sendsRenewalTimes else { return 0 }
    let duration = duration(for: message)
    guard duration != .endless else { return 0 }
    var early = random.below(1 << 16)
    while early > duration.nanoseconds / 1_000_000_000 / 16 { early /= 2 }
    return early
  }
}
