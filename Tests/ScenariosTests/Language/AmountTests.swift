import Configuration
import Scenarios
import Testing

/// What is compared, on both sides of its limit.
@Suite("Amounts that are expected") struct AmountTests {
  @Test(
    "a round trip of 2 ms",
    arguments: [
      ("<2ms", false), ("<2001us", true), ("<=2ms", true), ("<=1999us", false), ("'>2ms'", false),
      ("'>1999us'", true), ("'>=2ms'", true), ("'>=2001us'", false), ("1-2ms", true), ("2-3ms", true),
      ("2001us-3ms", false), ("1ms-1999us", false), ("{ min: <=2ms, max: '>=2ms' }", true),
      ("{ avg: <2ms }", false), ("{ p99: 2-2ms }", true),
    ])
  func roundTrip(expected: String, holds: Bool) throws {
    try Bed.expect(Bed.line, "{ id: x, ping: a -> b }", "{ rtt: \(expected) }", holds: holds)
  }

  /// The train begins at 0 s; from its third ping on the line takes 10 ms each way.
  @Test(
    "round trips of a train: the shortest, the mean, the longest, and what 99 of 100 do not exceed",
    arguments: [
      ("{ min: <=2ms }", true), ("{ min: <2ms }", false), ("{ max: <=20ms }", true), ("{ max: <20ms }", false),
      ("{ avg: 11-11ms }", true), ("{ avg: <11ms }", false), ("{ p99: '>=20ms' }", true), ("{ p99: <20ms }", false),
      ("2-20ms", true), ("<20ms", false), ("'>2ms'", false),
    ])
  func train(expected: String, holds: Bool) throws {
    let steps = """
      { id: x, ping: { from: a, to: b, count: 4, interval: 1s }, background: true },
      { at: 1500ms, set: { link: a -- b, delay: 10ms } }
      """
    try Bed.expect(Bed.line, steps, "{ rtt: \(expected) }", holds: holds)
  }

  @Test(
    "a loss of five in ten",
    arguments: [
      ("50%", true), ("51%", false), ("<50%", false), ("<50.1%", true), ("<=50%", true), ("<=49.9%", false),
      ("'>50%'", false), ("'>49.9%'", true), ("50-60%", true), ("51-60%", false),
    ])
  func loss(expected: String, holds: Bool) throws {
    let steps = [
      "{ id: x, stream: { from: a, to: b, port: 9, count: 10, interval: 1ms } }",
      "{ id: x, udp: { from: a, to: b, port: 7, count: 10, interval: 1ms } }",
      "{ id: x, ping: { from: a, to: b, count: 10, interval: 1s } }",
    ]
    for step in steps { try Bed.expect(Bed.lossy, step, "{ loss: \(expected) }", holds: holds) }
  }

  @Test("7 of 100 are 7%, whatever binary fractions make of that", arguments: [("<=7%", true), ("'>=7%'", true)])
  func exactLoss(expected: String, holds: Bool) throws {
    // The link is mended after 14 frames, of which it has lost seven.
    let steps = """
      { id: x, stream: { from: a, to: b, port: 9, count: 100, interval: 1ms }, background: true },
      { at: 13500us, set: { link: a -- b, loss: 0% } }
      """
    try Bed.expect(Bed.lossy, steps, "{ loss: \(expected) }", holds: holds)
  }

  @Test("what was sent once and not answered is all lost, and what was never sent has no loss")
  func single() throws {
    try Bed.expect(Bed.line, "{ id: x, ping: a -> 10.0.0.77 }", "{ loss: 100% }", holds: true)
    try Bed.expect(Bed.line, "{ id: x, ping: a -> b }", "{ loss: 0% }", holds: true)
    // An error is no answer.
    try Bed.expect(Bed.line, "{ id: x, udp: a -> b:8 }", "{ loss: 100%, answers: 0 }", holds: true)
    try Bed.expect(Bed.line, "{ id: x, ping: a -> 192.0.2.1 }", "{ loss: 100% }", holds: false)
  }

