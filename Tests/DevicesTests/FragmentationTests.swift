import Devices
import Packets
import Protocols
import Simulation
import Testing

/// Packets that do not fit, seen from the wire.
@Suite("Fragmentation") struct FragmentationTests {
  /// a – router – b, where the link to b takes less.
  private func narrow(mtu: UInt16 = 1400, masquerades: [Int] = [], nearMTU: UInt16 = 1500) -> Lab {
    var lab = Lab()
    lab.addStack("a", ["10.0.1.2/24"], gateway: "10.0.1.1")
    lab.addStack("router", ["10.0.1.1/24", "10.0.2.1/24"], forwards: true, masquerades: masquerades)
    lab.addStack("b", ["10.0.2.2/24"], gateway: "10.0.2.1", services: [UDPEcho(port: 7)])
    lab.wire(("a", 0), ("router", 0), LinkConfiguration(delay: .microseconds(10), mtu: nearMTU))
    lab.wire(("router", 1), ("b", 0), LinkConfiguration(delay: .microseconds(10), mtu: mtu))
    lab.build()
    return lab
  }

  private func ping(_ size: UInt16, whole: Bool = false) -> PingCommand {
    var command = PingCommand(.address(address("10.0.2.2")))
    command.size = size
    command.dontFragment = whole
    return command
  }

  private func lengths(_ lab: Lab, by name: String) -> [Int] {
    lab.sent(by: name).compactMap(\.packet).filter { $0.icmp.map { !$0.kind.isError } ?? true }.map(\.length)
  }

  @Test("a packet that fits goes whole and unsplittable, one byte more goes in two", arguments: [(1472, 1), (1473, 2)])
  func ownLink(size: UInt16, parts: Int) {
    var lab = narrow(mtu: 1500)
    let outcome = lab.play("a", ping(size))
    #expect(outcome.succeeded)
    #expect(lengths(lab, by: "a").count == parts)
    #expect(lab.sent(by: "a").compactMap(\.packet).map(\.dontFragment) == Array(repeating: parts == 1, count: parts))
    #expect(lab.simulator.journal.counters.isBalanced)
    #expect(lab.simulator.journal.counters.waiting == 0)
  }

  /// Measured on Linux: the first is lost with ICMP 3/4, the next split by its sender into 1396 and 124 bytes.
  @Test("the first packet too big for the way fails, later ones are split by the sender, for ten minutes")
  func pathMTU() {
    var lab = narrow()
    let first = lab.play("a", ping(1472))
    #expect(first.failure == .fragmentationNeeded)
    #expect(first.responder == address("10.0.1.1"))
    #expect(lab.drops(at: "router") == [.fragmentationNeeded])
    #expect(lab.play("a", ping(1472)).succeeded)
    #expect(lengths(lab, by: "a") == [1500, 1396, 124])
    lab.wait(.seconds(601))
    #expect(lab.play("a", ping(1472)).failure == .fragmentationNeeded)
    #expect(lengths(lab, by: "a") == [1500, 1396, 124, 1500])
    #expect(lab.simulator.journal.counters.isBalanced)
  }

  @Test("with 'don't fragment' later ones fail at the sender, and what fits passes")
  func whole() {
    var lab = narrow()
    #expect(lab.play("a", ping(1472, whole: true)).responder == address("10.0.1.1"))
    let sent = lab.sent(by: "a").count
    let again = lab.play("a", ping(1373, whole: true))
    #expect(again.failure == .fragmentationNeeded)
    #expect(lab.sent(by: "a").count == sent, "nothing leaves")
    #expect(lab.play("a", ping(1372, whole: true)).succeeded)
  }

  @Test("a datagram fails once like a ping, and then comes through with its echo")
  func datagrams() {
    var lab = narrow()
    var command = UDPCommand(.address(address("10.0.2.2")), port: 7)
    command.size = 1472
    #expect(lab.play("a", command).failure == .fragmentationNeeded)
    #expect(lab.play("a", command).succeeded)
  }

  @Test("a router splits what may be split, and fragments again")
  func router() {
    var lab = narrow(mtu: 600)
    // Three bytes too many for the first link: the sender splits it, so routers may too.
    #expect(lab.play("a", ping(1475)).succeeded)
    let parts = lab.sent(by: "router").compactMap(\.packet).filter { $0.destination == address("10.0.2.2") }
    #expect(parts.map(\.length) == [596, 596, 348, 23])
    #expect(parts.map(\.moreFragments) == [true, true, true, false])
    #expect(lab.simulator.journal.counters.isBalanced)
  }

  @Test("a router that translates puts fragments together first, and splits them again behind")
  func translated() {
    var lab = narrow(mtu: 1400, masquerades: [1])
    #expect(lab.play("a", ping(2000)).succeeded)
    let parts = lab.sent(by: "router").compactMap(\.packet).filter { $0.destination == address("10.0.2.2") }
    #expect(parts.map(\.length) == [1396, 652])
    #expect(parts.allSatisfy { $0.source == address("10.0.2.1") })
    #expect(lab.simulator.journal.counters.isBalanced)
  }

