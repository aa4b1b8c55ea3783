import Packets
import Protocols
import Simulation
import Testing

/// RFC 9293, 3.3.2, figure 5:
///
/// from · to · cause · action
/// - closed · SYN-SENT · open · SYN
/// - closed · SYN-RECEIVED · SYN · SYN, ACK
/// - SYN-SENT · established · SYN, ACK · ACK
/// - SYN-SENT · closed · RST · refused
/// - established · FIN-WAIT-1 · close · FIN
/// - FIN-WAIT-1 · FIN-WAIT-2 · ACK of FIN
/// - FIN-WAIT-1 · closing · FIN · ACK
/// - FIN-WAIT-2 · TIME-WAIT · FIN · ACK
/// - established · CLOSE-WAIT · FIN · ACK
/// - LAST-ACK · closed · ACK of FIN
/// - TIME-WAIT · closed · 60 s
@Suite("TCP connection") struct TCPConnectionTests {
  /// Two ends joined without delay; each keeps what it was told.
  private struct Pair {
    var client = TCPConnection(local: 40000, remote: 80, initialSequence: .max - 2)
    var server = TCPConnection(local: 80, remote: 40000, initialSequence: 900)
    var told: [Bool: [TCPConnection.Action]] = [true: [], false: []]
    var segments: [TCPSegment] = []
    var now = Instant.start

    /// Carries out what one end says, and what the other answers, in the order it is said.
    mutating func run(_ actions: [TCPConnection.Action], ofClient isClient: Bool) {
      var queue = actions.map { (action: $0, isClient: isClient) }
      while !queue.isEmpty {
        let (action, isClient) = queue.removeFirst()
        guard case .transmit(let segment) = action else {
          told[isClient]?.append(action)
          continue
        }
        segments.append(segment)
        let answer = isClient ? server.receive(segment, now: now) : client.receive(segment, now: now)
        queue += answer.map { (action: $0, isClient: !isClient) }
      }
    }

    func events(ofClient isClient: Bool) -> [TCPConnection.Action] {
      (told[isClient] ?? []).filter {
        switch $0 {
        case .setTimer, .cancelTimer: false
        default: true
        }
      }
    }

    static func connected() -> Pair {
      var pair = Pair()
      pair.run(pair.client.open(now: pair.now), ofClient: true)
      return pair
    }
  }

  @Test("three segments open a connection, across the end of the sequence space")
  func handshake() {
    var pair = Pair.connected()
    #expect(pair.segments.map(\.flags) == [.syn, [.syn, .ack], .ack])
    #expect(pair.segments.map(\.maximumSegmentSize) == [1460, 1460, 0])
    #expect(pair.client.state == .established)
    #expect(pair.server.state == .established)
    pair.run(pair.client.send(.pattern(length: 5), now: pair.now), ofClient: true)
    #expect(pair.events(ofClient: false) == [.connected, .received(.pattern(length: 5))])
  }

  @Test("splits at the segment size and joins again", arguments: [(1460, 1), (1461, 2), (20_000, 14)])
  func splitting(length: UInt16, pieces: Int) {
    var pair = Pair.connected()
    pair.run(pair.client.send(.pattern(length: length, seed: 9), now: pair.now), ofClient: true)
    #expect(pair.segments.filter { $0.content.length > 0 }.count == pieces)
    #expect(pair.events(ofClient: false).last == .received(.pattern(length: length, seed: 9)))
  }

  @Test("both ends close in order; the first one waits 60 s")
  func close() {
    var pair = Pair.connected()
    pair.run(pair.client.close(now: pair.now), ofClient: true)
    #expect(pair.client.state == .finWait2)
    #expect(pair.server.state == .closeWait)
    pair.run(pair.server.close(now: pair.now), ofClient: false)
    #expect(pair.client.state == .timeWait)
    #expect(pair.events(ofClient: false) == [.connected, .peerClosed, .closed, .released])
    #expect(pair.told[true]?.contains(.setTimer(.seconds(60))) == true)
    pair.run(pair.client.timerFired(now: pair.now), ofClient: true)
    #expect(pair.events(ofClient: true) == [.connected, .peerClosed, .closed, .released])
  }

  @Test("two FINs that cross end the connection on both sides")
  func crossing() {
    var pair = Pair.connected()
    let fromClient = pair.client.close(now: pair.now)
    let fromServer = pair.server.close(now: pair.now)
    #expect(pair.client.state == .finWait1)
    pair.run(fromClient, ofClient: true)
    pair.run(fromServer, ofClient: false)
    #expect(pair.client.state == .timeWait)
    #expect(pair.server.state == .timeWait)
  }

  private func times(_ connection: inout TCPConnection, _ actions: [TCPConnection.Action]) -> [UInt64] {
    var actions = actions
    var now: UInt64 = 0
    var times: [UInt64] = []
    while true {
      var delay: TimeSpan?
      for action in actions {
        switch action {
        case .transmit, .failed: times.append(now)
        case .setTimer(let span): delay = span
        default: break
        }
      }
      guard let delay else { return times }
      now += delay.nanoseconds / 1_000_000
      actions = connection.timerFired(now: .start + .milliseconds(now))
    }
  }

