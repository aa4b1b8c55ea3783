import Packets
import Protocols
import Simulation
import Testing

/// Two ends and between them a way that delays, loses, doubles and reorders what it is given.
private struct Channel {
  private struct Event {
    var time: Instant
    var number: Int
    var end: Int
    var segment: TCPSegment
    var blocks: SelectiveBlocks
  }

  var ends: [TCPConnection]
  var told: [[TCPConnection.Action]] = [[], []]
  private(set) var now = Instant.start
  private var events: [Event] = []
  private var count = 0
  private var random: RandomSource
  /// Shares of a thousand.
  private let loss: UInt64
  private let duplication: UInt64
  private let reordering: UInt64

  init(seed: UInt64, loss: UInt64, duplication: UInt64, reordering: UInt64, _ settings: TCPConnection.Settings) {
    random = RandomSource(seed: seed)
    (self.loss, self.duplication, self.reordering) = (loss, duplication, reordering)
    ends = [
      TCPConnection(local: 1, remote: 2, initialSequence: .max - 50_000, settings: settings),
      TCPConnection(local: 2, remote: 1, initialSequence: 7),
    ]
  }

  mutating func act(_ end: Int, _ step: (inout TCPConnection, Instant) -> Void) {
    step(&ends[end], now)
    let actions = ends[end].taken()
    for action in actions {
      guard let (segment, blocks) = action.segment else {
        told[end].append(action)
        continue
      }
      for _ in 0..<(random.below(1000) < duplication ? 2 : 1) where random.below(1000) >= loss {
        let late = random.below(1000) < reordering ? random.below(20) : 0
        count += 1
        let time = now + .milliseconds(5 + late)
        let event = Event(time: time, number: count, end: 1 - end, segment: segment, blocks: blocks)
        let place = events.firstIndex { ($0.time, $0.number) > (time, event.number) } ?? events.count
        events.insert(event, at: place)
      }
    }
    // Who hears the end closes as well.
    if actions.contains(.peerClosed) { act(end) { $0.close(now: $1) } }
  }

  /// Lets everything happen until nothing is left to happen, or too much has.
  mutating func run() {
    for _ in 0..<200_000 {
      let deadlines = ends.indices.compactMap { end in ends[end].deadline.map { ($0, end) } }
      let next = deadlines.min { $0.0 < $1.0 }
      if let event = events.first, next.map({ event.time <= $0.0 }) ?? true {
        events.removeFirst()
        now = event.time
        act(event.end) { $0.receive(event.segment, event.blocks, now: $1) }
      } else if let (time, end) = next {
        now = time
        act(end) { $0.timerFired(now: $1) }
      } else {
        return
      }
    }
  }
}

/// Whatever the way does, every byte comes once and in its turn.
@Suite("TCP over a bad way") struct BadChannelTests {
  @Test("all of a stream comes once and in order, and both ends close", arguments: 1...60)
  func stream(seed: UInt64) {
    var random = RandomSource(seed: seed, name: "shape")
    var settings = TCPConnection.Settings()
    settings.isSelective = seed % 3 != 0
    settings.congestionControl = seed % 2 == 0 ? .cubic : .reno
    let bytes = 1 + random.below(400_000)
    var channel = Channel(
      seed: seed, loss: random.below(120), duplication: random.below(100), reordering: random.below(200), settings)
    channel.act(0) { $0.open(now: $1) }
    channel.run()
    channel.act(0) { $0.sendStream(seed: 77, length: bytes, now: $1) }
    channel.act(0) { $0.close(now: $1) }
    channel.run()
    var expected: UInt64 = 0
    for case .received(let content) in channel.told[1] {
      #expect(content.kind == .pattern && content.reference == 77)
      #expect(UInt64(content.offset) == expected)
      expected += UInt64(content.length)
    }
    #expect(expected == bytes)
    #expect(channel.ends[0].progress.bytes == bytes)
    #expect(channel.told[1].count { $0 == .peerClosed } == 1)
    #expect(channel.told.allSatisfy { $0.last == .released }, "\(channel.told.map(\.last))")
    #expect(channel.ends.allSatisfy { $0.state == .closed })
  }

  @Test("so do messages, both ways at once", arguments: 1...30)
  func messages(seed: UInt64) {
    var random = RandomSource(seed: seed, name: "shape")
    var channel = Channel(seed: seed, loss: random.below(100), duplication: 50, reordering: random.below(200), .init())
    channel.act(0) { $0.open(now: $1) }
    channel.run()
    let lengths = (0..<40).map { _ in UInt16(1 + random.below(5000)) }
    for (place, length) in lengths.enumerated() {
      channel.act(place % 2) { $0.send(.pattern(length: length, seed: UInt32(place)), now: $1) }
    }
    channel.run()
    for end in 0...1 {
      let received = channel.told[1 - end].compactMap { action -> Content? in
        if case .received(let content) = action { content } else { nil }
      }
      let sent = lengths.indices.filter { $0 % 2 == end }
      #expect(received == sent.map { .pattern(length: lengths[$0], seed: UInt32($0)) })
    }
  }
}