  @Test(
    "without its beginning a datagram ends in silence, with it by ICMP 11/1, after thirty seconds", arguments: [0, 1])
  func timeout(lost: Int) throws {
    var bench = DeviceBench(stack(), ports: 1)
    let whole = IPv4Packet(
      source: address("10.0.0.1"), destination: address("10.0.0.2"), identification: 5,
      payload: .icmp(ICMPMessage(.echoRequest(identifier: 1, sequence: 1), content: .pattern(length: 2000))))
    let parts = try #require(whole.fragments(fitting: 1500))
    let held = bench.receive(frame(parts[1 - lost]), on: 0)
    #expect(held == [.held(.any)])
    let early = bench.advance(by: .nanoseconds(29_999_999_999))
    #expect(early.isEmpty)
    let deeds = bench.advance(by: .nanoseconds(1))
    #expect(deeds.first == .dropped(.reassemblyTimedOut))
    #expect(deeds.contains(.noted(.refused(.timeExceeded(code: 1)))) == (lost == 1))
    #expect(bench.counters.waiting == (lost == 1 ? 1 : 0), "the error itself waits for ARP")
    // Its rest comes too late.
    let late = bench.receive(frame(parts[lost]), on: 0)
    #expect(late == [.held(.any)])
  }

  /// Measured on Linux: ten segments in flight, ten times ICMP 3/4, and then it goes on at once.
  @Test("a connection goes on at once with segments that get through")
  func connection() throws {
    struct Talker: Application {
      mutating func handle(_ event: ApplicationEvent, _ host: inout ProgramHost, _ outbox: inout Outbox) {
        switch event {
        case .started: _ = host.connect(to: Endpoint(address("10.0.2.2"), 80), for: .serves, &outbox)
        case .connection(let number, .connected): host.send(.pattern(length: 5000), on: number, &outbox)
        default: break
        }
      }
    }
    struct Listener: Application {
      mutating func handle(_ event: ApplicationEvent, _ host: inout ProgramHost, _ outbox: inout Outbox) {
        if case .started = event { _ = host.listen(on: 80) }
      }
    }
    var lab = Lab()
    lab.addStack("a", ["10.0.1.2/24"], gateway: "10.0.1.1", services: [Talker()])
    lab.addStack("router", ["10.0.1.1/24", "10.0.3.1/24"], gateway: "10.0.3.2", forwards: true)
    lab.addStack("far", ["10.0.3.2/24", "10.0.2.1/24"], gateway: "10.0.3.1", forwards: true)
    lab.addStack("b", ["10.0.2.2/24"], gateway: "10.0.2.1", services: [Listener()])
    lab.wire(("a", 0), ("router", 0), LinkConfiguration(delay: .microseconds(10)))
    // In the middle: of its own link each end tells the other when the connection opens (RFC 9293, 3.7.1).
    lab.wire(("router", 1), ("far", 0), LinkConfiguration(delay: .microseconds(10), mtu: 1400))
    lab.wire(("far", 1), ("b", 0), LinkConfiguration(delay: .microseconds(10)))
    lab.build()
    lab.wait(.milliseconds(100))
    #expect(lab.drops(at: "router") == [.fragmentationNeeded, .fragmentationNeeded, .fragmentationNeeded])
    let passed = lab.sent(by: "router").filter { $0.packet?.destination == address("10.0.2.2") }.compactMap(\.segment)
    #expect(passed.map(\.content.length).max() == 1360)
    let opening = try #require(passed.first).sequence
    let answers = lab.sent(by: "b").compactMap(\.segment)
    #expect(answers.last?.acknowledgment == opening &+ 5001)
  }

  @Test("a fragment that comes twice is dropped once, and changes nothing")
  func duplicate() throws {
    var bench = DeviceBench(stack(), ports: 1)
    let whole = IPv4Packet(
      source: address("10.0.0.1"), destination: address("10.0.0.2"), identification: 5,
      payload: .icmp(ICMPMessage(.echoReply(identifier: 1, sequence: 1), content: .pattern(length: 2000))))
    let parts = try #require(whole.fragments(fitting: 1500))
    _ = bench.receive(frame(parts[0]), on: 0)
    let again = bench.receive(frame(parts[0]), on: 0)
    #expect(again == [.dropped(.duplicateFragment)])
    let rest = bench.receive(frame(parts[1]), on: 0)
    #expect(rest == [.absorbed(.reassembly), .dropped(.unexpected)])
    #expect(bench.counters.isBalanced)
  }

  private func stack() -> IPStack {
    IPStack(
      NetworkLayer(interfaces: [
        Interface(
          name: "eth0", hardwareAddress: Lab.hardware("b", 0),
          addresses: InterfaceAddress("10.0.0.2/24").map { [$0] } ?? [], origin: .none)
      ]))
  }

  private func frame(_ packet: IPv4Packet) -> EthernetFrame {
    EthernetFrame(destination: Lab.hardware("b", 0), source: Lab.hardware("a", 0), payload: .ipv4(packet))
  }
}

extension IPv4Packet {
  fileprivate var icmp: ICMPMessage? { if case .icmp(let message) = payload { message } else { nil } }
}