  @Test("an unanswered SYN goes out at the measured times, then there is no answer")
  func unanswered() {
    var connection = TCPConnection(local: 1, remote: 2, initialSequence: 0)
    let actions = connection.open(now: .start)
    #expect(times(&connection, actions).map { $0 / 1000 } == [0, 1, 2, 3, 4, 5, 7, 11, 19, 35, 67, 131])
    var older = TCPConnection(local: 1, remote: 2, initialSequence: 0, profile: .olderLinux)
    let first = older.open(now: .start)
    #expect(times(&older, first).map { $0 / 1000 } == [0, 1, 3, 7, 15, 31, 63, 127])
  }

  @Test("unacknowledged data goes out again after 0.2, 0.4, 0.8 and 1.6 s")
  func lostData() {
    var pair = Pair.connected()
    let actions = pair.client.send(.pattern(length: 5), now: .start)
    #expect(times(&pair.client, actions).prefix(5) == [0, 200, 600, 1400, 3000])
  }

  @Test(
    "a reset refuses an open, ends a connection at the next byte, and is questioned elsewhere in the window")
  func resets() throws {
    var opening = TCPConnection(local: 40000, remote: 80, initialSequence: 7)
    guard case .transmit(let syn) = try #require(opening.open(now: .start).first) else { return }
    let reset = try #require(TCPConnection.reset(answering: syn))
    #expect(reset.acknowledgment == 8)
    let refused = opening.receive(reset, now: .start)
    #expect(refused == [.cancelTimer, .failed(.refused)])

    var pair = Pair.connected()
    var later = TCPSegment(sourcePort: 80, destinationPort: 40000, sequence: 902, flags: .rst)
    let challenge = pair.client.receive(later, now: .start)
    #expect(challenge.count == 1)
    #expect(pair.client.state == .established)
    later.sequence = 901
    let ended = pair.client.receive(later, now: .start)
    #expect(ended == [.cancelTimer, .failed(.reset)])
  }

  @Test("a closed port answers with a reset, never to a reset")
  func closedPort() {
    let ack = TCPSegment(sourcePort: 5, destinationPort: 6, sequence: 10, acknowledgment: 77, flags: .ack)
    let reset = TCPConnection.reset(answering: ack)
    #expect(reset?.sequence == 77)
    #expect(reset?.flags == .rst)
    #expect(TCPConnection.reset(answering: reset ?? ack) == nil)
  }

  @Test("a segment seen before is acknowledged again and delivered once")
  func duplicate() throws {
    var pair = Pair.connected()
    pair.run(pair.client.send(.pattern(length: 5), now: .start), ofClient: true)
    let data = try #require(pair.segments.first { $0.content.length > 0 })
    let again = pair.server.receive(data, now: .start)
    guard case .transmit(let ack) = again.first, again.count == 1 else {
      Issue.record("one acknowledgment was expected, not \(again)")
      return
    }
    #expect(ack.flags == .ack)
    #expect(ack.acknowledgment == data.sequence &+ 5)
  }

  /// RFC 1191, 6.4.
  @Test("what was sent too long is sent again in pieces, with all behind it; the second message changes nothing")
  func shorterSegments() {
    var pair = Pair.connected()
    let sent = pair.client.send(.pattern(length: 3000), now: pair.now).segments
    #expect(sent.map(\.content.length) == [1460, 1460, 80])
    let again = pair.client.limitSegments(to: 1360, now: pair.now).segments
    #expect(again.map(\.content.length) == [1360, 100, 1360, 100, 80])
    #expect(again.map { $0.sequence &- sent[0].sequence } == [0, 1360, 1460, 2820, 2920])
    #expect(again.map(\.content.offset) == [0, 1360, 1460, 2820, 2920])
    #expect(again.map { $0.flags.contains(.psh) } == [false, false, false, false, true])
    let repeated = pair.client.limitSegments(to: 1360, now: pair.now)
    #expect(repeated.isEmpty)
    let later = pair.client.send(.pattern(length: 1400), now: pair.now).segments
    #expect(later.map(\.content.length) == [1360, 40])
  }

  @Test("a limit that nothing in flight exceeds repeats nothing", arguments: [(1459, 2), (1460, 0)])
  func fittingSegments(limit: UInt16, repeated: Int) {
    var pair = Pair.connected()
    _ = pair.client.send(.pattern(length: 1460), now: pair.now)
    let again = pair.client.limitSegments(to: limit, now: pair.now).segments
    #expect(again.count == repeated)
  }
}

extension [TCPConnection.Action] {
  fileprivate var segments: [TCPSegment] {
    compactMap { if case .transmit(let segment) = $0 { segment } else { nil } }
  }
}
