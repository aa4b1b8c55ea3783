import Packets
import Simulation

/// How an address is found for a client that has none.
extension DHCPServer {
  /// A client's search under way.
  struct Search: Sendable {
    var message: DHCPMessage
    var network: Int
    /// When the client asked.
    var since: Instant
    /// Where in the pool its hash pointed then.
    var start = 0
    /// What is being checked.
    var address = IPv4Address.any
    /// Found to be somebody's meanwhile.
    var inUse: [IPv4Address] = []
  }

  /// Addresses in use found in a row before the client is left without an answer; dnsmasq goes on through all of them.
  static let checkLimit = 10

  mutating func search(_ message: DHCPMessage, in network: Int, _ now: Instant) -> [Action] {
    var search = Search(message: message, network: network, since: now)
    switch configuration.allocation {
    case .ascending:
      guard leases.boundCount < configuration.leaseLimit else { return [.silent(.noFreeAddress)] }
    case .hashOfHardwareAddress:
      search.start = place(of: message.clientHardware, in: network)
    }
    return propose(search, now)
  }

  private mutating func propose(_ search: Search, _ now: Instant) -> [Action] {
    guard let address = candidate(search) else {
      end(search)
      return [.silent(.noFreeAddress)]
    }
    var search = search
    search.address = address
    guard case .ping(let wait) = configuration.check, !isVouchedFor(address, search.since) else {
      return offer(search, now)
    }
    pending = search
    return [.check(address, wait: wait)]
  }

  /// Nobody has it.
  mutating func found(_ search: Search, _ now: Instant) -> [Action] {
    checks.note(search.address, search.since)
    return offer(search, now)
  }

  /// Somebody has it: the next one.
  mutating func passOver(_ search: Search, _ now: Instant) -> [Action] {
    var search = search
    search.inUse.append(search.address)
    switch configuration.allocation {
    case .ascending:
      leases.block(search.address, until: now + configuration.offerTime)
      guard search.inUse.count < DHCPServer.checkLimit else { return [.silent(.noFreeAddress)] }
    case .hashOfHardwareAddress:
      // It is not remembered beyond this search; that the hash points elsewhere from now on makes it less likely again.
      if search.address != search.message.requestedAddress { epochs[search.network] &+= 1 }
      leases.block(search.address, until: .never)
    }
    return propose(search, now)
  }

  private mutating func offer(_ search: Search, _ now: Instant) -> [Action] {
    end(search)
    return [offer(search.address, to: search.message, now)]
  }

  mutating func end(_ search: Search) {
    guard configuration.allocation == .hashOfHardwareAddress else { return }
    for address in search.inUse { leases.free(address) }
  }

  private func isVouchedFor(_ address: IPv4Address, _ now: Instant) -> Bool {
    configuration.allocation == .hashOfHardwareAddress && checks.vouches(for: address, now)
  }

  private func candidate(_ search: Search) -> IPv4Address? {
    let client = DHCPClientKey(search.message)
    func mayHave(_ address: IPv4Address) -> Bool {
      networks.place(of: address) == search.network && leases.isAvailable(address, to: client)
    }
    if configuration.allocation == .ascending, let old = leases.address(of: client), mayHave(old) { return old }
    if let asked = search.message.requestedAddress, mayHave(asked) { return asked }
    return leases.free(in: search.network, from: search.start)
  }

  /// Where in the pool the hash of a hardware address points (the sdbm hash, as dnsmasq has it).
  private func place(of hardware: MACAddress, in network: Int) -> Int {
    guard let count = leases.size(of: network) else { return 0 }
    var hash: UInt32 = 0
    for shift in stride(from: 40, through: 0, by: -8) {
      let octet = UInt32(truncatingIfNeeded: hardware.rawValue >> UInt64(shift) & 255)
      hash = octet &+ hash << 6 &+ hash << 16 &- hash
    }
    if hash == 0 { hash = 1 }
    return Int(UInt64(hash &+ epochs[network]) % UInt64(count))
  }
}

/// What dnsmasq remembers of its checks: addresses that nobody had lately.
struct DHCPCheckMemory: Sendable {
  /// dnsmasq, `PING_CACHE_TIME`.
  static let time = TimeSpan.seconds(30)
  /// Sixty per cent of the checks that fit into that time, three seconds each: whoever has made so many makes no more.
  static let limit = 6

  /// The oldest first, never more than the limit.
  private var found: [(address: IPv4Address, time: Instant)] = []

  /// Whether the address may be offered without a check.
  func vouches(for address: IPv4Address, _ now: Instant) -> Bool {
    let fresh = found.filter { now - $0.time <= DHCPCheckMemory.time }
    return fresh.count >= DHCPCheckMemory.limit || fresh.contains { $0.address == address }
  }

  /// - Parameter time: When the client asked for whom it was checked.
  mutating func note(_ address: IPv4Address, _ time: Instant) {
    found.removeAll { time - $0.time > DHCPCheckMemory.time }
    found.append((address, time))
  }
}
