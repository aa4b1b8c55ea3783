import Packets
import Simulation
import Testing

/// What would never end by itself is ended, with the journal so far.
@Suite("Limits") struct LimitTests {
  /// Sends each frame back twice: a storm that doubles.
  private struct Doubler: Device {
    var begins = true
    mutating func start(_ outbox: inout Outbox) {
      if begins { outbox.originate(.numbered(), on: 0, for: .serves) }
    }
    mutating func receive(_ frame: EthernetFrame, on port: PortNumber, _ outbox: inout Outbox) {
      outbox.forward(frame, on: 0)
      outbox.forward(frame, on: 0)
    }
  }

  @Test("events: exactly as many as allowed are played", arguments: [0, 1, 1000] as [UInt64])
  func events(limit: UInt64) {
    var limits = Simulator.Limits()
    limits.events = limit
    var simulator = pair(Doubler(), Doubler(begins: false), limits: limits)
    #expect(simulator.run() == .tooManyEvents)
    #expect(simulator.journal.counters.events == limit)
    #expect(simulator.journal.counters.arrived == limit)
    #expect(simulator.journal.counters.isBalanced)
  }

  @Test("time: what is due at the limit happens, a nanosecond later it does not")
  func time() {
    for (limit, arrived) in [(2_000_000_000, 3), (1_999_999_999, 2)] as [(UInt64, UInt64)] {
      var limits = Simulator.Limits()
      limits.time = Instant(nanoseconds: limit)
      var simulator = pair(Source(rounds: 10, every: .seconds(1)), Sink(), limits: limits)
      #expect(simulator.run() == .tooLate)
      #expect(simulator.now <= limits.time)
      #expect(simulator.journal.counters.arrived == arrived)
      #expect(simulator.journal.counters.isBalanced)
      #expect(simulator.run(until: Instant.start + .seconds(50)) == .tooLate)
      #expect(simulator.now == limits.time)
    }
  }

  @Test("memory: a storm that doubles in no time, recorded or not", arguments: [true, false])
  func memory(recorded: Bool) {
    var limits = Simulator.Limits()
    limits.memory = 1 << 22
    var simulator = pair(Doubler(), Doubler(), detail: recorded ? .full : .counters, limits: limits)
    #expect(simulator.run() == .tooMuchMemory)
    #expect(simulator.now == .start)
    #expect(simulator.journal.counters.isBalanced)
    #expect(simulator.journal.counters.events > 1000)
    #expect(simulator.journal.records.isEmpty == !recorded)
    #expect(simulator.journal.memoryInUse <= 1 << 23)
    // It stays ended.
    #expect(simulator.run() == .tooMuchMemory)
  }

  @Test("a record is small")
  func recordSize() {
    #expect(MemoryLayout<EthernetFrame>.size <= 96)
    #expect(MemoryLayout<Record>.stride <= 160)
  }
}
