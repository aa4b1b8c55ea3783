import Packets
import Protocols
import Simulation
import Testing

private let address = IPv4Address(10, 0, 0, 9)
private let own = MACAddress(rawValue: 0x0200_0000_0001)
private let other = MACAddress(rawValue: 0x0200_0000_0002)

/// RFC 5227, 2.1 and 2.3.
///
/// | from | to | cause | action |
/// |---|---|---|---|
/// | waiting | probing | 0 to 1 s | ask |
/// | probing | probing | 1 to 2 s, twice | ask |
/// | probing | announcing | 2 s after the third | free, announce |
/// | announcing | over | 2 s | announce |
/// | waiting, probing | over | somebody has it | in use |
@Suite("Address probe") struct AddressProbeTests {
  private func timer(_ actions: [AddressProbe.Action]) -> TimeSpan? {
    for case .setTimer(let span) in actions { return span }
    return nil
  }

  @Test("asks three times and announces twice", arguments: 1...20 as ClosedRange<UInt64>)
  func free(seed: UInt64) throws {
    var random = RandomSource(seed: seed)
    var probe = AddressProbe(of: address)
    #expect(try #require(timer(probe.start(random: &random))) <= .seconds(1))
    for number in 1...3 {
      let actions = probe.timerFired(random: &random)
      #expect(actions.first == .ask)
      let pause = try #require(timer(actions))
      #expect(number < 3 ? pause >= .seconds(1) && pause <= .seconds(2) : pause == .seconds(2))
    }
    #expect(probe.timerFired(random: &random) == [.free, .announce, .setTimer(.seconds(2))])
    #expect(probe.timerFired(random: &random) == [.announce])
    #expect(probe.timerFired(random: &random) == [])
  }

  @Test("ends when somebody has the address, until it has been announced", arguments: 0...4)
  func conflict(after timers: Int) {
    var random = RandomSource(seed: 1)
    var probe = AddressProbe(of: address)
    _ = probe.start(random: &random)
    for _ in 0..<timers { _ = probe.timerFired(random: &random) }
    #expect(probe.conflict() == (timers < 4 ? [.inUse] : []))
    #expect(probe.conflict() == [])
    if timers < 4 { #expect(probe.timerFired(random: &random) == []) }
  }

  @Test("a sender that has it, or asks for it from nobody, is in conflict; its own packets and questions are not")
  func kinds() {
    func isConflict(
      _ operation: ARPPacket.Operation, _ hardware: MACAddress, _ sender: IPv4Address, about target: IPv4Address
    ) -> Bool {
      let packet = ARPPacket(
        operation: operation, senderHardware: hardware, senderAddress: sender, targetHardware: .zero,
        targetAddress: target)
      return AddressProbe.isConflict(packet, about: address, of: own)
    }
    let neighbor = IPv4Address(10, 0, 0, 1)
    #expect(isConflict(.reply, other, address, about: .any))
    #expect(isConflict(.request, other, address, about: neighbor))
    #expect(isConflict(.request, other, .any, about: address))
    #expect(!isConflict(.request, own, .any, about: address))
    #expect(!isConflict(.request, own, address, about: address))
    #expect(!isConflict(.request, other, neighbor, about: address))
    #expect(!isConflict(.reply, other, .any, about: address))
    #expect(!isConflict(.request, other, .any, about: neighbor))
  }
}
