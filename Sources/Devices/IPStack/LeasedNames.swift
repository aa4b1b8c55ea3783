import Packets
import Simulation

/// The names that clients of a DHCP server on the machine gave themselves, for the name server beside it.
struct LeasedNames: Sendable {
  private struct Entry {
    var address: IPv4Address
    var expiry: Instant
  }

  /// Looked up, never iterated.
  private var entries: [DomainName: Entry] = [:]
  private var names: [IPv4Address: [DomainName]] = [:]

  /// A name that somebody else had is his no more, as with dnsmasq.
  mutating func set(_ given: [DomainName], for address: IPv4Address, until expiry: Instant) {
    remove(address)
    for name in given {
      if let other = entries[name]?.address { names[other]?.removeAll { $0 == name } }
      entries[name] = Entry(address: address, expiry: expiry)
    }
    names[address] = given
  }

  mutating func remove(_ address: IPv4Address) {
    for name in names.removeValue(forKey: address) ?? [] { entries[name] = nil }
  }

  func names(of address: IPv4Address) -> [DomainName] { names[address] ?? [] }

  func address(of name: DomainName, _ now: Instant) -> IPv4Address? {
    entries[name].flatMap { now < $0.expiry ? $0.address : nil }
  }
}
