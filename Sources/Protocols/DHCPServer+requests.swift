import Packets
import Simulation

extension DHCPServer {
  /// RFC 2131, 4.3.1: reserved, held now, held before, asked for, and only then any.
  mutating func discover(
    _ message: DHCPMessage, checks: Int, _ now: Instant, _ random: inout RandomSource
  ) -> [Action] {
    let client = DHCPClientKey(message)
    guard serves(message), checks < DHCPServer.checkLimit else { return [.silent(.noFreeAddress)] }
    if let reservation = reservation(message.clientHardware) {
      guard now >= declinedUntil[reservation.address] ?? .start else { return [.silent(.noFreeAddress)] }
      return [offer(reservation.address, to: message, now, &random)]
    }
    let old = leases.address(of: client)
    if let old, leases.entry(old)?.client == client { return [offer(old, to: message, now, &random)] }
    guard leases.boundCount < configuration.leaseLimit,
      let address = choice(for: message, client, old)
    else { return [.silent(.noFreeAddress)] }
    guard case .ping(let wait) = configuration.check else {
      return [offer(address, to: message, now, &random)]
    }
    pending = (message, address, checks + 1)
    return [.check(address, wait: wait)]
  }

  /// RFC 2131, 4.3.2: who names a server chose it; who names itself renews; who names neither came back.
  mutating func request(_ message: DHCPMessage, _ now: Instant, _ random: inout RandomSource) -> [Action] {
    let client = DHCPClientKey(message)
    if let server = message.serverIdentifier {
      guard server == configuration.serverAddress else {
        if let held = leases.address(of: client), leases.entry(held)?.standing == .offered {
          leases.free(held)
        }
        return configuration.refusesForeignRequests
          ? refusal(message, because: "wrong server-ID") : [.silent(.notOurServer)]
      }
      guard let address = message.requestedAddress else { return [.silent(.badRequest)] }
      return settle(address, message, client, now, early: 0)
    }
    let isRenewal = !message.clientAddress.isAny
    guard let address = isRenewal ? message.clientAddress : message.requestedAddress else {
      return [.silent(.badRequest)]
    }
    if let reservation = reservation(message.clientHardware), reservation.address != address {
      return refusal(message, because: "static lease available")
    }
    if let held = leases.bound(client, now), held != address {
      return refusal(message, because: "wrong address")
    }
    guard knows(message, client, now) || configuration.isAuthoritative else {
      return [.silent(.notOurServer)]
    }
    return settle(address, message, client, now, early: isRenewal ? earliness(message, &random) : 0)
  }

  /// RFC 2131, 4.3.3. A reserved address is not served for a while; the owner is told so that an operator learns of it.
  mutating func decline(_ message: DHCPMessage, _ now: Instant) -> [Action] {
    guard message.serverIdentifier ?? configuration.serverAddress == configuration.serverAddress else {
      return [.silent(.notOurServer)]
    }
    guard let address = message.requestedAddress else { return [.silent(.badRequest)] }
    if reservation(message.clientHardware)?.address == address {
      leases.forget(address)
      declinedUntil[address] = now + configuration.declineTime
      return [.released(address, by: message.clientHardware)]
    }
    guard let entry = leases.entry(address), entry.client == DHCPClientKey(message) else {
      return [.silent(.unexpected)]
    }
    switch configuration.allocation {
    case .ascending: leases.block(address, until: now + configuration.declineTime)
    case .hashOfHardwareAddress:
      leases.forget(address)
      epoch &+= 1
    }
    return [.released(address, by: message.clientHardware)]
  }

  /// RFC 2131, 4.3.4: the address is free at once, the client remembered.
  mutating func release(_ message: DHCPMessage, _ now: Instant) -> [Action] {
    guard message.serverIdentifier ?? configuration.serverAddress == configuration.serverAddress else {
      return [.silent(.notOurServer)]
    }
    let address = message.clientAddress
    guard leases.bound(DHCPClientKey(message), now) == address else { return [.silent(.unexpected)] }
    leases.free(address)
    return [.released(address, by: message.clientHardware)]
  }

