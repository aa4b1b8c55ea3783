import Packets
import Simulation
import Testing

/// IEEE 802.3-2018, 22.2.4.2.13: a link is there while there is a partner at its other end; Linux shows `NO-CARRIER`
/// without one.
@Suite("Carrier") struct CarrierTests {
  private let wire = LinkConfiguration(delay: .milliseconds(10))
  private let first = DeviceID(index: 0)
  private let second = DeviceID(index: 1)

  private func at(_ milliseconds: UInt64) -> Instant { Instant.start + .milliseconds(milliseconds) }

  /// Sends a frame whose number says what it was told of its link: 1 up, 0 down; 7 when it was switched on.
  private struct Watcher: Device {
    mutating func linkChanged(on port: PortNumber, isUp: Bool, _ outbox: inout Outbox) {
      outbox.originate(.numbered(isUp ? 1 : 0), on: 0, for: .serves)
    }
    mutating func powerOn(_ outbox: inout Outbox) { outbox.originate(.numbered(7), on: 0, for: .serves) }
    mutating func receive(_ frame: EthernetFrame, on port: PortNumber, _ outbox: inout Outbox) {
      outbox.absorb(by: .test)
    }
  }

  private func told(_ simulator: Simulator, by device: DeviceID) -> [UInt32] {
    simulator.journal.records.compactMap {
      guard $0.device == device, case .sent(let frame, _) = $0.event else { return nil }
      return frame.number
    }
  }

  @Test("who is at the other end sees the link go when a device is switched off, and come when it is on again")
  func seen() {
    var simulator = pair(Watcher(), Sink(), wire)
    simulator.setDevices([second], isUp: false)
    #expect(told(simulator, by: first) == [0])
    simulator.setDevices([second], isUp: false)
    #expect(told(simulator, by: first) == [0])
    simulator.setDevices([second], isUp: true)
    #expect(told(simulator, by: first) == [0, 1])
    #expect(simulator.run() == .idle)
    #expect(simulator.drops(.noCarrier) == 1)
    #expect(simulator.numbers(at: 1) == [1])
    #expect(simulator.journal.counters.isBalanced)
  }

  @Test("what is under way dies with the reason of the end that it came from")
  func underWay() {
    var simulator = pair(Source(burst: 3), Source(burst: 2), wire)
    _ = simulator.run(until: at(5))
    simulator.setDevices([second], isUp: false)
    #expect(simulator.drops(.noCarrier) == 3)
    #expect(simulator.drops(.deviceDown) == 2)
    #expect(simulator.run() == .idle)
    #expect(simulator.journal.counters.arrived == 0)
    #expect(simulator.journal.counters.isBalanced)
  }

  @Test("a link needs its cable and both of its devices, whichever fails first")
  func both() {
    var simulator = pair(Watcher(), Sink(), wire)
    simulator.setLink(0, isUp: false)
    simulator.setDevices([second], isUp: false)
    simulator.setLink(0, isUp: true)
    #expect(told(simulator, by: first) == [0])
    simulator.setDevices([second], isUp: true)
    #expect(told(simulator, by: first) == [0, 1])
    simulator.setDevices([second], isUp: false)
    simulator.setLink(0, isUp: false)
    simulator.setDevices([second], isUp: true)
    #expect(told(simulator, by: first) == [0, 1, 0])
    simulator.setLink(0, isUp: true)
    #expect(told(simulator, by: first) == [0, 1, 0, 1])
  }

  @Test("two devices that are both off have a link when both are on")
  func bothOff() {
    var simulator = pair(Watcher(), Watcher(), wire)
    simulator.setDevices([first], isUp: false)
    simulator.setDevices([second], isUp: false)
    simulator.setDevices([first], isUp: true)
    _ = simulator.run()
    #expect(told(simulator, by: second) == [0])
    #expect(simulator.drops(.noCarrier) == 2)
    simulator.setDevices([second], isUp: true)
    _ = simulator.run()
    #expect(told(simulator, by: first) == [7, 1])
    #expect(told(simulator, by: second) == [0, 7])
    #expect(simulator.numbers(at: 1) == [1])
  }

  @Test("devices that are switched together tell one another nothing")
  func together() {
    var simulator = pair(Watcher(), Watcher(), wire)
    simulator.setDevices([first, second], isUp: false)
    #expect(simulator.run() == .idle)
    #expect(simulator.journal.counters.sent == 0)
    simulator.setDevices([first, second], isUp: true)
    #expect(told(simulator, by: first) == [7])
    #expect(told(simulator, by: second) == [7])
    _ = simulator.run()
    #expect(simulator.journal.counters.arrived == 2)
  }

  @Test("a direction that was cut stays so while the device behind it is switched off and on")
  func mute() {
    var simulator = pair(Source(rounds: 3, every: .milliseconds(20)), Sink(), wire)
    simulator.setDirection(DirectionID(index: 0), isUp: false)
    _ = simulator.run(until: at(15))
    simulator.setDevices([second], isUp: false)
    simulator.setDevices([second], isUp: true)
    _ = simulator.run(until: at(35))
    #expect(simulator.journal.counters.arrived == 0)
    simulator.setDirection(DirectionID(index: 0), isUp: true)
    _ = simulator.run()
    #expect(simulator.numbers(at: 1) == [2])
  }
}
