import Packets
import Protocols
import Simulation

/// What programs that give addresses or take them need to know and to say.
extension NetworkLayer {
  /// An address that a program wants to take, and the program.
  struct AddressWatch: Sendable {
    var address: IPv4Address
    var port: PortNumber
    var slot: Int
  }

  /// Tells a program from now on when somebody on the link shows that he has the address (RFC 5227, 2.1.1).
  mutating func watch(_ address: IPv4Address, on port: PortNumber, for slot: Int) {
    unwatch(for: slot)
    addressWatches.append(AddressWatch(address: address, port: port, slot: slot))
  }

  mutating func unwatch(for slot: Int) { addressWatches.removeAll { $0.slot == slot } }

  mutating func noticeConflict(_ packet: ARPPacket, on port: PortNumber) {
    for watch in addressWatches where watch.port == port {
      guard AddressProbe.isConflict(packet, about: watch.address, of: self[port].hardwareAddress) else { continue }
      events.append((watch.slot, .addressInUse(watch.address)))
    }
  }

  /// Asks from nobody who has the address (RFC 5227, 2.1).
  func sendProbe(about address: IPv4Address, on port: PortNumber, _ outbox: inout Outbox) {
    say(address, from: .any, on: port, &outbox)
  }

  /// Tells everybody who has the address now (RFC 5227, 2.3).
  func announce(_ address: IPv4Address, on port: PortNumber, _ outbox: inout Outbox) {
    say(address, from: address, on: port, &outbox)
  }

  private func say(_ address: IPv4Address, from sender: IPv4Address, on port: PortNumber, _ outbox: inout Outbox) {
    let own = self[port].hardwareAddress
    let question = ARPPacket(
      operation: .request, senderHardware: own, senderAddress: sender, targetHardware: .zero, targetAddress: address)
    outbox.originate(
      EthernetFrame(destination: .broadcast, source: own, payload: .arp(question)), on: port, for: .serves)
  }
}

/// Names of machines that have a lease from a server on this one.
extension NetworkLayer {
  mutating func setNames(_ names: [DomainName], of address: IPv4Address, until expiry: Instant) {
    if leasedNames.isEmpty { leasedNames = [LeasedNames()] }
    leasedNames[0].set(names, for: address, until: expiry)
  }

  mutating func removeNames(of address: IPv4Address) {
    if !leasedNames.isEmpty { leasedNames[0].remove(address) }
  }

  func address(ofName name: DomainName, _ now: Instant) -> IPv4Address? {
    leasedNames.first?.address(of: name, now)
  }
}
