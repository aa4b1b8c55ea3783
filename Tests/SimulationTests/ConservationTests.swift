import Packets
import Simulation
import Testing

/// Every frame has one fate, and every message goes when the last frame that refers to it is gone.
@Suite("Conservation") struct ConservationTests {
  /// Sends frames with messages; some copies die at once on a port without a link.
  private struct Talker: Device {
    var rounds: Int
    mutating func start(_ outbox: inout Outbox) { send(&outbox) }
    mutating func timerFired(_ timer: TimerToken, _ outbox: inout Outbox) { send(&outbox) }
    mutating func receive(_ frame: EthernetFrame, on port: PortNumber, _ outbox: inout Outbox) {
      outbox.absorb(by: .test)
    }
    private mutating func send(_ outbox: inout Outbox) {
      let message = outbox.messages.insert(.bytes([1, 2, 3, UInt8(rounds & 255)]))
      let frame = EthernetFrame(
        destination: b, source: a,
        payload: .other(EtherType(rawValue: 0x88b5), .message(message, length: 4)))
      outbox.originate(frame, on: 1, for: .serves)
      for _ in 0..<4 { outbox.originate(frame, on: 0, for: .serves) }
      rounds -= 1
      if rounds > 0 { _ = outbox.setTimer(1, after: .microseconds(10)) }
    }
  }

  private func talk(rounds: Int, detail: Journal.Detail, loss: Double = 0.1) -> Simulator {
    Simulator(
      parts: [
        .init(Talker(rounds: rounds), ports: 2, name: "talker"), .init(Relay(), ports: 2, name: "relay"),
      ],
      wires: [.init(end(0), end(1), LinkConfiguration(delay: .microseconds(95), loss: loss))], detail: detail)
  }

  @Test("a million frames with messages need no more slots than are under way")
  func boundedMessages() {
    var simulator = talk(rounds: 200_000, detail: .counters)
    var most = 0
    while simulator.run(until: simulator.now + .milliseconds(20)) == .deadline, simulator.hasTraffic {
      most = max(most, simulator.messages.count)
    }
    #expect(simulator.journal.counters.sent > 1_000_000)
    #expect(simulator.journal.counters.isBalanced)
    #expect(simulator.journal.records.isEmpty)
    #expect((1...10).contains(most))
    #expect(simulator.messages.count == 0)
  }

  @Test("a journal keeps the messages of its records")
  func journalKeepsMessages() {
    var simulator = talk(rounds: 20, detail: .full)
    _ = simulator.run()
    #expect(simulator.messages.count == 20)
    var bytes: [UInt8] = []
    for record in simulator.journal.records {
      guard case .sent(let frame, _) = record.event, record.port == 1, record.device.index == 0,
        let message = frame.message, case .bytes(let content)? = simulator.messages[message]
      else { continue }
      bytes.append(content[3])
    }
    #expect(bytes == (1...20).reversed())
  }

  @Test("a copy that dies at once does not take the message from the next", arguments: [0, 1] as [Double])
  func lostCopies(loss: Double) {
    var simulator = talk(rounds: 100, detail: .counters, loss: loss)
    _ = simulator.run()
    #expect(simulator.messages.count == 0)
    #expect(simulator.journal.counters.isBalanced)
  }

  @Test("frames of a cut link give their messages back")
  func cutLink() {
    var simulator = talk(rounds: 100, detail: .counters)
    _ = simulator.run(until: Instant.start + .microseconds(500))
    #expect(simulator.messages.count > 0)
    simulator.setLink(0, isUp: false)
    #expect(simulator.messages.count == 0)
    #expect(simulator.journal.counters.inFlight == 0)
  }

  /// Holds every frame until the next one comes; every third is given up.
  private struct Keeper: Device {
    var held: HeldFrame?
    var number = 0
    mutating func receive(_ frame: EthernetFrame, on port: PortNumber, _ outbox: inout Outbox) {
      if let held {
        number += 1
        number % 3 == 0 ? outbox.discard(held, because: .noNeighbor) : outbox.release(held, on: 0)
      }
      held = outbox.hold(frame, awaiting: IPv4Address(10, 0, 0, 1))
    }
  }

  @Test("held frames wait, keep their message, and are the cause of what is sent in the end")
  func held() {
    for detail in [Journal.Detail.counters, .full] {
      var simulator = Simulator(
        parts: [
          .init(Talker(rounds: 25), ports: 2, name: "talker"), .init(Keeper(), ports: 1, name: "keeper"),
        ],
        wires: [.init(end(0), end(1), .inside)], detail: detail)
      _ = simulator.run()
      #expect(simulator.journal.counters.waiting == 1)
      #expect(simulator.journal.counters.held == 100)
      #expect(simulator.journal.counters.absorbed == 66)
      #expect(simulator.journal.counters.isBalanced)
      #expect(simulator.messages.count == (detail == .full ? 25 : 1))
      let waiting = Set(
        simulator.journal.records.filter { if case .held = $0.event { true } else { false } }.map { $0.frame }
      )
      let released = simulator.journal.records.filter {
        if case .sent = $0.event { $0.device.index == 1 } else { false }
      }
      #expect(released.allSatisfy { waiting.contains($0.cause) && $0.relation == .continues })
    }
  }

  @Test("a device that forgets a frame, or gives it two fates, is found out")
  func mistakes() {
    struct Forgetful: Device {
      mutating func receive(_ frame: EthernetFrame, on port: PortNumber, _ outbox: inout Outbox) {}
    }
    struct Doubtful: Device {
      mutating func receive(_ frame: EthernetFrame, on port: PortNumber, _ outbox: inout Outbox) {
        outbox.absorb(by: .test)
        outbox.drop(because: .noSocket)
      }
    }
    var forgetful = pair(Source(), Forgetful())
    _ = forgetful.run()
    #expect(forgetful.journal.counters.withoutFate == 1)
    #expect(!forgetful.journal.counters.isBalanced)
    var doubtful = pair(Source(), Doubtful())
    _ = doubtful.run()
    #expect(doubtful.journal.counters.withTwoFates == 1)
    #expect(!doubtful.journal.counters.isBalanced)
  }
}

extension Simulator {
  fileprivate var hasTraffic: Bool { journal.counters.inFlight > 0 }
}
