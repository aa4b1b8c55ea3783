import Packets
import Simulation
import Testing

@Suite("Simulator") struct SimulatorTests {
  @Test("devices start in their order, before anything arrives")
  func startOrder() {
    var simulator = pair(Source(), Source())
    _ = simulator.run()
    let devices = simulator.journal.records.map { [$0.device.index, $0.event == .received ? 1 : 0] }
    // Both send; the first one's frame arrives first, at the second.
    #expect(devices == [[0, 0], [1, 0], [1, 1], [1, 0], [0, 1], [0, 0]])
  }

  @Test("frames of one instant arrive in the order they were sent, across links")
  func orderAcrossLinks() {
    struct Spreader: Device {
      mutating func start(_ outbox: inout Outbox) {
        for number in 0..<6 as Range<UInt32> {
          outbox.originate(.numbered(number), on: PortNumber(Int(number % 2)), for: .serves)
        }
      }
      mutating func receive(_ frame: EthernetFrame, on port: PortNumber, _ outbox: inout Outbox) {}
    }
    var simulator = Simulator(
      parts: [.init(Spreader(), ports: 2, name: "spreader"), .init(Sink(), ports: 2, name: "sink")],
      wires: [
        .init(end(0, 0), end(1, 0), LinkConfiguration(delay: .milliseconds(1))),
        .init(end(0, 1), end(1, 1), LinkConfiguration(delay: .milliseconds(1))),
      ])
    _ = simulator.run()
    #expect(simulator.numbers(at: 1) == [0, 1, 2, 3, 4, 5])
  }

  @Test("an activity ends when its device says so, and then the run comes back")
  func activity() {
    var simulator = pair(Asker(), Relay(), LinkConfiguration(delay: .milliseconds(2)))
    let activity = simulator.begin(Asker.Ask(), on: DeviceID(index: 0), step: 1)
    #expect(simulator.isOpen(activity))
    #expect(simulator.run(until: Instant.start + .seconds(60), orFinished: true) == .finished)
    #expect(simulator.now == Instant.start + .milliseconds(4))
    #expect(!simulator.isOpen(activity))
    #expect(simulator.run() == .idle)
    // The deadline of the first run is nothing that happens.
    #expect(simulator.now == Instant.start + .milliseconds(4))
  }

  @Test("a device that does not know a command says so")
  func unknownCommand() {
    var simulator = pair(Sink(), Sink())
    let activity = simulator.begin(Asker.Ask(), on: DeviceID(index: 0), step: 1)
    #expect(!simulator.isOpen(activity))
    #expect(simulator.journal.records.last?.event == .ended(activity, .failure(.notSupported)))
  }

  @Test("an activity that was given up is not ended a second time")
  func abandoned() {
    var simulator = pair(Asker(), Relay(), LinkConfiguration(delay: .milliseconds(2)))
    let activity = simulator.begin(Asker.Ask(), on: DeviceID(index: 0), step: 1)
    simulator.abandon(activity, .failure(.noAnswer))
    _ = simulator.run()
    let ends = simulator.journal.records.filter { if case .ended = $0.event { true } else { false } }
    #expect(ends.map { $0.event } == [.ended(activity, .failure(.noAnswer))])
  }

  @Test("time goes on to the deadline though nothing happens, and the run can go on from there")
  func deadline() {
    var simulator = pair(Source(rounds: 3, every: .seconds(2)), Sink())
    #expect(simulator.run(until: Instant.start + .seconds(3)) == .deadline)
    #expect(simulator.now == Instant.start + .seconds(3))
    #expect(simulator.journal.counters.arrived == 2)
    // What was to happen at the very deadline has happened.
    #expect(simulator.run(until: Instant.start + .seconds(4)) == .deadline)
    #expect(simulator.journal.counters.sent == 3)
    #expect(simulator.run(until: Instant.start + .seconds(9)) == .deadline)
    #expect(simulator.now == Instant.start + .seconds(9))
    #expect(simulator.run(until: Instant.start + .seconds(1)) == .deadline)
    #expect(simulator.now == Instant.start + .seconds(9))
  }

  @Test("something begun after a deadline may happen before what was pending then")
  func betweenDeadlines() {
    var simulator = pair(Asker(), Relay(), LinkConfiguration(delay: .seconds(10)))
    _ = simulator.begin(Asker.Ask(), on: DeviceID(index: 0), step: 1)
    #expect(simulator.run(until: Instant.start + .seconds(1)) == .deadline)
    simulator.setLink(0, isUp: false)
    simulator.setLink(0, isUp: true)
    _ = simulator.begin(Asker.Ask(), on: DeviceID(index: 0), step: 2)
    #expect(simulator.run(orFinished: false) == .idle)
    #expect(simulator.arrivals == [11_000_000_000, 21_000_000_000])
  }

  @Test("a device that is off hears nothing and loses its timers, and takes part again when it is on")
  func deviceOff() {
    var simulator = pair(Source(rounds: 4, every: .seconds(1)), Sink())
    simulator.setDevices([DeviceID(index: 1)], isUp: false)
    #expect(simulator.run(until: Instant.start + .milliseconds(1500)) == .deadline)
    #expect(simulator.drops(.noCarrier) == 2)
    simulator.setDevices([DeviceID(index: 1)], isUp: true)
    #expect(simulator.run(until: Instant.start + .milliseconds(2500)) == .deadline)
    #expect(simulator.journal.counters.absorbed == 1)
    simulator.setDevices([DeviceID(index: 0)], isUp: false)
    #expect(simulator.run() == .idle)
    #expect(simulator.journal.counters.sent == 3)
    #expect(simulator.journal.counters.isBalanced)
  }

  @Test("the same play gives the same journal")
  func repeatable() {
    func play() -> [Record] {
      let wire = LinkConfiguration(delay: .microseconds(10), rate: 10_000_000, loss: 0.2)
      var simulator = pair(Source(burst: 5, rounds: 50, every: .microseconds(100)), Source(burst: 40), wire)
      _ = simulator.run()
      return simulator.journal.records
    }
    #expect(play() == play())
  }
}
