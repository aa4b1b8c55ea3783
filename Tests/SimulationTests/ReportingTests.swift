import Packets
import Simulation
import Testing

/// A run can tell how far it is, which changes nothing that happens.
@Suite("Reporting while running") struct ReportingTests {
  private func source() -> Simulator { pair(Source(rounds: 100, every: .milliseconds(1)), Sink()) }

  @Test("is called once for so many events, and not for what is left", arguments: [1, 7, 198, 199, 200] as [UInt64])
  func interval(events: UInt64) {
    var simulator = source()
    var told: [UInt64] = []
    _ = simulator.run(every: events) { count, _ in told.append(count) }
    // A hundred frames that arrive, and a timer before each but the first.
    #expect(simulator.journal.counters.events == 199)
    #expect(told == Array(stride(from: events, through: 199, by: Int(events))))
  }

  @Test("leaves the journal as it is")
  func journal() {
    var (plain, watched) = (source(), source())
    _ = plain.run()
    var last = Instant.start
    _ = watched.run(every: 3) { _, now in last = now }
    #expect(plain.journal.records == watched.journal.records)
    #expect(last == .start + .milliseconds(99))
  }
}