  /// Keeps the address for the client and offers it.
  mutating func offer(
    _ address: IPv4Address, to message: DHCPMessage, _ now: Instant, _ random: inout RandomSource
  ) -> Action {
    let client = DHCPClientKey(message)
    if leases.bound(client, now) != address {
      leases.set(address, .offered, for: client, message.clientHardware, until: now + configuration.offerTime)
    }
    let answer = answer(.offer, address, to: message, for: duration(for: message))
    return .send(answer, to: destination(of: message, address))
  }

  /// Grants the address or says why not.
  private mutating func settle(
    _ address: IPv4Address, _ message: DHCPMessage, _ client: DHCPClientKey, _ now: Instant, early: UInt64
  ) -> [Action] {
    guard configuration.prefix.contains(address) else { return refusal(message, because: "wrong network") }
    if let reservation = reservation(message.clientHardware) {
      guard reservation.address == address else {
        return refusal(message, because: "static lease available")
      }
      guard now >= declinedUntil[address] ?? .start else {
        return refusal(message, because: "address not available")
      }
    } else {
      guard leases.isAvailable(address, to: client) else {
        let isTaken = leases.entry(address) != nil || reservationOfAddress[address] != nil
        return refusal(message, because: isTaken ? "address in use" : "address not available")
      }
      guard leases.bound(client, now) != nil || leases.boundCount < configuration.leaseLimit else {
        return refusal(message, because: "no leases left")
      }
    }
    let duration = duration(for: message)
    leases.set(address, .bound, for: client, message.clientHardware, until: now + duration)
    let answer = answer(.ack, address, to: message, for: duration, early: early)
    return [
      .send(answer, to: destination(of: message, address)),
      .leased(address, to: message.clientHardware, for: duration),
    ]
  }

  /// The client has a lease here or a reservation.
  private func knows(_ message: DHCPMessage, _ client: DHCPClientKey, _ now: Instant) -> Bool {
    reservation(message.clientHardware) != nil || leases.bound(client, now) != nil
  }

  /// A relayed message comes from our link only if the relay agent is on it (RFC 2131, 4.3.1).
  private func serves(_ message: DHCPMessage) -> Bool {
    message.relayAgent.isAny || configuration.prefix.contains(message.relayAgent)
  }

  private func choice(
    for message: DHCPMessage, _ client: DHCPClientKey, _ old: IPv4Address?
  ) -> IPv4Address? {
    if let old, leases.isAvailable(old, to: client) { return old }
    if let asked = message.requestedAddress, leases.isAvailable(asked, to: client) { return asked }
    guard let pool = leases.pool else { return nil }
    switch configuration.allocation {
    case .ascending: return pool.free()
    case .hashOfHardwareAddress:
      return pool.free(from: Int(truncatingIfNeeded: place(message.clientHardware, in: pool.count)))
    }
  }

  /// Where in the pool the hash of a hardware address points (the sdbm hash, as dnsmasq has it).
  private func place(_ hardware: MACAddress, in count: Int) -> UInt64 {
    var hash: UInt32 = 0
    for shift in stride(from: 40, through: 0, by: -8) {
      let octet = UInt32(truncatingIfNeeded: hardware.rawValue >> UInt64(shift) & 255)
      hash = octet &+ hash << 6 &+ hash << 16 &- hash
    }
    if hash == 0 { hash = 1 }
    return UInt64(hash &+ epoch) % UInt64(count)
  }

  /// Renewals are told slightly early times, by chance, at most a sixteenth of the lease, so that clients spread.
  private func earliness(_ message: DHCPMessage, _ random: inout RandomSource) -> UInt64 {
    guard configuration.sendsRenewalTimes else { return 0 }
    let duration = duration(for: message)
    guard duration != .endless else { return 0 }
    var early = random.below(65536)
    while early > duration.nanoseconds / 1_000_000_000 / 16 { early /= 2 }
    return early
  }
}
