import Configuration
import Devices
import Packets
import Protocols
import Simulation
import Testing

/// RFC 1122, 3.2.2.2, RFC 1812, 5.2.7.2, and Linux.
@Suite("Redirects") struct RedirectTests {
  /// A router at 10.0.1.1/24 and 10.0.2.1/24 whose way to 10.0.9.0/24 is 10.0.1.3.
  private func router(_ knobs: [(String, Value)] = []) -> DeviceBench<IPStack> {
    let interfaces: Value = [
      "eth0": ["address": "10.0.1.1/24", "mac": "02:00:00:00:00:01"], "eth1": "10.0.2.1/24",
    ]
    var fields = Mapping([("forwards", true)])
    fields.set("interfaces", to: interfaces)
    fields.set("routes", to: [["to": "10.0.9.0/24", "via": "10.0.1.3"]])
    for (name, value) in knobs { fields.set(name, to: value) }
    let written = Written<IPStackSettings>(.map(fields))
    guard var stack = written.kind?.makeDevice(ports: 2) as? IPStack, written.said.isEmpty else {
      preconditionFailure("the test writes a stack that cannot be: \(written.said)")
    }
    for (number, port) in [("10.0.1.9", 0), ("10.0.1.3", 0), ("10.0.5.9", 0)] {
      stack.know(.neighbor(address(number), MACAddress(rawValue: 0x0200_0000_00aa), PortNumber(port)))
    }
    return DeviceBench(stack, ports: 2)
  }

  private func echo(
    from source: String = "10.0.1.9", to destination: String = "10.0.9.9", id: UInt16 = 1
  ) -> EthernetFrame {
    let message = ICMPMessage(.echoRequest(identifier: id, sequence: 1), content: .pattern(length: 8))
    return EthernetFrame(
      destination: MACAddress(rawValue: 0x0200_0000_0001), source: MACAddress(rawValue: 0x0200_0000_00aa),
      payload: .ipv4(IPv4Packet(source: address(source), destination: address(destination), payload: .icmp(message))))
  }

  private func redirects(_ deeds: [Deed]) -> [(to: IPv4Address, gateway: IPv4Address)] {
    deeds.compactMap { deed in
      guard case .sent(let frame, _) = deed, let packet = frame.packet,
        case .redirect(1, let gateway)? = frame.icmp?.kind
      else { return nil }
      return (packet.destination, gateway)
    }
  }

  @Test(
    "who is on the link that its packet leaves by is told of the better router, and the packet goes on",
    arguments: [
      ("10.0.1.9", "10.0.9.9", true), ("10.0.5.9", "10.0.9.9", false), ("10.0.1.9", "10.0.2.9", false),
      ("10.0.1.9", "10.0.1.3", true),
    ])
  func told(source: String, destination: String, isTold: Bool) throws {
    var bench = router()
    let deeds = bench.receive(echo(from: source, to: destination), on: 0)
    #expect(redirects(deeds).map(\.to) == (isTold ? [address("10.0.1.9")] : []))
    #expect(redirects(deeds).allSatisfy { $0.gateway == address("10.0.1.3") })
    let passed = deeds.contains { deed in
      switch deed {
      case .sent(let frame, _): frame.packet?.destination == address(destination)
      case .held: true
      default: false
      }
    }
    #expect(passed)
    #expect(bench.counters.isBalanced)
  }

  @Test("the quoted packet has paid for the hop")
  func quote() throws {
    var bench = router()
    let deeds = bench.receive(echo(), on: 0)
    let quoted = deeds.compactMap { deed -> UInt8? in
      guard case .sent(let frame, _) = deed, let id = frame.icmp?.content.message,
        case .quote(let quote)? = bench.messages[id]
      else { return nil }
      return quote.packet.timeToLive
    }
    #expect(quoted == [63])
  }

  @Test("with send-redirects off nobody is told")
  func silent() {
    var bench = router([("send-redirects", false)])
    let deeds = bench.receive(echo(), on: 0)
    #expect(redirects(deeds).isEmpty)
  }

  @Test(
    "where connections are tracked the first packet of each causes none, where they are translated no packet",
    arguments: [
      ("eth1", [0, 1, 1]), ("eth0", [0, 0, 0]),
    ])
  func tracked(masquerade: String, counts: [Int]) {
    var bench = router([("masquerade", .string(masquerade))])
    var told: [Int] = []
    for _ in 0..<3 {
      told.append(redirects(bench.receive(echo(), on: 0)).count)
      bench.advance(by: .seconds(1))
    }
    #expect(told == counts)
  }

  @Test("they are not held back by the ration of errors, but told more and more seldom to who takes no notice")
  func rationed() {
    var bench = router()
    var told: [Int] = []
    for second in 0..<20 {
      if !redirects(bench.receive(echo(), on: 0)).isEmpty { told.append(second) }
      bench.advance(by: .seconds(1))
    }
    #expect(told == [0, 1, 2, 3, 4, 5, 7, 10, 16])
  }

  /// a pings b beyond `other` and takes `router` for its gateway; the requests that reach `router`, by number.
  private func requestsReach(_ lab: inout Lab, _ count: Int) -> [Bool] {
    (0..<count).map { _ in
      let before = lab.requests(by: "router")
      let outcome = lab.play("a", PingCommand(.address(address("10.0.2.1"))))
      lab.wait(.seconds(1))
      return outcome.succeeded && lab.requests(by: "router") > before
    }
  }

  private func network(_ knobs: [(String, Value)] = []) -> Lab {
    var lab = Lab()
    var fields = Mapping([("gateway", "10.0.1.1")])
    fields.set("interfaces", to: ["eth0": "10.0.1.2/24"])
    for (name, value) in knobs { fields.set(name, to: value) }
    lab.addWritten("a", .map(fields))
    lab.addStack("router", ["10.0.1.1/24"], gateway: "10.0.1.3", forwards: true)
    lab.addStack("other", ["10.0.1.3/24", "10.0.2.1/24"], forwards: true)
    lab.add("hub", Hub(), ports: 3)
    for (index, name) in ["a", "router", "other"].enumerated() { lab.wire((name, 0), ("hub", index)) }
    lab.build()
    return lab
  }

  /// Measured: the sender first asks for the new gateway by ARP and changes over with the third packet.
  @Test("the first redirect makes a host ask for the gateway, the second is obeyed")
  func obeyed() {
    var lab = network()
    let reached = requestsReach(&lab, 4)
    #expect(reached == [true, true, false, false])
  }

  @Test(
    "a router takes no notice, nor a host with accept-redirects off; a router can be told to",
    arguments: [
      ([("forwards", true)], false), ([("accept-redirects", false)], false),
      ([("forwards", true), ("accept-redirects", true)], true),
    ] as [([(String, Value)], Bool)])
  func ignored(knobs: [(String, Value)], obeys: Bool) {
    var lab = network(knobs)
    let reached = requestsReach(&lab, 3)
    #expect(reached == [true, true, !obeys])
  }
}

extension Lab {
  /// The echo requests that a stack has sent.
  fileprivate func requests(by name: String) -> Int {
    sent(by: name).filter { if case .echoRequest? = $0.icmp?.kind { true } else { false } }.count
  }
}
