import Devices
import Packets
import Protocols
import Simulation
import Testing

/// Bulk transfers through networks, seen by how much gets through.
@Suite("Bulk transfer") struct TransferTests {
  /// What a full segment carries, and what it takes on the wire: the headers, and 24 bytes of preamble, check sequence and
  /// gap (IEEE 802.3-2018, 3.1.1).
  private static let goodput = 1460.0 / 1538.0

  /// Senders on fast links, a router, and a slow link to the receiver, which has as many addresses.
  private func lab(
    rate: UInt64, roundTrip: TimeSpan, queue: UInt32, senders: Int = 1, loss: Double = 0, seed: UInt64 = 1,
    _ settings: TCPConnection.Settings = .init()
  ) -> Lab {
    var lab = Lab()
    for number in 0..<senders {
      lab.addStack("a\(number)", ["10.0.\(number).2/24"], gateway: "10.0.\(number).1", tcp: settings)
    }
    lab.addStack(
      "router", (0..<senders).map { "10.0.\($0).1/24" } + ["10.9.0.1/24"], forwards: true)
    lab.addStack(
      "b", ["10.9.0.2/24"], gateway: "10.9.0.1", services: [TCPListener(port: 5001)], tcp: settings)
    for number in 0..<senders {
      lab.wire(("a\(number)", 0), ("router", number), LinkConfiguration(rate: 10 * rate, queueLimit: 100_000))
    }
    lab.wire(
      ("router", senders), ("b", 0),
      LinkConfiguration(delay: roundTrip / 2, rate: rate, loss: loss, queueLimit: queue))
    lab.build(seed: seed, detail: .folded)
    return lab
  }

  private func command(_ span: TimeSpan, _ control: CongestionControl? = nil) -> TransferCommand {
    var command = TransferCommand(.address(address("10.9.0.2")), port: 5001, .duration(span))
    command.congestionControl = control
    return command
  }

  private func rate(_ outcome: Outcome) -> Double {
    Double(outcome.bytes) * 8e9 / Double(outcome.duration.nanoseconds)
  }

  @Test(
    "fills a link without loss whose queue holds a round trip", arguments: [10, 100, 1000] as [UInt64],
    [(1, 5), (10, 10), (100, 30)] as [(UInt64, UInt64)])
  func throughput(megabits: UInt64, times: (roundTrip: UInt64, seconds: UInt64)) {
    var settings = TCPConnection.Settings()
    settings.receiveBuffer = 1 << 26
    let bits = megabits * 1_000_000
    let roundTrip = TimeSpan.milliseconds(times.roundTrip)
    let queue = max(50, UInt32(bits / 8 * times.roundTrip / 1000 / 1500))
    var lab = lab(rate: bits, roundTrip: roundTrip, queue: queue, settings)
    let outcome = lab.play("a0", command(.seconds(times.seconds)))
    #expect(outcome.succeeded)
    let share = rate(outcome) / (Double(bits) * Self.goodput)
    #expect(share > 0.95 && share <= 1.0001, "\(megabits) Mbit/s, \(times.roundTrip) ms: \(share)")
    #expect(lab.simulator.journal.counters.isBalanced)
  }

  @Test("never goes faster than a buffer a round trip")
  func windowLimited() {
    var lab = lab(rate: 1_000_000_000, roundTrip: .milliseconds(100), queue: 10_000)
    let outcome = lab.play("a0", command(.seconds(10)))
    let limit = 6_291_456.0 * 8 / 0.1
    #expect(rate(outcome) < limit)
    #expect(rate(outcome) > limit * 0.85)
  }

  /// Jain's index of both rates: 1 where they are the same, 0.5 where one has everything.
  @Test("two flows share a link fairly", arguments: CongestionControl.allCases)
  func fairness(control: CongestionControl) {
    var lab = lab(rate: 100_000_000, roundTrip: .milliseconds(20), queue: 170, senders: 2)
    let activities = ["a0", "a1"].map { lab.simulator.begin(command(.seconds(60), control), on: lab.id($0), step: 0) }
    _ = lab.simulator.run(orFinished: true)
    let rates = activities.map { rate(lab.outcome(of: $0)) }
    let index = (rates[0] + rates[1]) * (rates[0] + rates[1]) / (2 * (rates[0] * rates[0] + rates[1] * rates[1]))
    #expect(index > 0.95, "\(rates)")
    #expect(rates[0] + rates[1] > 0.9 * 100e6 * Self.goodput, "\(rates)")
  }

  /// Mathis and others, 1997: MSS · C / (RTT · √p). C is √(3/2) where the window grows by the bytes acknowledged, however
  /// many acknowledgments tell of them (RFC 3465). Timeouts, which it leaves out, cost more the greater the loss.
  @Test("Reno over a lossy link is as fast as the formula of Mathis says", arguments: [0.001, 0.01])
  func mathis(loss: Double) {
    var lab = lab(rate: 1_000_000_000, roundTrip: .milliseconds(50), queue: 10_000, loss: loss)
    let outcome = lab.play("a0", command(.seconds(120), .reno))
    let expected = 1460 * 8 * 1.5.squareRoot() / (0.05 * loss.squareRoot())
    let ratio = rate(outcome) / expected
    #expect(ratio > 0.75 && ratio < 1.25, "\(ratio)")
  }

