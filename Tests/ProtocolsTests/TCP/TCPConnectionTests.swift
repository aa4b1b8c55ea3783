import Packets
import Protocols
import Simulation
import Testing

/// RFC 9293, 3.3.2, figure 5:
///
/// from · to · cause · action
/// - closed · SYN-SENT · open · SYN
/// - closed · SYN-RECEIVED · SYN · SYN, ACK
/// - SYN-SENT · SYN-RECEIVED · SYN · SYN, ACK
/// - SYN-SENT · established · SYN, ACK · ACK
/// - SYN-SENT · closed · RST · refused
/// - SYN-RECEIVED · established · ACK of SYN
/// - established · FIN-WAIT-1 · close · FIN
/// - established · CLOSE-WAIT · FIN · ACK
/// - FIN-WAIT-1 · FIN-WAIT-2 · ACK of FIN
/// - FIN-WAIT-1 · closing · FIN · ACK
/// - FIN-WAIT-2 · TIME-WAIT · FIN · ACK
/// - closing · TIME-WAIT · ACK of FIN
/// - CLOSE-WAIT · LAST-ACK · close · FIN
/// - LAST-ACK · closed · ACK of FIN
/// - TIME-WAIT · closed · 60 s
@Suite("TCP connection") struct TCPConnectionTests {
  @Test("three segments open a connection, across the end of the sequence space")
  func handshake() {
    var pair = TwoEnds.connected()
    #expect(pair.segments.map(\.flags) == [.syn, [.syn, .ack], .ack])
    #expect(pair.segments.map(\.maximumSegmentSize) == [1460, 1460, 0])
    #expect(pair.segments.map(\.windowScale) == [7, 7, TCPSegment.noWindowScale])
    #expect(pair.segments.map(\.permitsSelectiveAcknowledgment) == [true, true, false])
    // RFC 7323, 2.2: only what comes after the opening is shifted; 49152 · 128 are six mebibytes.
    #expect(pair.segments.map(\.window) == [64240, 64240, 49152])
    #expect(pair.state(of: .client) == .established)
    #expect(pair.state(of: .server) == .established)
    pair.run(.client) { $0.send(.pattern(length: 5), now: $1) }
    #expect(pair.told[1] == [.connected, .received(.pattern(length: 5))])
  }

  @Test("who does not offer an option is not given it")
  func plainPeer() {
    var plain = TCPConnection.Settings()
    plain.isSelective = false
    let pair = TwoEnds.connected(plain)
    #expect(pair.segments.map(\.permitsSelectiveAcknowledgment) == [false, false, false])
    var server = TCPConnection(local: 80, remote: 40000, initialSequence: 5)
    server.receive(TCPSegment(sourcePort: 40000, destinationPort: 80, sequence: 9, flags: .syn), now: .start)
    let answer = server.taken().segments.first
    #expect(answer?.windowScale == TCPSegment.noWindowScale)
    #expect(answer?.permitsSelectiveAcknowledgment == false)
  }

  @Test("both ends open at once")
  func crossingOpens() {
    var pair = TwoEnds()
    let fromClient = pair.step(.client) { $0.open(now: $1) }
    let fromServer = pair.step(.server) { $0.open(now: $1) }
    pair.carryOut(fromClient, of: .client)
    pair.carryOut(fromServer, of: .server)
    #expect(pair.state(of: .client) == .established)
    #expect(pair.state(of: .server) == .established)
  }

  @Test("splits at the segment size and joins again", arguments: [(1460, 1), (1461, 2), (20_000, 14)])
  func splitting(length: UInt16, pieces: Int) {
    var pair = TwoEnds.connected()
    pair.run(.client) { $0.send(.pattern(length: length, seed: 9), now: $1) }
    #expect(pair.segments.filter { $0.content.length > 0 }.count == pieces)
    #expect(pair.told[1].last == .received(.pattern(length: length, seed: 9)))
  }

