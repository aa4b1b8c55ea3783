import Configuration
import Packets
import Scenarios
import Simulation
import Testing
import Topology

/// `tunnels:` of a node, and what becomes of packets in them.
@Suite("Tunnels in a scenario") struct TunnelScenarioTests {
  private func reading(_ tunnel: String, interfaces: String = "eth0: 10.0.0.1/24, vxlan0: 192.168.0.1/24")
    -> TopologyReading
  {
    TopologyReading(
      """
      nodes:
        h: { kind: host, interfaces: { \(interfaces) }, tunnels: { vxlan0: { \(tunnel) } } }
        g: { kind: host, interfaces: { eth0: 10.0.0.2/24 } }
      links: [["h:eth0", g]]
      """)
  }

  @Test("are a device between the interface and a socket of the same stack; links from outside see neither")
  func expansion() {
    let reading = reading("remote: 10.0.0.2, vni: 42")
    #expect(reading.rendered == "")
    let topology = reading.topology
    #expect(topology.peer("h.stack:vxlan0") == "h.vxlan0:tap")
    #expect(topology.peer("h.stack:vxlan0-udp") == "h.vxlan0:host")
    #expect(topology.machines[0].interfaces.map(\.name) == ["eth0"])
    #expect(reading.device("h", "vxlan0") == ["kind": "tunnel", "remote": "10.0.0.2", "vni": "42"])
  }

  @Test(
    "shorten the link of their interface, or lengthen it",
    arguments: [("", 1450), (", mtu: 1400", 1400), (", mtu: 1500", 1500), (", mtu: 8950", 8950)])
  func mtu(field: String, mtu: UInt16) {
    let topology = reading("remote: 10.0.0.2\(field)").topology
    let link = topology.links.first { topology.portName($0.ends.0) == "vxlan0" }
    #expect(link?.cables.there.configuration.mtu == mtu && link?.cables.back.configuration.mtu == mtu)
  }

  @Test("stand beside VLANs on other interfaces and on their own, and beside bonds")
  func company() {
    let vlans = reading("remote: 10.0.0.2, vlan-tags: true", interfaces: "eth0: 10.0.0.1/24, vxlan0.5: 192.168.5.1/24")
    #expect(vlans.rendered == "")
    #expect(vlans.topology.peer("h.stack:vxlan0.5") == "h.vxlan0:5")
    #expect(vlans.topology.peer("h.vxlan0:trunk") == "h.vxlan0-tunnel:tap")
    let bonded = TopologyReading(
      """
      nodes:
        h:
          kind: host
          interfaces: { bond0: 10.0.0.1/24 }
          bonds: { bond0: { interfaces: [eth0, eth1], mode: active-backup } }
          tunnels: { vxlan0: { remote: 10.0.0.2 } }
        sw: { kind: switch }
      links: [["h:eth0", sw], ["h:eth1", sw]]
      """)
    #expect(bonded.rendered == "")
    #expect(bonded.topology.peer("h.stack:vxlan0") == "h.vxlan0:tap")
    #expect(bonded.topology.machines[0].interfaces.map(\.name) == ["eth0", "eth1"])
  }

