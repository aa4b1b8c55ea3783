import Packets
import Simulation
import Testing

@Suite("Links") struct LinkTests {
  /// IEEE 802.3-2018, 3.1.1: preamble 8, frame, check sequence 4, gap 12; at least 60 bytes of frame.
  @Test(
    "a frame takes its time on the wire",
    arguments: [(1514, 12_304), (60, 672), (14, 672), (61, 680)] as [(Int, UInt64)])
  func serialisation(length: Int, nanoseconds: UInt64) {
    var simulator = pair(Source(length: length), Sink(), LinkConfiguration(rate: 1_000_000_000))
    #expect(simulator.run() == .idle)
    #expect(simulator.arrivals == [nanoseconds])
  }

  @Test("frames leave one after the other, and the delay comes on top")
  func backToBack() {
    let wire = LinkConfiguration(delay: .microseconds(50), rate: 1_000_000_000)
    var simulator = pair(Source(burst: 3, length: 1514), Sink(), wire)
    _ = simulator.run()
    #expect(simulator.arrivals == [62_304, 74_608, 86_912])
    #expect(simulator.numbers(at: 1) == [0, 1, 2])
  }

  @Test("without rate and delay a frame arrives in the same instant")
  func noDelay() {
    var simulator = pair(Source(burst: 2), Sink())
    _ = simulator.run()
    #expect(simulator.arrivals == [0, 0])
  }

  @Test("the queue holds exactly its limit beside the frame being sent", arguments: [0, 1, 5])
  func queueLimit(limit: Int) {
    for burst in [limit + 1, limit + 2] {
      let wire = LinkConfiguration(rate: 1_000_000, queueLimit: UInt32(limit))
      var simulator = pair(Source(burst: burst), Sink(), wire)
      _ = simulator.run()
      #expect(simulator.journal.counters.arrived == UInt64(limit + 1))
      #expect(simulator.drops(.queueFull) == burst - limit - 1)
      #expect(simulator.journal.counters.isBalanced)
    }
  }

  @Test("room in the queue is free again as soon as the next frame begins")
  func queueDrains() {
    // 84 bytes on the wire take 672 µs at 1 Mbit/s.
    for (gap, lost) in [(671, 2), (672, 0)] as [(UInt64, Int)] {
      let wire = LinkConfiguration(rate: 1_000_000, queueLimit: 0)
      var simulator = pair(Source(rounds: 5, every: .microseconds(gap)), Sink(), wire)
      _ = simulator.run()
      #expect(simulator.drops(.queueFull) == lost)
    }
  }

  @Test("1500 bytes of packet pass, tagged too; 1501 do not")
  func mtu() {
    for (length, passes) in [(1514, true), (1515, false)] {
      var simulator = pair(Source(length: length), Sink())
      _ = simulator.run()
      #expect(simulator.journal.counters.arrived == (passes ? 1 : 0))
      #expect(simulator.drops(.tooBig) == (passes ? 0 : 1))
    }
    var bench = DeviceBench(Relay(), ports: 2)
    var tagged = EthernetFrame.numbered(length: 1514)
    tagged.tag = VLANID(rawValue: 7).map { VLANTag($0) }
    let deeds = bench.receive(tagged, on: 0)
    #expect(deeds == [.sent(tagged, 1)])
  }

  @Test("the same seed loses the same frames, another seed others, one in ten of them")
  func loss() {
    func survivors(seed: UInt64) -> [UInt32] {
      var simulator = pair(Source(burst: 2000), Sink(), LinkConfiguration(loss: 0.1), seed: seed)
      _ = simulator.run()
      #expect(simulator.journal.counters.isBalanced)
      #expect(simulator.drops(.lost) == 2000 - simulator.numbers(at: 1).count)
      return simulator.numbers(at: 1)
    }
    let first = survivors(seed: 1)
    #expect(first == survivors(seed: 1))
    #expect(first != survivors(seed: 2))
    #expect((1740...1860).contains(first.count))
  }

  @Test("probability 0 loses nothing and 1 everything")
  func certainLoss() {
    for (loss, arrived) in [(0, 100), (1, 0)] as [(Double, UInt64)] {
      var simulator = pair(Source(burst: 100), Sink(), LinkConfiguration(loss: loss))
      _ = simulator.run()
      #expect(simulator.journal.counters.arrived == arrived)
    }
  }

  @Test("what one direction loses does not depend on the traffic of the other")
  func separateStreams() {
    func survivors(against other: any Device) -> [UInt32] {
      let wire = LinkConfiguration(delay: .microseconds(1), loss: 0.1)
      var simulator = pair(Source(rounds: 500, every: .microseconds(3)), other, wire)
      _ = simulator.run()
      return simulator.numbers(at: 1)
    }
    #expect(
      survivors(against: Sink()) == survivors(against: Source(burst: 3, rounds: 400, every: .microseconds(2)))
    )
  }
}
