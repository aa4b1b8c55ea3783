import Configuration
import Foundation
import Reports
import Scenarios
import Simulation
import Testing

/// Loads, queues, drops and latencies; that they are made from the journal alone is shown by `JournalFileTests`.
@Suite("Statistics") struct StatisticsTests {
  /// 20 Mbit/s of data want through 10; a frame of 1042 bytes is 1066 on the wire, which takes 852.8 µs.
  private static let narrow = """
    name: narrow
    nodes:
      a: { kind: host, interfaces: { eth0: 10.0.1.1/24 }, gateway: 10.0.1.254 }
      r: { kind: router, interfaces: { lan0: 10.0.1.254/24, wan0: 10.0.2.254/24 } }
      b: { kind: host, interfaces: { eth0: 10.0.2.1/24 }, gateway: 10.0.2.254, services: [udp/9] }
    links:
      - { endpoints: [a, r:lan0], rate: 100Mbit }
      - { endpoints: [r:wan0, b], rate: 10Mbit, queue: 50 }
    steps:
      - { id: idle, at: 1s, ping: a -> b }
      - { id: load, at: 2s, stream: { from: a, to: b, port: 9, rate: 20Mbit, size: 1000, duration: 2s } }
      - { id: rest, at: 10s, wait: 1s }
    expect: { idle: reply }
    """

  private static func run(_ text: String) throws -> VariantRun {
    let (scenario, sources) = try Stage.scenario(text)
    let play = try #require(scenario.plays.first)
    return VariantRun(playing: play, of: scenario.name, seed: 1, sources: sources, detail: .full)
  }

  /// One row of a table as a map.
  private static func row(
    _ table: String, of run: VariantRun, where fits: ([String: JSONValue]) -> Bool
  ) throws -> [String: JSONValue] {
    let table = try #require(StatisticsTables(RunStatistics(of: run)).all.first { $0.name == table })
    let rows = table.rows.map { Dictionary(uniqueKeysWithValues: zip(table.columns, $0)) }
    let row = rows.first(where: fits)
    return try #require(row)
  }

  private static func link(_ from: String, _ run: VariantRun) throws -> [String: JSONValue] {
    try row("links", of: run) { $0["from"]?.text == from }
  }

  @Test("a bottleneck is found, with when, how deep and how many")
  func bottleneck() throws {
    let run = try Self.run(Self.narrow)
    let dropped = run.playback.journal.records.count { record in
      if case .dropped(.queueFull) = record.event { true } else { false }
    }
    let sentences = RunStatistics(of: run).sentences
    #expect(sentences.count == 1)
    let pattern =
      /r:wan0 → b was (99|100) % busy between 2(\.\d)? s and [45](\.\d)? s \(of 10 Mbit\/s\); its queue was 50 deep, and frames waited up to 4[23](\.\d+)? ms; ([\d,]+) frames \(\d\d\.\d %\) dropped: queue full\./
    let match = try #require(sentences[0].wholeMatch(of: pattern), "\(sentences)")
    #expect(match.output.5.filter { $0 != "," } == "\(dropped)")
    let link = try Self.link("r:wan0", run)
    #expect(link["queue-max"]?.integer() == 50 && link["dropped"]?.integer() == dropped)
    #expect(link["reasons"]?.text == "queue-full \(dropped)")
  }

  @Test("a link is busy for as long as its frames take, no more and no less")
  func busy() throws {
    let run = try Self.run(Self.narrow)
    let link = try Self.link("a:eth0", run)
    // ARP in 84 bytes, an echo request of 98 in 122, 5000 datagrams of 1042 in 1066; ARP answers a second time later on.
    let frames = try #require(link["frames"]?.integer(as: UInt64.self))
    let bytes = try #require(link["bytes"]?.integer(as: UInt64.self))
    let busy = try #require(link["busy-ns"]?.integer(as: UInt64.self))
    let datagrams: UInt64 = 5000
    let others = frames - datagrams - 1
    #expect((1...3).contains(others))
    #expect(bytes == datagrams * 1042 + 98 + others * 42)
    #expect(busy == (datagrams * 1066 + 122 + others * 84) * 80)
    let share = try #require(link["utilisation"].flatMap(Self.double))
    #expect(abs(share - Double(busy) / Double(run.playback.duration.nanoseconds)) < 0.0001)
  }

  private static func double(_ value: JSONValue) -> Double? {
    if case .number(let text) = value { Double(text) } else { nil }
  }

