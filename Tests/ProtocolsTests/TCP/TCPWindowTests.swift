import Packets
import Protocols
import Simulation
import Testing

/// How much is sent, and when what came is acknowledged.
@Suite("TCP windows") struct TCPWindowTests {
  private func sending(_ bytes: UInt64, _ settings: TCPConnection.Settings = .init()) -> (TwoEnds, [TCPSegment]) {
    var pair = TwoEnds.connected(settings)
    let said = pair.step(.client) { $0.sendStream(seed: 3, length: bytes, now: $1) }
    return (pair, said.segments)
  }

  /// RFC 6928, 2.
  @Test("ten segments go at once, and two for each acknowledged one while the flow is young")
  func initialWindow() {
    var (pair, first) = sending(1_000_000)
    #expect(first.map(\.content.length) == Array(repeating: 1460, count: 10))
    pair.ends[1].receive(first[0], now: pair.now)
    let ack = pair.ends[1].taken().segments[0]
    let next = pair.step(.client) { $0.receive(ack, now: $1) }.segments
    #expect(next.count == 2)
    #expect(next.map(\.content.offset) == [14600, 16060])
  }

  @Test(
    "no more is sent than the peer has room for",
    arguments: [(4480, [1460, 1460, 1460]), (4352, [1460, 1460]), (1408, [1408])])
  func peerWindow(room: Int, sent: [UInt16]) {
    var pair = TwoEnds.connected()
    let answer = TCPSegment(
      sourcePort: 80, destinationPort: 40000, sequence: 901, acknowledgment: .max - 1, flags: .ack,
      window: UInt16(room >> 7))
    _ = pair.step(.client) { $0.receive(answer, now: $1) }
    let said = pair.step(.client) { $0.sendStream(seed: 1, length: 100_000, now: $1) }.segments
    #expect(said.map(\.content.length) == sent)
  }

  /// RFC 9293, 3.8.6.1.
  @Test("a closed window is asked about, ever more seldom, until it opens")
  func persist() {
    var pair = TwoEnds.connected()
    var answer = TCPSegment(
      sourcePort: 80, destinationPort: 40000, sequence: 901, acknowledgment: .max - 1, flags: .ack, window: 0)
    _ = pair.step(.client) { $0.receive(answer, now: $1) }
    let said = pair.step(.client) { $0.sendStream(seed: 1, length: 100, now: $1) }
    #expect(said.isEmpty)
    var times: [UInt64] = []
    for _ in 0..<4 {
      let probe = pair.expire(.client).segments
      #expect(probe.map(\.sequence) == [.max - 2])
      #expect(probe.map(\.content.length) == [0])
      times.append(pair.now.nanoseconds / 1_000_000)
      _ = pair.step(.client) { $0.receive(answer, now: $1) }
    }
    #expect(times == [200, 600, 1400, 3000])
    answer.window = 100
    let opened = pair.step(.client) { $0.receive(answer, now: $1) }.segments
    #expect(opened.map(\.content.length) == [100])
  }