  @Test(
    "what cannot be is told where it stands",
    arguments: [
      ("vni: 16777215", []), ("vni: 16777216", ["HL0123"]), ("port: 0", ["HL0123"]), ("port: 65535", []),
      ("remote: 239.1.1.1", ["HL0216"]), ("remote: \"10.0.0.2:0\"", ["HL0125"]),
      ("remote: [10.0.0.2, \"10.0.0.3:4000\"]", []),
      ("source-port: hash", ["HL0124"]), ("df: yes", ["HL0124"]), ("keepalive: 10s", ["HL0121"]),
      ("remote: 10.0.0.2, keepalive: 10us", ["HL0123"]), ("remote: 10.0.0.2, keepalive: 1ms", []),
      ("mtu: 67", ["HL0123"]), ("remotes: 10.0.0.2", ["HL0120"]),
    ])
  func mistakes(tunnel: String, codes: [String]) {
    let reading = reading(tunnel)
    #expect(reading.verdicts.map { String($0.prefix(6)) } == codes, "\(reading.rendered)")
    if !codes.isEmpty { #expect(reading.verdicts.allSatisfy { $0.contains(" 2:") }) }
  }

  /// Behind each end a bridge with a host, and between them so many routers; the inner network has a router of its own.
  private static func overlay(loss: String = "0%", steps: String) -> String {
    func end(_ own: String, _ other: String) -> String {
      """
      kind: machine
          devices:
            stack: { kind: ip-stack, gateway: 10.\(own).0.1, interfaces: { eth0: 10.\(own).0.2/24, vx: { kind: sockets, listens: udp/4789 } } }
            br0: { kind: bridge }
            vx: { kind: tunnel, vni: 7, remote: 10.\(other).0.2 }
          links: [["stack:vx", "vx:host"], ["br0:vx", "vx:tap"]]
          interfaces: { eth0: "stack:eth0", lan: "br0:lan" }
      """
    }
    return """
      nodes:
        one:
          \(end("1", "2"))
        two:
          \(end("2", "1"))
        r: { kind: router, interfaces: { a: 10.1.0.1/24, b: 10.2.0.1/24 } }
        a: { kind: host, interfaces: { eth0: 192.168.1.1/24 }, gateway: 192.168.1.254 }
        gw: { kind: router, interfaces: { in: 192.168.1.254/24, out: 192.168.2.254/24 } }
        b: { kind: host, interfaces: { eth0: 192.168.2.1/24 }, gateway: 192.168.2.254 }
      links:
        - ["one:eth0", "r:a"]
        - { endpoints: ["two:eth0", "r:b"], loss: \(loss) }
        - ["one:lan", a]
        - ["two:lan", "gw:in"]
        - ["gw:out", b]
      steps: [\(steps)]

      """
  }

  @Test("routers that the datagram passes count for nobody inside; one inside counts, and its answers come through")
  func hops() throws {
    let text = ScenarioText(
      Self.overlay(
        steps: """
          { id: across, ping: a -> b }, { id: short, ping: { from: a, to: b, ttl: 1 } }, \
          { id: long, ping: { from: a, to: b, size: 1423 } }
          """)
          + """
          expect:
            across: { hops: 1, seen-as: a, via: [one.br0, one.vx, one.stack, r, two.vx, gw], \
          reply: { hops: 1, via: [gw, two.vx, r, one.vx] } }
            short: { fails: time-exceeded, by: gw }
            long: { fails: no-answer, by: one }

          """)
    try #require(text.diagnostics.isEmpty, "\(text.diagnostics)")
    let verdict = try text.verdict()
    #expect(verdict.holds, "\(verdict.steps.flatMap(\.findings))")
  }

  @Test(
    "whatever is lost on the way, every frame is accounted for, and no message stays behind",
    arguments: 1...8 as ClosedRange<UInt64>)
  func balance(seed: UInt64) throws {
    let play = try ScenarioText(
      Self.overlay(
        loss: "20%",
        steps: """
          { ping: { from: a, to: b, count: 12, interval: 20ms } }, { udp: { from: b, to: a, port: 9, size: 1400 } }
          """)
    ).play
    let playback = Player(play, seed: seed).run()
    #expect(playback.imbalance == nil)
    let wrapped = playback.journal.records.count { if case .wrapped = $0.event { true } else { false } }
    let unwrapped = playback.journal.records.count { if case .unwrapped = $0.event { true } else { false } }
    #expect(wrapped > unwrapped && unwrapped > 8)
    var reached: Set<MessageID> = []
    for record in playback.journal.records {
      guard case .sent(let frame, _) = record.event else { continue }
      var next = frame.message
      while let id = next, reached.insert(id).inserted {
        next = if case .encapsulated(let inside)? = playback.messages[id] { inside.frame.message } else { nil }
      }
    }
    #expect(playback.messages.count == reached.count)
  }
}
