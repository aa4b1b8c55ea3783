import Packets
import Simulation
import Testing

/// Frames under way on a link that is cut, and the events they leave behind.
@Suite("Cut links") struct FaultTests {
  private let wire = LinkConfiguration(delay: .milliseconds(10))

  private func at(_ milliseconds: UInt64) -> Instant { Instant.start + .milliseconds(milliseconds) }

  @Test("frames on a wire that is cut are lost, once each")
  func underWay() {
    var simulator = pair(Source(burst: 3), Sink(), wire)
    _ = simulator.run(until: at(5))
    simulator.setLink(0, isUp: false)
    simulator.setLink(0, isUp: false)
    #expect(simulator.drops(.linkDown) == 3)
    #expect(simulator.run() == .idle)
    #expect(simulator.journal.counters.arrived == 0)
    #expect(simulator.journal.counters.isBalanced)
  }

  @Test(
    "a cut as the frame arrives comes after it, a nanosecond earlier before it", arguments: [(0, 1), (1, 0)])
  func boundary(early: UInt64, arrived: UInt64) {
    var simulator = pair(Source(), Sink(), wire)
    _ = simulator.run(until: Instant(nanoseconds: 10_000_000 - early))
    simulator.setLink(0, isUp: false)
    _ = simulator.run()
    #expect(simulator.journal.counters.arrived == arrived)
  }

  @Test("what is sent while the link is down is lost, and arrives again when it is up")
  func downAndUp() {
    var simulator = pair(Source(rounds: 3, every: .milliseconds(20)), Sink(), wire)
    _ = simulator.run(until: at(15))
    simulator.setLink(0, isUp: false)
    _ = simulator.run(until: at(35))
    simulator.setLink(0, isUp: true)
    _ = simulator.run()
    #expect(simulator.numbers(at: 1) == [0, 2])
    #expect(simulator.drops(.linkDown) == 1)
  }

  /// The long first frame's event outlives the cut; the short ones sent afterwards have their own times, and one of them
  /// arrives when the stale event fires.
  @Test("the event of a frame that was cut off delivers no later frame early or twice")
  func staleEvent() {
    struct Mixed: Device {
      mutating func perform(_ command: any Command, for activity: ActivityID, _ outbox: inout Outbox) {
        let first = outbox.now == .start
        for number in 0..<(first ? 1 : 30) as Range<UInt32> {
          outbox.originate(.numbered(number, length: first ? 1514 : 60), on: 0, for: .begins(activity))
        }
        outbox.finish(activity, .success)
      }
      mutating func receive(_ frame: EthernetFrame, on port: PortNumber, _ outbox: inout Outbox) {}
    }
    let other = LinkConfiguration(delay: .nanoseconds(12_304 - 1552))
    var simulator = Simulator(
      parts: [
        .init(Mixed(), ports: 1, name: "mixed"), .init(Sink(), ports: 2, name: "sink"),
        .init(Asker(), ports: 1, name: "other"),
      ],
      wires: [
        .init(end(0), end(1), LinkConfiguration(rate: 1_000_000_000)), .init(end(2), end(1, 1), other),
      ])
    _ = simulator.begin(Asker.Ask(), on: DeviceID(index: 0), step: 1)
    // 12 304 ns for the long frame; 1552 + 16 * 672 is that moment.
    _ = simulator.run(until: Instant(nanoseconds: 1552))
    simulator.setLink(0, isUp: false)
    simulator.setLink(0, isUp: true)
    // Sent before the short ones, this one arrives at that moment too, and so before theirs.
    _ = simulator.begin(Asker.Ask(), on: DeviceID(index: 2), step: 2)
    _ = simulator.begin(Asker.Ask(), on: DeviceID(index: 0), step: 3)
    #expect(simulator.run() == .idle)
    let arrived = simulator.journal.records.filter { $0.event == .received }
    let together = arrived.filter { $0.time.nanoseconds == 12_304 }
    #expect(together.map { $0.port } == [1, 0])
    #expect(arrived.filter { $0.port == 0 }.map { $0.time.nanoseconds } == (1...30).map { 1552 + $0 * 672 })
    #expect(simulator.journal.counters.isBalanced)
  }

  @Test("both ends hear of it, and the frame they send then dies on the cut link")
  func bothEnds() {
    struct Complainer: Device {
      mutating func linkChanged(on port: PortNumber, isUp: Bool, _ outbox: inout Outbox) {
        outbox.originate(.numbered(isUp ? 1 : 0), on: port, for: .serves)
      }
      mutating func receive(_ frame: EthernetFrame, on port: PortNumber, _ outbox: inout Outbox) {
        outbox.absorb(by: .test)
      }
    }
    var simulator = pair(Complainer(), Complainer(), wire)
    simulator.setLink(0, isUp: false)
    #expect(simulator.drops(.linkDown) == 2)
    simulator.setLink(0, isUp: true)
    _ = simulator.run()
    #expect(simulator.journal.counters.absorbed == 2)
  }

  @Test("a device that is switched on again is told, once, and may send; one that is switched off is not")
  func poweredOn() {
    struct Waker: Device {
      mutating func powerOn(_ outbox: inout Outbox) { outbox.originate(.numbered(7), on: 0, for: .serves) }
      mutating func receive(_ frame: EthernetFrame, on port: PortNumber, _ outbox: inout Outbox) {
        outbox.absorb(by: .test)
      }
    }
    var simulator = pair(Waker(), Sink(), wire)
    let waker = DeviceID(index: 0)
    simulator.setDevices([waker], isUp: true)
    simulator.setDevices([waker], isUp: false)
    simulator.setDevices([waker], isUp: false)
    _ = simulator.run()
    #expect(simulator.journal.counters.sent == 0)
    simulator.setDevices([waker], isUp: true)
    simulator.setDevices([waker], isUp: true)
    _ = simulator.run()
    #expect(simulator.numbers(at: 1) == [7])
    #expect(simulator.journal.counters.isBalanced)
  }

  @Test("a port without a link loses what is sent there")
  func noLink() {
    var simulator = Simulator(parts: [.init(Source(burst: 2), ports: 1, name: "alone")], wires: [])
    _ = simulator.run()
    #expect(simulator.drops(.noLink) == 2)
    #expect(simulator.journal.counters.isBalanced)
  }
}
