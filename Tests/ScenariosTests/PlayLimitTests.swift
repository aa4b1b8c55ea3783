import Configuration
import Scenarios
import Simulation
import Synchronization
import Testing

private let lab = """
  nodes:
    a: { kind: host, interfaces: { eth0: 10.0.0.1/24 } }
    b: { kind: host, interfaces: { eth0: 10.0.0.2/24 } }
  links: [[a, b]]
  steps: [{ id: out, ping: a -> b }, { id: pause, wait: 1h }]
  expect: { out: reply }

  """

/// `limits` of a scenario.
@Suite("Limits of a play") struct PlayLimitTests {
  @Test("what is not said is as the simulator has it")
  func defaults() throws {
    let limits = try ScenarioText(lab).play.limits.simulatorLimits
    #expect(limits.events == Simulator.Limits().events)
    #expect(limits.time == Simulator.Limits().time)
    #expect(limits.memory == Simulator.Limits().memory)
    #expect(limits.memory == 256 << 20 && limits.events == 50_000_000 && limits.time == .start + .seconds(604_800))
  }

  @Test(
    "numbers have suffixes",
    arguments: [("1", 1), ("250000", 250_000), ("50k", 50_000), ("1.5M", 1_500_000), ("2G", 2_000_000_000)]
      as [(String, UInt64)])
  func events(text: String, count: UInt64) throws {
    #expect(try ScenarioText(lab + "limits: { events: \(text) }").play.limits.simulatorLimits.events == count)
  }

  @Test(
    "memory is counted in thousands or in powers of two",
    arguments: [("64kB", 64000), ("512MB", 512_000_000), ("4GB", 4_000_000_000), ("256MiB", 1 << 28), ("1KiB", 1024)])
  func memory(text: String, bytes: Int) throws {
    #expect(try ScenarioText(lab + "limits: { memory: \(text) }").play.limits.simulatorLimits.memory == bytes)
  }

  @Test(
    "what is no limit is told where it stands",
    arguments: [
      ("events: 0", "HL0123 1:19"), ("events: many", "HL0126 1:19"), ("events: 5X", "HL0126 1:19"),
      ("events: 1000000000G", "HL0123 1:19"), ("time: 7", "HL0127 1:17"), ("time: 0s", "HL0123 1:17"),
      ("memory: 512", "HL0127 1:19"), ("memory: 5MBit", "HL0126 1:19"), ("evnets: 1k", "HL0120 1:11"),
    ])
  func mistakes(limits: String, place: String) {
    let text = ScenarioText("limits: { \(limits) }\n" + lab)
    #expect(text.places == [place], "\(text.diagnostics)")
  }

  @Test("a variant may have its own, and the plain language keeps them")
  func variants() throws {
    let text = ScenarioText(lab + "limits: { events: 1k }\nvariants: { one: {}, two: { limits: { time: 2h } } }")
    let plays = try #require(text.scenario?.plays)
    #expect(plays.map(\.limits.simulatorLimits.events) == [1000, 1000])
    #expect(plays.map(\.limits.simulatorLimits.time) == [Simulator.Limits().time, .start + .seconds(7200)])
    #expect(try plays.map { try Shipped.reread($0).limits } == plays.map(\.limits))
  }

  @Test(
    "a play ends at its limit", arguments: [("events: 3", 0), ("time: 30m", 1), ("time: 2h", 2), ("memory: 1kB", 0)])
  func reached(limits: String, stepsPlayed: Int) throws {
    let playback = Player(try ScenarioText(lab + "limits: { \(limits) }").play).run()
    #expect(playback.stepsPlayed == stepsPlayed)
    #expect((playback.limit != nil) == (stepsPlayed < 2))
  }

  @Test("one that is given goes before the play's own")
  func overridden() throws {
    let own = try ScenarioText(lab + "limits: { events: 1k, time: 1h }").play.limits
    let both = try own.overridden(by: PlayLimits(.events, "2k"))
    #expect(both.simulatorLimits.events == 2000)
    #expect(both.simulatorLimits.time == .start + .seconds(3600))
    #expect(throws: Diagnostic.self) { try PlayLimits(.memory, "2") }
  }
}

/// What is told of a play while it runs.
@Suite("Progress") struct ProgressTests {
  @Test("each step is announced, with its length where that is known")
  func steps() throws {
    let told = Mutex<[Progress]>([])
    _ = Player(try ScenarioText(lab).play, watch: { progress in told.withLock { $0.append(progress) } }).run()
    let all = told.withLock { $0 }
    #expect(all.first?.stepID == "out" && all.first?.stepLength == nil && all.first?.share == nil)
    let pause = try #require(all.first { $0.stepID == "pause" })
    #expect(pause.step == 1 && pause.stepCount == 2 && pause.stepLength == .seconds(3600) && pause.share == 0)
  }

  @Test("whoever watches changes nothing")
  func neutral() throws {
    let play = try ScenarioText(lab).play
    let watched = Player(play, watch: { _ in }).run()
    #expect(watched.journal.records == Player(play).run().journal.records)
  }
}
