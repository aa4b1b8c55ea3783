import Packets
import Simulation
import Testing

@Suite("Device bench") struct DeviceBenchTests {
  @Test("what a device sends leaves the bench at once")
  func leaves() {
    var bench = DeviceBench(Relay(), ports: 3)
    for port in 0..<3 {
      let deeds = bench.receive(.numbered(), on: PortNumber(port))
      #expect(deeds == [.sent(.numbered(), PortNumber((port + 1) % 3))])
    }
    #expect(bench.counters.isBalanced)
    #expect(bench.counters.inFlight == 0)
  }

  @Test("timers fire up to the moment named, that moment included")
  func timers() {
    var bench = DeviceBench(Source(rounds: 3, every: .seconds(1)), ports: 1)
    let begin = bench.start()
    let before = bench.advance(by: .nanoseconds(999_999_999))
    let then = bench.advance(by: .nanoseconds(1))
    let later = bench.advance(to: Instant.start + .seconds(60))
    #expect(begin == [.sent(.numbered(0), 0)])
    #expect(before == [])
    #expect(then == [.sent(.numbered(1), 0)])
    #expect(later == [.sent(.numbered(2), 0)])
    #expect(bench.now == Instant.start + .seconds(60))
  }

  @Test("a command ends with its outcome")
  func commands() {
    var bench = DeviceBench(Asker(), ports: 1)
    let asked = bench.perform(Asker.Ask())
    #expect(asked.deeds == [.sent(.numbered(), 0)])
    let answered = bench.receive(.numbered(), on: 0)
    #expect(answered == [.absorbed(.test), .ended(.success)])
  }

  @Test("a frame without a fate shows")
  func undecided() {
    struct Forgetful: Device {
      mutating func receive(_ frame: EthernetFrame, on port: PortNumber, _ outbox: inout Outbox) {}
    }
    var bench = DeviceBench(Forgetful(), ports: 1)
    let deeds = bench.receive(.numbered(), on: 0)
    #expect(deeds == [.undecided])
  }

  @Test("a port whose cable is out loses what is sent there")
  func unplugged() {
    var bench = DeviceBench(Relay(), ports: 2)
    bench.setLink(on: 1, isUp: false)
    let lost = bench.receive(.numbered(), on: 0)
    bench.setLink(on: 1, isUp: true)
    let sent = bench.receive(.numbered(), on: 0)
    #expect(lost == [.sent(.numbered(), 1), .dropped(.linkDown)])
    #expect(sent == [.sent(.numbered(), 1)])
  }

  @Test("messages of frames stay readable")
  func messages() {
    var bench = DeviceBench(Relay(), ports: 2)
    let id = bench.messages.insert(.bytes([7]))
    let frame = EthernetFrame(
      destination: b, source: a, payload: .other(EtherType(rawValue: 0x88b5), .message(id, length: 1)))
    bench.receive(frame, on: 0)
    bench.advance(by: .seconds(1))
    #expect(bench.messages[id] == .bytes([7]))
    #expect(bench.messages.count == 1)
  }
}
