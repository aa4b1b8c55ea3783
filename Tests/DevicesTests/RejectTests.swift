import Configuration
import Devices
import Packets
import Protocols
import Simulation
import Testing

/// What a rule that rejects has the machine answer, and what the sender makes of it.
@Suite("Rejection") struct RejectTests {
  private let b = Target.address(address("10.0.2.2"))

  private static let rejections: [(word: String, code: UInt8, reason: FailureReason)] = [
    ("icmp-net-unreachable", 0, .networkUnreachable), ("icmp-host-unreachable", 1, .hostUnreachable),
    ("icmp-proto-unreachable", 2, .protocolUnreachable), ("icmp-port-unreachable", 3, .portUnreachable),
    ("icmp-net-prohibited", 9, .networkProhibited), ("icmp-host-prohibited", 10, .hostProhibited),
    ("icmp-admin-prohibited", 13, .adminProhibited),
  ]

  /// Linux, `icmp_err_convert`: each ends a connect at once; of a port it is ECONNREFUSED.
  @Test("each kind is its ICMP code, and ping, UDP and connect are told at once", arguments: rejections)
  func kinds(word: String, code: UInt8, reason: FailureReason) {
    var lab = Lab.filtered(["forward": [["action": "reject", "reject-with": .string(word)]]])
    #expect(lab.play("a", PingCommand(b)).failure == reason)
    #expect(lab.play("a", UDPCommand(b, port: 7)).failure == reason)
    let connect = lab.play("a", TCPCommand(b, port: 22))
    #expect(connect.failure == (reason == .portUnreachable ? .refused : reason))
    let errors = lab.sent(by: "router").compactMap(\.icmp)
    #expect(errors.map(\.kind) == Array(repeating: .unreachable(UnreachableCode(rawValue: code), mtu: 0), count: 3))
    #expect(lab.drops(at: "router") == [.filtered, .filtered, .filtered])
    #expect(lab.simulator.journal.counters.isBalanced)
  }

  /// Linux decrements the time to live before FORWARD, and after routing has refused.
  @Test("quotes what is forwarded with one taken off the time to live, and what is for itself as it came")
  func quotedTimeToLive() throws {
    for (hook, target, timeToLive) in [("forward", "10.0.2.2", 63), ("input", "10.0.1.1", 64)]
      as [(String, String, UInt8)]
    {
      var lab = Lab.filtered(Value.map([(hook, .list([["action": "reject"]]))]))
      _ = lab.play("a", PingCommand(.address(address(target))))
      let frame = try #require(lab.sent(by: "router").first { $0.icmp != nil })
      #expect(frame.packet?.source == address("10.0.1.1"))
      #expect(frame.packet?.timeToLive == 64)
      let id = try #require(frame.message)
      guard case .quote(let quote)? = lab.simulator.messages[id] else {
        Issue.record("nothing is quoted")
        return
      }
      #expect(quote.packet.timeToLive == timeToLive)
    }
  }

  /// Linux, `nf_send_reset`: from whom the segment was for, with a fresh time to live and "don't fragment".
  @Test("a TCP reset comes as from the one who was meant, and refuses the connection")
  func reset() throws {
    var lab = Lab.filtered(["forward": [["protocol": "tcp", "reject-with": "tcp-reset"]]])
    #expect(lab.play("a", TCPCommand(b, port: 22)).failure == .refused)
    let frame = try #require(lab.sent(by: "router").first { $0.segment != nil })
    let packet = try #require(frame.packet)
    let segment = try #require(frame.segment)
    #expect(packet.source == address("10.0.2.2"))
    #expect(packet.timeToLive == 64)
    #expect(packet.dontFragment)
    #expect(segment.flags == [.rst, .ack])
    #expect(segment.sourcePort == 22)
    #expect(lab.sent(by: "b").isEmpty)
    #expect(lab.play("a", PingCommand(b)).succeeded, "what is no TCP does not meet the rule")
  }

