import Scenarios
import Simulation
import Testing

/// Bulk transfers as scenarios say them.
@Suite("Transfers") struct TransferTests {
  private static func lab(_ tcp: String = "{}", _ steps: String) -> String {
    """
    nodes:
      a: { kind: host, interfaces: { eth0: 10.0.0.1/24 }, tcp: \(tcp) }
      b: { kind: host, interfaces: { eth0: 10.0.0.2/24 }, services: [tcp/5001] }
    links:
      - { endpoints: [a, b], rate: 10Mbit, delay: 5ms, queue: 30 }
    steps: [\(steps)]

    """
  }

  private func outcome(_ text: String) throws -> Outcome {
    try #require(try ScenarioText(text).verdict().steps.first?.activities.first).outcome
  }

  @Test("a size is what gets through")
  func size() throws {
    let outcome = try outcome(Self.lab("{ sack: false }", "{ transfer: { from: a, to: b, port: 5001, size: 1MB } }"))
    #expect(outcome.succeeded)
    #expect(outcome.bytes == 1_000_000)
    // 10 Mbit/s carry 9.49 Mbit/s of data.
    #expect(outcome.duration > .milliseconds(842) && outcome.duration < .milliseconds(1100), "\(outcome.duration)")
  }

  @Test("a duration is when it stops sending, and what was sent by then still gets through")
  func duration() throws {
    let outcome = try outcome(Self.lab("{}", "{ transfer: { from: a, to: b, port: 5001, duration: 2s } }"))
    #expect(outcome.succeeded)
    #expect(outcome.duration >= .seconds(2) && outcome.duration < .milliseconds(2400), "\(outcome.duration)")
    #expect(outcome.bytes > 2_000_000 && outcome.bytes < 2_850_000)
  }

  @Test("a small buffer at the receiver bounds the rate")
  func buffer() throws {
    let text = Self.lab("{}", "{ transfer: { from: b, to: a, port: 5001, size: 100kB } }")
      .replacing("tcp: {}", with: "tcp: { receive-buffer: 8KiB }, services: [tcp/5001]")
    let outcome = try outcome(text)
    #expect(outcome.bytes == 100_000)
    // Five segments a round trip of at least 10 ms.
    #expect(outcome.duration > .milliseconds(130), "\(outcome.duration)")
  }

  @Test("nobody there, and nobody listening, end it with their own reason")
  func failures() throws {
    let refused = try outcome(Self.lab("{}", "{ transfer: { from: a, to: b, port: 5002, size: 1MB } }"))
    #expect(refused.failure == .refused)
    #expect(refused.bytes == 0)
    let nobody = try outcome(Self.lab("{}", "{ transfer: { from: a, to: 10.0.0.9, port: 5001, size: 1MB } }"))
    #expect(nobody.failure == .hostUnreachable)
  }

  @Test(
    "mistakes in how a stack's connections behave are told where they are",
    arguments: [
      ("{ congestion-control: bbr }", "HL0124 2:82"), ("{ receive-buffer: 1kB }", "HL0123 2:78"),
      ("{ sak: true }", "HL0120 2:62"), ("{ syn-linear-timeouts: -1 }", "HL0123 2:83"),
    ])
  func mistakes(tcp: String, place: String) {
    #expect(ScenarioText(Self.lab(tcp, "{ wait: 1s }")).places == [place])
  }

  @Test("the journal of a large transfer stays small, and the same twice")
  func journal() throws {
    let text = Self.lab("{}", "{ transfer: { from: a, to: b, port: 5001, size: 10MB } }")
    let play = try ScenarioText(text).play
    let playback = Player(play).run()
    #expect(playback.journal.records.count < 500)
    #expect(playback.imbalance == nil)
    let folded = playback.journal.records.compactMap { record -> UInt64? in
      if case .folded(_, let frames, _) = record.event { frames } else { nil }
    }
    #expect(folded.count == 2)
    #expect(folded[0] > 6800)
    #expect(folded[1] > 3400)
    #expect(Player(play).run().journal.records == playback.journal.records)
  }
}