  @Test("both ends close in order; the first one waits 60 s", arguments: [(59_999, false), (60_000, true)])
  func close(milliseconds: UInt64, isOver: Bool) {
    var pair = TwoEnds.connected()
    pair.run(.client) { $0.close(now: $1) }
    #expect(pair.state(of: .client) == .finWait2)
    #expect(pair.state(of: .server) == .closeWait)
    pair.run(.server) { $0.close(now: $1) }
    #expect(pair.state(of: .client) == .timeWait)
    #expect(pair.told[1] == [.connected, .peerClosed, .closed, .released])
    pair.now = .start + .milliseconds(milliseconds)
    pair.run(.client) { $0.timerFired(now: $1) }
    #expect(pair.told[0] == [.connected, .peerClosed, .closed] + (isOver ? [.released] : []))
  }

  @Test("a half that is closed still takes data in")
  func halfClosed() {
    var pair = TwoEnds.connected()
    pair.run(.client) { $0.close(now: $1) }
    pair.run(.server) { $0.send(.pattern(length: 3000, seed: 4), now: $1) }
    #expect(pair.told[0].last == .received(.pattern(length: 3000, seed: 4)))
    pair.run(.server) { $0.close(now: $1) }
    #expect(pair.state(of: .client) == .timeWait)
    #expect(pair.state(of: .server) == .closed)
  }

  @Test("two FINs that cross end the connection on both sides")
  func crossing() {
    var pair = TwoEnds.connected()
    let fromClient = pair.step(.client) { $0.close(now: $1) }
    let fromServer = pair.step(.server) { $0.close(now: $1) }
    #expect(pair.state(of: .client) == .finWait1)
    pair.carryOut(fromClient, of: .client)
    pair.carryOut(fromServer, of: .server)
    #expect(pair.state(of: .client) == .timeWait)
    #expect(pair.state(of: .server) == .timeWait)
  }

  /// When an end that hears nothing says something, in milliseconds.
  private func times(_ connection: inout TCPConnection) -> [UInt64] {
    var now = Instant.start
    var times: [UInt64] = []
    while true {
      for action in connection.taken() {
        switch action {
        case .transmit, .failed: times.append(now.nanoseconds / 1_000_000)
        default: break
        }
      }
      guard let deadline = connection.deadline else { return times }
      now = deadline
      connection.timerFired(now: now)
    }
  }

  @Test("an unanswered SYN goes out at the measured times, then there is no answer")
  func unanswered() {
    var connection = TCPConnection(local: 1, remote: 2, initialSequence: 0)
    connection.open(now: .start)
    #expect(times(&connection).map { $0 / 1000 } == [0, 1, 2, 3, 4, 5, 7, 11, 19, 35, 67, 131])
    var settings = TCPConnection.Settings()
    settings.linearSynRepeats = 0
    var older = TCPConnection(local: 1, remote: 2, initialSequence: 0, settings: settings)
    older.open(now: .start)
    #expect(times(&older).map { $0 / 1000 } == [0, 1, 3, 7, 15, 31, 63, 127])
  }

  @Test("unacknowledged data goes out again after 0.2, 0.4, 0.8 and 1.6 s, fifteen times in all")
  func lostData() {
    var pair = TwoEnds.connected()
    pair.ends[0].send(.pattern(length: 5), now: .start)
    let sent = times(&pair.ends[0])
    #expect(sent.prefix(5) == [0, 200, 600, 1400, 3000])
    // The data, fifteen repetitions and the failure: Linux's 924.6 s.
    #expect(sent.count == 17)
    #expect(sent.last == 924_600)
  }

  @Test("the timer does nothing before its time", arguments: [(199, 0), (200, 1)])
  func early(milliseconds: UInt64, repeated: Int) {
    var pair = TwoEnds.connected()
    _ = pair.step(.client) { $0.send(.pattern(length: 5), now: $1) }
    pair.now = .start + .milliseconds(milliseconds)
    let said = pair.step(.client) { $0.timerFired(now: $1) }
    #expect(said.segments.count == repeated)
  }