  /// REJECT is routed by the machine's own table.
  @Test("an answer to a foreign source leaves by the default route")
  func foreignSource() throws {
    var lab = Lab()
    lab.addStack("a", ["192.168.7.2/24", "10.0.1.2/24"], gateway: "10.0.1.1")
    lab.addWritten(
      "router",
      [
        "interfaces": ["eth0": "10.0.1.1/24", "eth1": "10.0.2.1/24"], "gateway": "10.0.2.254", "forwards": true,
        "filter": ["forward": [["action": "reject"]]],
      ])
    lab.addStack("upstream", ["10.0.2.254/24"])
    lab.wire(("a", 1), ("router", 0))
    lab.wire(("router", 1), ("upstream", 0))
    lab.build()
    var command = PingCommand(.address(address("10.0.2.254")))
    command.count = 1
    // Its source is 10.0.1.2, which the router knows; a spoofed one must be made by hand.
    _ = lab.play("a", command)
    let frame = try #require(lab.sent(by: "router").last { $0.icmp != nil })
    #expect(frame.packet?.destination == address("10.0.1.2"))
    var bench = DeviceBench(routerToBench(), ports: 2)
    bench.start()
    let spoofed = EthernetFrame(
      destination: MACAddress(rawValue: 0x0200_0000_0001), source: MACAddress(rawValue: 0x0200_0000_00aa),
      payload: .ipv4(
        IPv4Packet(
          source: address("172.16.0.9"), destination: address("10.0.1.9"), payload: .udp(UDPDatagram(from: 1, to: 2)))))
    let deeds = bench.receive(spoofed, on: 0)
    #expect(deeds.contains(.dropped(.filtered)))
    let counted = bench.device.network.filter?.counters(at: .forward)
    #expect(counted == [PacketFilter.Counter(packets: 1, bytes: 28), PacketFilter.Counter()])
    let asks = deeds.contains { deed in
      guard case .sent(let frame, 1) = deed, case .arp(let packet) = frame.payload else { return false }
      return packet.targetAddress == address("10.0.2.254")
    }
    #expect(asks, "the error waits for the default router, out of the other port")
  }

  private func routerToBench() -> IPStack {
    let interfaces = ["10.0.1.1/24", "10.0.2.1/24"].enumerated().map { index, text in
      Interface(
        name: "eth\(index)", hardwareAddress: MACAddress(rawValue: 0x0200_0000_0001 + UInt64(index)),
        addresses: InterfaceAddress(text).map { [$0] } ?? [], origin: .none)
    }
    let rule = PacketFilter.Rule(action: .reject(.unreachable(.port)), origin: .none)
    return IPStack(
      NetworkLayer(
        interfaces: interfaces,
        routes: [Route(to: .all, via: address("10.0.2.254"), on: 1, origin: .none)], forwards: true,
        filter: PacketFilter([PacketFilter.BaseChain(.forward, [rule])])))
  }

  @Test("what is rejected on its way in is answered by the machine it was for")
  func input() {
    var lab = Lab.filtered([
      "input": [
        ["protocol": "tcp", "port": 22, "reject-with": "tcp-reset"],
        ["protocol": "udp", "reject-with": "icmp-host-prohibited"],
      ]
    ])
    let router = Target.address(address("10.0.1.1"))
    #expect(lab.play("a", TCPCommand(router, port: 22)).failure == .refused)
    #expect(lab.play("a", UDPCommand(router, port: 7)).failure == .hostProhibited)
    #expect(lab.play("a", PingCommand(router)).succeeded)
  }

  /// Linux: EPERM from `sendto`; TCP takes no notice of that and tries again, but hears of a rejection.
  @Test("of the machine's own packets, datagrams fail at once, and connections by what the rule answers")
  func output() {
    for (action, datagram, connect) in [
      (["action": "drop"], .prohibited, .noAnswer), (["action": "reject"], .prohibited, .refused),
      (["reject-with": "icmp-admin-prohibited"], .prohibited, .adminProhibited),
    ] as [(Value, FailureReason, FailureReason)] {
      var lab = Lab.filtered(["output": [action]])
      #expect(lab.play("router", UDPCommand(b, port: 7)).failure == datagram)
      #expect(lab.play("router", TCPCommand(b, port: 22)).failure == connect)
      #expect(lab.sent(by: "router").isEmpty)
      let withheld = lab.records(of: "router").filter { $0.event == .withheld }
      #expect(withheld.count > 1 && withheld.allSatisfy { $0.origin != .none && $0.port == 1 })
    }
  }
}