  @Test("CUBIC has more of a fast and long link with a little loss than Reno")
  func recovery() {
    var settings = TCPConnection.Settings()
    settings.receiveBuffer = 1 << 26
    let rates = CongestionControl.allCases.map { control in
      var lab = lab(
        rate: 1_000_000_000, roundTrip: .milliseconds(100), queue: 4000, loss: 0.000_02, settings)
      return rate(lab.play("a0", command(.seconds(60), control)))
    }
    #expect(rates[0] > 1.5 * rates[1], "\(rates)")
  }

  @Test("what died by a full queue is sent again, and all of it arrives", arguments: CongestionControl.allCases)
  func complete(control: CongestionControl) {
    var lab = lab(rate: 10_000_000, roundTrip: .milliseconds(20), queue: 20)
    var command = TransferCommand(.address(address("10.9.0.2")), port: 5001, .bytes(5_000_000))
    command.congestionControl = control
    let outcome = lab.play("a0", command)
    #expect(outcome.succeeded)
    #expect(outcome.bytes == 5_000_000)
    #expect(outcome.repeats > 0)
    #expect(lab.simulator.journal.counters.isBalanced)
    #expect(lab.simulator.journal.records.count < 2000)
  }

  @Test("what the journal folds is what the links carried")
  func folded() {
    var counts: [[UInt64]] = []
    for detail in [Journal.Detail.full, .folded] {
      var lab = lab(rate: 10_000_000, roundTrip: .milliseconds(20), queue: 20)
      lab.build(detail: detail)
      _ = lab.play("a0", TransferCommand(.address(address("10.9.0.2")), port: 5001, .bytes(1_000_000)))
      lab.simulator.completeJournal()
      var sent: UInt64 = 0
      var bytes: UInt64 = 0
      var died: UInt64 = 0
      for record in lab.simulator.journal.records {
        switch record.event {
        case .sent(let frame, let direction) where direction != .none:
          sent += 1
          bytes += UInt64(frame.length)
        case .folded(_, let frames, let length):
          sent += frames
          bytes += length
        case .dropped: died += 1
        case .foldedDrops(_, let frames): died += frames
        default: break
        }
      }
      counts.append([sent, bytes, died, lab.simulator.journal.counters.sent])
    }
    #expect(counts[0] == counts[1])
    #expect(counts[0][2] > 0)
  }

  /// a – router – router – b, with less room in the middle than at both ends.
  private func narrow(_ mtu: UInt16) -> Lab {
    var lab = Lab()
    lab.addStack("a", ["10.0.0.2/24"], gateway: "10.0.0.1")
    lab.addStack("r1", ["10.0.0.1/24", "10.0.1.1/24"], gateway: "10.0.1.2", forwards: true)
    lab.addStack("r2", ["10.0.1.2/24", "10.9.0.1/24"], gateway: "10.0.1.1", forwards: true)
    lab.addStack("b", ["10.9.0.2/24"], gateway: "10.9.0.1", services: [TCPListener(port: 5001)])
    lab.wire(("a", 0), ("r1", 0), LinkConfiguration(rate: 100_000_000))
    lab.wire(("r1", 1), ("r2", 0), LinkConfiguration(rate: 100_000_000, mtu: mtu))
    lab.wire(("r2", 1), ("b", 0), LinkConfiguration(rate: 100_000_000))
    lab.build()
    return lab
  }

  /// RFC 1191.
  @Test("goes on in shorter segments where a router says that longer ones do not fit")
  func pathMTU() {
    var lab = narrow(1400)
    let outcome = lab.play("a", TransferCommand(.address(address("10.9.0.2")), port: 5001, .bytes(100_000)))
    #expect(outcome.bytes == 100_000)
    let lengths = lab.sent(by: "a").compactMap(\.segment).map(\.content.length)
    // Ten segments in flight; all others fit.
    #expect(lengths.count { $0 > 1360 } == 10)
    #expect(lengths.count { $0 == 1360 } > 60)
    #expect(lab.drops(at: "r1") == Array(repeating: .fragmentationNeeded, count: 10))
  }

  /// RFC 9293, 3.7.1.
  @Test("asks for no longer segments than its own link takes", arguments: [(1500, 1460), (1400, 1360), (9000, 8960)])
  func offeredSize(mtu: UInt16, size: UInt16) {
    var lab = Lab()
    lab.addStack("a", ["10.0.0.2/24"])
    lab.addStack("b", ["10.0.0.3/24"], services: [TCPListener(port: 5001)])
    lab.wire(("a", 0), ("b", 0), LinkConfiguration(rate: 100_000_000, mtu: mtu))
    lab.build()
    let outcome = lab.play("a", TransferCommand(.address(address("10.0.0.3")), port: 5001, .bytes(200_000)))
    #expect(outcome.bytes == 200_000)
    let segments = lab.sent(by: "a").compactMap(\.segment)
    #expect(segments.first?.maximumSegmentSize == size)
    #expect(segments.map(\.content.length).max() == size)
  }
}