  @Test("flows: what was sent arrived or died, and where; how long it took")
  func flows() throws {
    let run = try Self.run(Self.narrow)
    let load = try Self.row("flows", of: run) { $0["step"]?.text == "load" }
    func number(_ name: String) -> Int { load[name]?.integer() ?? -1 }
    #expect(number("sent") == 5000 && number("arrived") + number("lost") == 5000)
    #expect(load["losses"]?.text == "r:wan0 queue-full \(number("lost"))")
    // The queue of 50 takes 42.64 ms, and the frame before it as much as it has left.
    #expect((42_000_000...44_500_000).contains(number("one-way-max-ns")))
    #expect(number("one-way-min-ns") < number("one-way-p50-ns") && number("one-way-p99-ns") <= number("one-way-max-ns"))
    let idle = try Self.row("flows", of: run) { $0["step"]?.text == "idle" }
    let trip = try #require(idle["rtt-min-ns"]?.integer(as: UInt64.self))
    #expect(trip == run.verdict.steps[0].activities[0].outcome.roundTrip.nanoseconds)
    #expect(idle["rtt-p50-ns"] == idle["rtt-min-ns"] && idle["rtt-max-ns"] == idle["rtt-min-ns"])
  }

  @Test("what a step does to a link counts from then on")
  func changedRate() throws {
    let text = """
      name: changed
      nodes:
        a: { kind: host, interfaces: { eth0: 10.0.0.1/24 } }
        b: { kind: host, interfaces: { eth0: 10.0.0.2/24 }, services: [udp/9] }
      links: [{ endpoints: [a, b], rate: 100Mbit }]
      steps:
        - { id: before, stream: { from: a, to: b, port: 9, count: 100, interval: 1ms, size: 1000 } }
        - { id: slow, set: { link: a -- b, rate: 10Mbit } }
        - { id: after, stream: { from: a, to: b, port: 9, count: 100, interval: 1ms, size: 1000 } }
      """
    let link = try Self.link("a:eth0", try Self.run(text))
    let busy = try #require(link["busy-ns"]?.integer(as: UInt64.self))
    let frames = try #require(link["frames"]?.integer(as: UInt64.self))
    #expect(busy == 100 * 1066 * 80 + 100 * 1066 * 800 + (frames - 200) * 84 * 80)
  }

  @Test("where nothing is tight, that is said")
  func idle() throws {
    let quiet = Self.narrow.split(separator: "\n").filter { !$0.contains("id: load") }.joined(separator: "\n")
    #expect(
      RunStatistics(of: try Self.run(quiet)).sentences == [
        "No cable was busy for 80 % of any 200 ms, and none lost a frame."
      ])
  }

  @Test("CSV as RFC 4180 has it, its series as long as the run, and a plot with units")
  func files() throws {
    let run = try Self.run(Self.narrow)
    var options = ReportOptions()
    options.requested = [StatisticsReport.word]
    #expect(try StatisticsReport.files(of: run, options).map(\.path).allSatisfy { $0.hasSuffix(".csv") })
    options.atlas = try Atlas(of: [run])
    let files = try StatisticsReport.files(of: run, options)
    #expect(
      files.map(\.path)
        == ["links.csv", "flows.csv", "interfaces.csv", "series.csv", "plot.dot", "plot.svg"].map { "statistics/\($0)" }
    )
    let texts = files.map { String(decoding: $0.bytes, as: UTF8.self) }
    for text in texts.prefix(4) {
      #expect(text.hasSuffix("\r\n"))
      let widths = Set(
        text.dropLast().split(separator: "\r\n").map {
          $0.split(separator: ",", omittingEmptySubsequences: false).count
        })
      #expect(widths.count == 1, "\(widths)")
    }
    let series = texts[3].split(separator: "\r\n").dropFirst().map {
      $0.split(separator: ",", omittingEmptySubsequences: false)
    }
    let wide = series.filter { $0[1] == "r:wan0" }
    let link = try Self.link("r:wan0", run)
    #expect(wide.compactMap { Int($0[3]) }.reduce(0, +) == link["frames"]?.integer())
    #expect(wide.compactMap { Int($0[8]) }.reduce(0, +) == link["dropped"]?.integer())
    #expect(wide.compactMap { Double($0[6]) }.max().map { $0 > 0.99 && $0 <= 1 } == true)
    for words in [
      "busy, % of each link", "accepted for sending, Mbit/s", "waiting, frames", "dropped, frames in 200 ms", "10 s",
      "r:wan0 → b",
    ] {
      #expect(texts[4].contains(words), "\(words)")
    }
  }

  @Test("a field with a comma is quoted")
  func quoting() throws {
    let text = Self.narrow.replacing("queue: 50 }", with: "queue: 50, loss: 5% }")
    let run = try Self.run(text)
    var options = ReportOptions()
    options.requested = [StatisticsReport.word]
    let links = String(decoding: try StatisticsReport.files(of: run, options)[0].bytes, as: UTF8.self)
    #expect(links.contains(/,"queue-full \d+, lost \d+"\r\n/))
  }
}