  @Test("a reset refuses an open, ends a connection at the next byte, and is questioned elsewhere in the window")
  func resets() throws {
    var opening = TCPConnection(local: 40000, remote: 80, initialSequence: 7)
    opening.open(now: .start)
    let syn = try #require(opening.taken().segments.first)
    let reset = try #require(TCPConnection.reset(answering: syn))
    #expect(reset.acknowledgment == 8)
    opening.receive(reset, now: .start)
    let refused = opening.taken()
    #expect(refused == [.failed(.refused)])

    var pair = TwoEnds.connected()
    var later = TCPSegment(sourcePort: 80, destinationPort: 40000, sequence: 902, flags: .rst)
    let challenge = pair.step(.client) { $0.receive(later, now: $1) }
    #expect(challenge.count == 1)
    #expect(pair.state(of: .client) == .established)
    later.sequence = 901
    let ended = pair.step(.client) { $0.receive(later, now: $1) }
    #expect(ended == [.failed(.reset)])
    #expect(pair.ends[0].deadline == nil)
  }

  @Test("who asks a peer that knows nothing any more is told by a reset")
  func halfOpen() throws {
    var pair = TwoEnds.connected()
    let data = try #require(pair.step(.client) { $0.send(.pattern(length: 5), now: $1) }.segments.first)
    let reset = try #require(TCPConnection.reset(answering: data))
    let ended = pair.step(.client) { $0.receive(reset, now: $1) }
    #expect(ended == [.failed(.reset)])
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
    var pair = TwoEnds.connected()
    pair.run(.client) { $0.send(.pattern(length: 5), now: $1) }
    let data = try #require(pair.segments.first { $0.content.length > 0 })
    let again = pair.step(.server) { $0.receive(data, now: $1) }
    let ack = try #require(again.segments.first)
    #expect(again.count == 1)
    #expect(ack.flags == .ack)
    #expect(ack.acknowledgment == data.sequence &+ 5)
  }

  /// RFC 1191, 6.4.
  @Test("what was sent too long is sent again in pieces; the second message changes nothing")
  func shorterSegments() {
    var pair = TwoEnds.connected()
    let sent = pair.step(.client) { $0.send(.pattern(length: 3000), now: $1) }.segments
    #expect(sent.map(\.content.length) == [1460, 1460, 80])
    let again = pair.step(.client) { $0.limitSegments(to: 1360, now: $1) }.segments
    #expect(again.map(\.content.length) == [1360, 100, 1360, 100])
    #expect(again.map { $0.sequence &- sent[0].sequence } == [0, 1360, 1460, 2820])
    #expect(again.map(\.content.offset) == [0, 1360, 1460, 2820])
    #expect(again.map { $0.flags.contains(.psh) } == [false, false, false, false])
    let repeated = pair.step(.client) { $0.limitSegments(to: 1360, now: $1) }
    #expect(repeated.isEmpty)
    pair.carryOut(sent.suffix(1).map { .transmit($0) } + again.map { .transmit($0) }, of: .client)
    #expect(pair.told[1].last == .received(.pattern(length: 3000)))
    let later = pair.step(.client) { $0.send(.pattern(length: 1400), now: $1) }.segments
    #expect(later.map(\.content.length) == [1360, 40])
  }

  @Test("a limit that nothing in flight exceeds repeats nothing", arguments: [(1459, 2), (1460, 0)])
  func fittingSegments(limit: UInt16, repeated: Int) {
    var pair = TwoEnds.connected()
    _ = pair.step(.client) { $0.send(.pattern(length: 1460), now: $1) }
    let again = pair.step(.client) { $0.limitSegments(to: limit, now: $1) }.segments
    #expect(again.count == repeated)
  }
}