  /// RFC 1122, 4.2.3.2.
  @Test("of many segments every second is acknowledged, a single one after 40 ms", arguments: [(39, 0), (40, 1)])
  func delayed(milliseconds: UInt64, acknowledgments: Int) {
    var (pair, _) = sending(0)
    // At the beginning each is.
    for place in 0..<16 { #expect(receive(place, &pair).count == 1) }
    #expect((16..<24).map { receive($0, &pair).count } == [0, 1, 0, 1, 0, 1, 0, 1])
    #expect(receive(24, &pair).isEmpty)
    pair.now = pair.now + .milliseconds(milliseconds)
    let said = pair.step(.server) { $0.timerFired(now: $1) }.segments
    #expect(said.count == acknowledgments)
  }

  /// Has the server receive the segment of a stream with that number.
  private func receive(_ place: Int, _ pair: inout TwoEnds) -> [TCPSegment] {
    var segment = TCPSegment(
      sourcePort: 40000, destinationPort: 80, sequence: UInt32(place * 1460) &+ .max - 1, acknowledgment: 901,
      flags: .ack, window: 500)
    segment.content = Content(kind: .pattern, offset: UInt32(place * 1460), length: 1460, reference: 0)
    return pair.step(.server) { $0.receive(segment, now: $1) }.segments
  }

  /// RFC 5681, 4.2 and RFC 2018, 4.
  @Test("a gap is told at once, the newest stretch first; what fills it is acknowledged at once with all behind it")
  func gaps() {
    var pair = TwoEnds.connected()
    func blocks(_ place: Int) -> [[UInt32]] {
      var segment = TCPSegment(
        sourcePort: 40000, destinationPort: 80, sequence: UInt32(place * 1000) &+ .max - 1, acknowledgment: 901,
        flags: .ack, window: 500)
      segment.content = Content(kind: .pattern, offset: UInt32(place * 1000), length: 1000, reference: 0)
      let said = pair.step(.server) { $0.receive(segment, now: $1) }.compactMap(\.segment)
      #expect(said.count == 1)
      guard let (answer, blocks) = said.first else { return [] }
      func number(_ sequence: UInt32) -> UInt32 { sequence &- (.max - 1) }
      return [[number(answer.acknowledgment)]]
        + (0..<blocks.count).map { [number(blocks[$0].start), number(blocks[$0].end)] }
    }
    #expect(blocks(0) == [[1000]])
    #expect(blocks(2) == [[1000], [2000, 3000]])
    #expect(blocks(4) == [[1000], [4000, 5000], [2000, 3000]])
    #expect(blocks(3) == [[1000], [2000, 5000]])
    #expect(blocks(6) == [[1000], [6000, 7000], [2000, 5000]])
    #expect(blocks(6) == [[1000], [6000, 7000], [2000, 5000]])
    #expect(blocks(1) == [[5000], [6000, 7000]])
    #expect(blocks(5) == [[7000]])
  }

  /// RFC 6675, 4, IsLost, and RFC 5681, 3.2.
  @Test(
    "a segment with two behind it that came may be late; with three it is sent again, once",
    arguments: [(2, 0), (3, 1)])
  func fastRetransmit(behind: Int, repeated: Int) throws {
    for isSelective in [true, false] {
      var settings = TCPConnection.Settings()
      settings.isSelective = isSelective
      var pair = TwoEnds.connected(settings)
      // RFC 5681, 2, (e): the first acknowledgment changes the window, and such a one is no duplicate.
      pair.run(.client) { $0.send(.pattern(length: 1), now: $1) }
      let sent = pair.step(.client) { $0.sendStream(seed: 3, length: 14_600, now: $1) }.segments
      var again: [TCPSegment] = []
      for segment in sent[1...behind] {
        let acks = pair.step(.server) { $0.receive(segment, now: $1) }
        for (ack, blocks) in acks.compactMap(\.segment) {
          again += pair.step(.client) { $0.receive(ack, blocks, now: $1) }.segments
        }
      }
      #expect(again.map(\.sequence) == Array(repeating: sent[0].sequence, count: repeated), "\(isSelective)")
      #expect(again.allSatisfy { $0.content == sent[0].content })
      guard repeated > 0 else { continue }
      // The rest is under way before: a gap behind the one that is sent again would be taken for another loss.
      pair.carryOut(sent.dropFirst(behind + 1).map { .transmit($0) }, of: .client)
      pair.carryOut(again.map { .transmit($0) }, of: .client)
      #expect(pair.told[1].last == .received(Content.pattern(length: 14_600, seed: 3)))
      #expect(pair.ends[0].progress.repeats == 1)
      #expect(pair.ends[0].progress.bytes == 14_601)
      #expect(pair.ends[0].deadline == nil)
    }
  }

  @Test("of a flight that is lost whole only the first segment is sent again, then two for each that arrives")
  func timeout() {
    var (pair, sent) = sending(14_600)
    #expect(pair.expire(.client).segments.map(\.sequence) == [sent[0].sequence])
    let ack = pair.step(.server) { $0.receive(sent[0], now: $1) }.segments[0]
    let next = pair.step(.client) { $0.receive(ack, now: $1) }.segments
    #expect(next.map(\.sequence) == [sent[1].sequence, sent[2].sequence])
  }
}