  /// 1000 bytes every millisecond are 8 Mbit/s; all of them arrive before the step ends.
  @Test(
    "a throughput of 8 Mbit/s",
    arguments: [
      ("<8Mbit", false), ("<8001kbit", true), ("<=8Mbit", true), ("'>8Mbit'", false), ("'>=8Mbit'", true),
      ("'>7999kbit'", true), ("7-8Mbit", true), ("8001-9000kbit", false),
    ])
  func throughput(expected: String, holds: Bool) throws {
    let step = "{ id: x, stream: { from: a, to: b, port: 9, rate: 8Mbit, size: 1000, duration: 100ms } }"
    let bed = Bed.line.replacing("delay: 1ms", with: "delay: 0ms")
    try Bed.expect(bed, step, "{ throughput: \(expected) }", holds: holds)
  }

  @Test("half of it lost is half the throughput, and time after the last that arrived counts")
  func lessThroughput() throws {
    let step = "{ id: x, stream: { from: a, to: b, port: 9, rate: 8Mbit, size: 1000, duration: 100ms } }"
    try Bed.expect(Bed.lossy, step, "{ throughput: 4-4Mbit }", holds: true)
    let cut = step.replacing("} }", with: "}, background: true }, { at: 49500us, fail: a -- b }")
    let bed = Bed.line.replacing("delay: 1ms", with: "delay: 0ms")
    try Bed.expect(bed, cut, "{ throughput: 4-4Mbit, loss: 50% }", holds: true)
  }

  @Test("a bottleneck lets no more through than it takes, and a queue makes a ping wait")
  func bottleneck() throws {
    let bed = Bed.line.replacing("delay: 1ms", with: "rate: 10Mbit, queue: 10")
    let stream = "{ id: x, stream: { from: a, to: b, port: 9, rate: 20Mbit, size: 1226, duration: 1s } }"
    // 1226 bytes take 1268 with headers, and 1292 with preamble, check sequence and gap.
    try Bed.expect(bed, stream, "{ throughput: 9400-9600kbit, loss: 50-55% }", holds: true)
    let busy = "{ stream: { from: a, to: b, port: 9, rate: 20Mbit, size: 1226, duration: 1s }, background: true }, "
    let ping = "{ id: x, at: 500ms, ping: { from: a, to: b, count: 20, interval: 10ms } }"
    try Bed.expect(bed, ping, "{ rtt: <1ms, loss: 0% }", holds: true)
    try Bed.expect(bed, busy + ping, "{ rtt: { min: '>5ms', max: <12ms } }", holds: true)
  }

  @Test(
    "mistakes are told where they are",
    arguments: [
      ("rtt: 5ms", "HL0125 1:24"), ("rtt: <5", "HL0127 1:24"), ("rtt: { mean: <5ms }", "HL0120 1:26"),
      ("rtt: {}", "HL0121 1:24"), ("rtt: 3-1ms", "HL0123 1:24"), ("rtt: { avg: 5 }", "HL0125 1:31"),
      ("loss: <1", "HL0127 1:25"), ("loss: <101%", "HL0123 1:25"), ("loss: few", "HL0126 1:25"),
      ("throughput: <5Mbit", "HL0306 1:19"), ("answers: two", "HL0122 1:28"), ("answers: <two", "HL0122 1:28"),
      ("trace: [a]", "HL0306 1:19"), ("answered-by: x", "HL0202 1:32"), ("flooded-to: [x]", "HL0202 1:32"),
    ])
  func mistakes(expected: String, place: String) {
    let text = ScenarioText("expect: { near: { \(expected) } }\nsteps: [{ id: near, ping: a -> b }]\n" + smallLab)
    #expect(text.places == [place], "\(text.diagnostics)")
  }
}
