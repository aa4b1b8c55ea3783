import Devices
import Packets
import Scenarios
import Simulation
import Testing
import Topology

/// Hubs, host-only networks beside each other, LAN segments, and guests in the wrong network.
@Suite("VMware: networks") struct VMwareNetworkTests {
  typealias Line = VMwareBed.Line

  @Test("two host-only networks do not know of each other, whatever their guests try")
  func hostOnlyPair() throws {
    let bed = VMwareBed(
      networks: ["VMnet2": "subnet: 192.168.57.0/24"], guests: ["g: { network: VMnet1 }", "o: { network: VMnet2 }"],
      steps: [
        Line("dhcp: [g, o]", "{ lease: { g: 192.168.56.128, o: 192.168.57.128 } }"),
        Line("ping: g -> o", "{ fails: no-route, by: g }"), Line("ping: o -> g", "{ fails: no-route, by: o }"),
        Line("ping: pc -> o", "{ reply: true, seen-as: 192.168.57.1 }"),
      ])
    try bed.check()
  }

  @Test(
    "a guest with a leg in each joins them, if it forwards",
    arguments: [
      (true, "{ reply: { hops: 1, via: r }, seen-as: g, hops: 1, via: [pc.VMnet1, r, pc.VMnet2], avoids: pc.stack }"),
      (false, "{ fails: no-answer, by: r }"),
    ])
  func routerGuest(forwards: Bool, expected: String) throws {
    let bed = VMwareBed(
      networks: ["VMnet2": "subnet: 192.168.57.0/24"],
      guests: [
        "g: { network: VMnet1, address: 192.168.56.10/24, routes: [{ to: 192.168.57.0/24, via: 192.168.56.3 }] }",
        "o: { network: VMnet2, address: 192.168.57.10/24, routes: [{ to: 192.168.56.0/24, via: 192.168.57.3 }] }",
        """
        r: { network: [{ network: VMnet1, address: 192.168.56.3/24 }, { network: VMnet2, address: 192.168.57.3/24 }], \
        forwards: \(forwards) }
        """,
      ],
      steps: [Line("ping: g -> o", expected)])
    try bed.check()
    guard forwards else { return }
    let activity = try bed.play().lastActivity()
    #expect(activity.request?.arrivedPacket?.timeToLive == 63 && activity.outcome.timeToLive == 63)
  }

  @Test("a NAT guest reaches a host-only one by the host's own sockets, seen as its adapter there")
  func natToHostOnly() throws {
    let bed = VMwareBed(
      guests: ["g: { network: nat }", "o: { network: host-only }"],
      steps: [
        Line("dhcp: [g, o]"),
        Line("ping: g -> o", "{ reply: true, seen-as: 192.168.56.1, via: [pc.VMnet8, pc.nat8, pc.stack, pc.VMnet1] }"),
        Line("ping: o -> g", "{ fails: no-route, by: o }"),
      ])
    try bed.check()
  }

  @Test("a LAN segment has guests and nothing else: no lease, no host, only each other")
  func segment() throws {
    let bed = VMwareBed(
      host: ["segments: [dmz]"],
      guests: [
        "g: { network: dmz, address: 10.0.0.1/24 }", "g2: { network: dmz, address: 10.0.0.2/24 }",
        "n: { network: dmz }",
      ],
      steps: [
        Line("ping: g -> g2", "{ reply: true, seen-as: g, hops: 0, via: pc.dmz }"),
        Line("dhcp: n", "{ fails: no-lease }"), Line("ping: g -> 10.0.0.254", "{ fails: host-unreachable, by: g }"),
        Line("ping: g -> peer", "{ fails: no-route, by: g }"),
        Line("ping: pc -> g", "{ fails: network-unreachable, by: internet }"),
      ])
    try bed.check()
    let topology = try bed.play().play.topology
    #expect(topology.device("pc.dmz").map { topology.devices[$0].ports.map(\.name) } == ["to-g", "to-g2", "to-n"])
  }

