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

  private(set) var pool: DHCPPool?
  /// Leases bound now, against the limit.
  private(set) var boundCount = 0
  /// Looked up, never iterated.
  private var entries: [IPv4Address: Entry] = [:]
  /// What a client holds or, until somebody else gets it, held; looked up, never iterated.
  private var addresses: [DHCPClientKey: IPv4Address] = [:]
  private var holders: [IPv4Address: DHCPClientKey] = [:]
  private var expiries = ExpiryQueue()
  /// In the range but not to be chosen; looked up, never iterated.
  private var excluded: Set<IPv4Address> = []

  init(pool range: ClosedRange<IPv4Address>?) { pool = range.map { DHCPPool($0) } }

  /// Takes the address out of the range for good.
  mutating func exclude(_ address: IPv4Address) {
    excluded.insert(address)
    pool?.take(address)
  }

  func entry(_ address: IPv4Address) -> Entry? { entries[address] }

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
    guard let entry = entries[address] else { return pool?.isFree(address) ?? false }
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
    if !excluded.contains(address) { pool?.giveBack(address) }
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
      guard let entry = entries[next.address] else { continue }
      if entry.expiry <= now {
        free(next.address)
      } else if entry.expiry != .never {
        expiries.insert(entry.expiry, next.address)  // renewed meanwhile
      }
    }
  }

  private mutating func put(_ entry: Entry, at address: IPv4Address) {
    let before = entries.updateValue(entry, forKey: address)
    boundCount += (entry.standing == .bound ? 1 : 0) - (before?.standing == .bound ? 1 : 0)
    pool?.take(address)
    // A later end is found out when the earlier one comes.
    if before == nil || entry.expiry < before?.expiry ?? .never || before?.expiry == .never {
      expiries.insert(entry.expiry, address)
    }
  }
}

/// Ends of leases, the earliest first; a binary heap.
private struct ExpiryQueue: Sendable {
  private var heap: [(time: Instant, address: IPv4Address)] = []

  var first: (time: Instant, address: IPv4Address)? { heap.first }

  mutating func insert(_ time: Instant, _ address: IPv4Address) {
    guard time != .never else { return }
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
