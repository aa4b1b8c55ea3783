import Packets
import Simulation

/// Who a client is (RFC 2131, 2 and 4.2): the identifier it gives, else its hardware address.
enum DHCPClientKey: Hashable, Sendable {
  case hardware(MACAddress)
  case identifier([UInt8])

  init(_ message: DHCPMessage) {
    self = message.clientIdentifier.map { .identifier($0) } ?? .hardware(message.clientHardware)
  }
}

/// Leases by address and by client; nothing in it looks through all of them.
struct DHCPLeaseTable: Sendable {
  /// Why an address is not free.
  enum Standing: Hashable, Sendable {
    case offered, bound
    /// In use by somebody unknown, or declined.
    case blocked
  }

  struct Entry: Sendable {
    var standing: Standing
    var client: DHCPClientKey?
    var hardware: MACAddress
    var expiry: Instant
  }

  /// By network; nil where only reservations are served.
  private var pools: [DHCPPool?]
  private let networks: DHCPNetworks
  /// Leases bound now, against the limit.
  private(set) var boundCount = 0
  /// Looked up, never iterated.
  private var entries: [IPv4Address: Entry] = [:]
  /// What a client holds or, until somebody else gets it, held; looked up, never iterated.
  private var addresses: [DHCPClientKey: IPv4Address] = [:]
  private var holders: [IPv4Address: DHCPClientKey] = [:]
  private var expiries = ExpiryQueue()
  /// The earliest end that the queue has of an address, so that a lease given and given back again and again stands there
  /// once; looked up, never iterated.
  private var queued: [IPv4Address: Instant] = [:]
  /// In the range but not to be chosen; looked up, never iterated.
  private var excluded: Set<IPv4Address> = []

  init(pools ranges: [ClosedRange<IPv4Address>?], _ networks: DHCPNetworks) {
    pools = ranges.map { $0.map { DHCPPool($0) } }
    self.networks = networks
  }

  /// How many addresses the range of a network has; nil where there is none.
  func size(of network: Int) -> Int? { pools[network]?.count }

  /// The lowest free address of a network's range at a place in it or behind, then from its beginning.
  func free(in network: Int, from start: Int) -> IPv4Address? { pools[network]?.free(from: start) }

  /// It may be chosen when it is free.
  func isInPool(_ address: IPv4Address, of network: Int) -> Bool {
    pools[network]?.index(of: address) != nil && !excluded.contains(address)
  }

  private mutating func take(_ address: IPv4Address) {
    if let network = networks.place(of: address) { pools[network]?.take(address) }
  }

  /// Takes the address out of the range for good.
  mutating func exclude(_ address: IPv4Address) {
    excluded.insert(address)
    take(address)
  }

  func entry(_ address: IPv4Address) -> Entry? { entries[address] }

  /// Every address that has an entry, in their order.
  var occupied: [IPv4Address] { entries.keys.sorted() }

  /// What the client holds or held.
  func address(of client: DHCPClientKey) -> IPv4Address? { addresses[client] }

  func bound(_ client: DHCPClientKey, _ now: Instant) -> IPv4Address? {
    guard let address = addresses[client], let entry = entries[address], entry.client == client,
      entry.standing == .bound, now < entry.expiry
    else { return nil }
    return address
  }

  /// The client may have it: it is its own, or free in the pool.
  func isAvailable(_ address: IPv4Address, to client: DHCPClientKey) -> Bool {
    guard let entry = entries[address] else {
      return networks.place(of: address).flatMap { pools[$0]?.isFree(address) } ?? false
    }
    return entry.standing != .blocked && entry.client == client
  }

  mutating func set(
    _ address: IPv4Address, _ standing: Standing, for client: DHCPClientKey, _ hardware: MACAddress,
    until expiry: Instant
  ) {
    if let old = addresses[client], old != address {
      if entries[old]?.client == client { free(old) }
      if holders[old] == client { holders[old] = nil }
    }
    if let before = holders[address], before != client { addresses[before] = nil }
    (addresses[client], holders[address]) = (address, client)
    put(Entry(standing: standing, client: client, hardware: hardware, expiry: expiry), at: address)
  }

  mutating func block(_ address: IPv4Address, until expiry: Instant) {
    if let client = holders.removeValue(forKey: address) { addresses[client] = nil }
    put(Entry(standing: .blocked, client: nil, hardware: .zero, expiry: expiry), at: address)
  }

  /// Back to the pool; its client is remembered.
  mutating func free(_ address: IPv4Address) {
    guard let entry = entries.removeValue(forKey: address) else { return }
    if entry.standing == .bound { boundCount -= 1 }
    if !excluded.contains(address), let network = networks.place(of: address) { pools[network]?.giveBack(address) }
  }

  /// The client is not to get it again for old times' sake.
  mutating func forget(_ address: IPv4Address) {
    free(address)
    if let client = holders.removeValue(forKey: address) { addresses[client] = nil }
  }

  /// A lease ends when its time has passed in full.
  mutating func expire(_ now: Instant) {
    while let next = expiries.first, next.time <= now {
      expiries.removeFirst()
      // An end that came before it stands in the queue as well, and was first.
      guard queued[next.address] == next.time else { continue }
      queued[next.address] = nil
      guard let entry = entries[next.address] else { continue }
      if entry.expiry <= now { free(next.address) } else { enqueue(next.address, entry.expiry) }  // renewed meanwhile
    }
  }

  private mutating func put(_ entry: Entry, at address: IPv4Address) {
    let before = entries.updateValue(entry, forKey: address)
    boundCount += (entry.standing == .bound ? 1 : 0) - (before?.standing == .bound ? 1 : 0)
    take(address)
    enqueue(address, entry.expiry)
  }

  /// A later end is found out when the earlier one comes.
  private mutating func enqueue(_ address: IPv4Address, _ end: Instant) {
    guard end != .never, end < queued[address] ?? .never else { return }
    queued[address] = end
    expiries.insert(end, address)
  }
}

/// Ends of leases, the earliest first; a binary heap.
private struct ExpiryQueue: Sendable {
  private var heap: [(time: Instant, address: IPv4Address)] = []

  var first: (time: Instant, address: IPv4Address)? { heap.first }

  mutating func insert(_ time: Instant, _ address: IPv4Address) {
    heap.append((time, address))
    var child = heap.count - 1
    while child > 0, precedes(child, (child - 1) / 2) {
      heap.swapAt(child, (child - 1) / 2)
      child = (child - 1) / 2
    }
  }

  mutating func removeFirst() {
    heap.swapAt(0, heap.count - 1)
    heap.removeLast()
    var parent = 0
    while 2 * parent + 1 < heap.count {
      var child = 2 * parent + 1
      if child + 1 < heap.count, precedes(child + 1, child) { child += 1 }
      guard precedes(child, parent) else { return }
      heap.swapAt(child, parent)
      parent = child
    }
  }

  private func precedes(_ a: Int, _ b: Int) -> Bool {
    (heap[a].time, heap[a].address) < (heap[b].time, heap[b].address)
  }
}