  /// Row 11: layer 2 is up, and yet nobody answers ARP; the stack gives up after three questions.
  @Test("a bridged guest with an address of another LAN asks three times and is alone")
  func wrongAddress() throws {
    let bed = VMwareBed(
      guests: [
        "g: { network: bridged, address: 10.9.9.5/24, gateway: 10.9.9.1 }",
        "g2: { network: bridged, address: 10.9.9.6/24 }",
      ],
      steps: [
        Line("ping: g -> g2", "{ reply: true, hops: 0 }"),
        Line("ping: peer -> g", "{ fails: network-unreachable, by: internet }"),
        Line("ping: g -> peer", "{ fails: host-unreachable, by: g }"),
      ])
    try bed.check()
    let played = try bed.play()
    let flow = try played.lastFlow()
    #expect((3050...3100).contains((flow.ended - flow.began).nanoseconds / 1_000_000))
    let questions = played.frames(sentBy: "g.stack")
    #expect(questions.count == 3)
    for question in questions {
      guard case .arp(let packet) = question.payload else {
        Issue.record("\(question) is no ARP")
        continue
      }
      #expect(packet.operation == .request && packet.targetAddress == IPv4Address(10, 9, 9, 1))
    }
    #expect(played.fates(at: "peer.stack") == Array(repeating: .dropped(.notForUs), count: 3), "it heard them")
  }

  @Test("without its adapter in VMnet8 the host does not reach its guest, which still has the Internet")
  func adapterOff() throws {
    var bed = VMwareBed.pair(
      "nat", Line("ping: pc -> g", "{ fails: network-unreachable, by: internet, avoids: pc.VMnet8 }"),
      Line("ping: g -> 8.8.8.8", "{ reply: true, seen-as: 203.0.113.2 }"),
      Line("http: g -> www.example.net", "{ answer: 200 }"), Line("ping: g -> g2", "reply"),
      Line("ping: g -> 192.168.233.1", "{ fails: host-unreachable, by: g }"))
    #expect(try bed.complaints() != [], "with the adapter it does")
    bed.networks = ["VMnet8": "adapter: off"]
    try bed.check()
  }

  @Test("guests are bridged to the interface that is named, and the host keeps both of its own")
  func bridgedTo() throws {
    let text = ScenarioText(
      """
      nodes:
        one: { kind: switch }
        two: { kind: switch }
        a: { kind: host, interfaces: { eth0: 192.168.1.20/24 } }
        b: { kind: host, interfaces: { eth0: 10.0.0.20/24 } }
        pc:
          kind: vmware
          interfaces: { eth0: 192.168.1.10/24, eth1: 10.0.0.10/24 }
          networks: { VMnet0: { bridged-to: eth1 } }
          guests: { g: { network: bridged, address: 10.0.0.30/24 } }
      links: [[a, one], [b, two], ["pc:eth0", one], ["pc:eth1", two]]
      steps:
        - { id: near, ping: g -> b }
        - { id: back, ping: b -> g }
        - { id: host, ping: g -> pc }
        - { id: far, ping: g -> a }
        - { id: one, ping: pc -> a }
        - { id: two, ping: pc -> b }
      expect:
        near: { reply: true, seen-as: g, hops: 0, via: [pc.VMnet0, "pc:eth1", two] }
        back: { reply: true, via: [two, "pc:eth1", pc.VMnet0] }
        host: { reply: true, avoids: [two, one] }
        far: { fails: no-route, by: g }
        one: { reply: true, via: ["pc:eth0", one] }
        two: { reply: true, via: ["pc:eth1", two], avoids: pc.VMnet0 }
      """)
    let verdict = try text.verdict()
    #expect(verdict.holds, "\(verdict.steps.flatMap(\.findings).filter { !$0.holds })")
  }

  @Test("what fails takes with it what it served, and nothing else")
  func failures() throws {
    try VMwareBed.pair(
      "nat", Line("fail: pc.nat8"), Line("ping: g -> 8.8.8.8", "{ fails: host-unreachable, by: g }"),
      Line("ping: g -> g2", "reply"), Line("ping: pc -> g", "reply"), Line("repair: pc.nat8"),
      Line("ping: g -> 8.8.8.8", "reply"), Line("fail: \"pc:eth0\""),
      Line("ping: g -> peer", "{ fails: host-unreachable, by: pc.stack }"), Line("ping: pc -> g", "reply"),
      Line("repair: \"pc:eth0\""), Line("ping: { from: g, to: peer, count: 3 }", "reply"),
      Line("fail: pc.dhcp8"), Line("dhcp: { release: g2 }"), Line("dhcp: g2", "{ fails: no-lease }"),
      Line("ping: g -> peer", "reply"), Line("repair: pc.dhcp8"), Line("dhcp: g2", "{ lease: 192.168.233.129 }"),
      Line("fail: pc.VMnet8"), Line("ping: g -> g2", "{ reply: false }")
    ).check()
  }

  @Test("a NAT network without its NAT device is a host-only network with a gateway that is not there")
  func withoutDevice() throws {
    var bed = VMwareBed.pair(
      "nat", Line("ping: g -> g2", "reply"), Line("ping: pc -> g", "reply"),
      Line("ping: g -> 8.8.8.8", "{ fails: host-unreachable, by: g }"),
      Line("resolve: g -> www.example.net", "{ fails: name-unresolved, by: g }"))
    bed.networks = ["VMnet8": "nat: off"]
    try bed.check()
  }

  @Test("what comes to a bridged guest comes to the others too, who do not want it")
  func hub() throws {
    // The copy of one answer may arrive after the step: the wait is for that.
    var bed = VMwareBed.pair(
      "bridged", Line("ping: g -> peer", "reply"), Line("wait: 1s"), Line("ping: peer -> g", "reply"))
    try bed.check()
    let played = try bed.play()
    // Both requests and replies by now need no ARP: one request comes in, one reply goes out.
    #expect(played.fates(at: "g.stack") == [.absorbed(.icmp)])
    #expect(played.fates(at: "g2.stack") == Array(repeating: .dropped(.notAddressedToUs), count: 2))
    #expect(played.fates(at: "pc.stack") == [], "the host's own stack is asked for its own frames alone")

    bed.steps =
      Array(bed.steps.prefix(2)) + [
        Line("ping: pc -> peer", "reply"), Line("wait: 1s"), Line("ping: peer -> pc", "reply"),
      ]
    try bed.check()
    #expect(try bed.play().fates(at: "g.stack") == [], "nor are guests shown the host's")
  }

  @Test("a bridged guest's frames are on the LAN with the guest's own hardware address")
  func ownHardwareAddress() throws {
    let played = try VMwareBed.pair("bridged", Line("ping: g -> peer", "reply")).play()
    let hardware = try #require(played.play.topology.port("g.stack:eth0")?.hardwareAddress)
    #expect(hardware.rawValue >> 24 == 0x00_0c29)
    let arrived = try #require(played.lastActivity().request?.hops.last)
    #expect(arrived.frame.source == hardware && played.name(arrived.to.device) == "peer.stack")
    #expect(played.frames(sentBy: "peer.stack").allSatisfy { $0.destination == hardware })
  }

  @Test("a NAT guest's packets are on the LAN with the host's hardware address")
  func hostsHardwareAddress() throws {
    let played = try VMwareBed.pair("nat", Line("ping: g -> peer", "reply")).play()
    let hardware = try #require(played.play.topology.port("pc.stack:eth0")?.hardwareAddress)
    let activity = try played.lastActivity()
    #expect(activity.request?.hops.last?.frame.source == hardware)
    // The guest knows the proxy by its own address, as the reply's sender.
    let proxy = try #require(played.play.topology.port("pc.nat8:jack")?.hardwareAddress)
    #expect(activity.reply?.hops.last?.frame.source == proxy)
    #expect(proxy.rawValue >> 20 == 0x00_5056e)
  }

  @Test("every machine of the product has the hardware address its part has")
  func hardwareAddresses() throws {
    let bed = VMwareBed(
      guests: ["g: { network: [nat, host-only] }", "g2: { network: bridged }"], steps: [Line("wait: 1s")])
    let topology = try bed.play().play.topology
    func hardware(_ port: String) -> UInt64 { topology.port(port)?.hardwareAddress?.rawValue ?? 0 }
    #expect(hardware("pc.stack:vmnet1") == 0x0050_56c0_0001)
    #expect(hardware("pc.stack:vmnet8") == 0x0050_56c0_0008)
    #expect(hardware("pc.dhcp1:jack") >> 20 == 0x00_5056f && hardware("pc.dhcp8:jack") >> 20 == 0x00_5056f)
    let guests = [hardware("g.stack:eth0"), hardware("g.stack:eth1"), hardware("g2.stack:eth0")]
    #expect(guests.allSatisfy { $0 >> 24 == 0x00_0c29 })
    #expect(Set(guests).count == 3)
    #expect(hardware("pc.stack:eth0") >> 24 != 0x00_0c29)
  }
}
