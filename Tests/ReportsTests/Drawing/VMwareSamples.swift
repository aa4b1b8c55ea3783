import Reports

/// One guest, three ways out: the wiring of VMware's bridged, NAT and host-only modes, drawn without a simulator.
enum VMwareSamples {
  static let all = [bridged, nat, hostOnly]

  static func wiring(_ variant: String, guests: [(String, String)], jack: String) -> PlanSketch {
    var sketch = PlanSketch(
      "vmware", variant, title: "One guest, three ways out: VMware bridged, NAT and host-only")
    sketch.machine(
      "internet", "internet",
      [.stack([("eth0", "203.0.113.1/24")], remarks: ["owns www.example.net 198.51.100.80"])])
    sketch.machine(
      "rtr", "home-router",
      [
        .stack(
          [("wan0", "203.0.113.2/24"), ("lan0", "192.168.1.1/24")], role: .router,
          remarks: ["forwards", "masquerades out of wan0", "DHCP .100–.199 · DNS"])
      ])
    sketch.machine("lan", "switch", [.bar("lan", .switch)])
    sketch.machine("peer", "host", [.stack([("eth0", "192.168.1.20/24")])])
    sketch.machine(
      "pc", "VMware host",
      [
        .stack([
          ("eth0", "192.168.1.10/24"), ("vmnet1", "192.168.56.1/24"), ("vmnet8", "192.168.233.1/24"),
          ("nat", ""),
        ]),
        .bar("bridge0", .bridge, ports: ["eth0"]),
        .bar("VMnet0", .hub), .bar("VMnet1", .hub), .bar("VMnet8", .hub),
        Plan.Device(
          name: "nat8", role: .nat, remarks: ["NAT by sockets of the host's own", "DNS proxy"],
          ports: [Plan.Port(name: "jack", addresses: ["192.168.233.2/24"]), Plan.Port(name: "host")]),
        Plan.Device(
          name: "dhcp8", role: .server, remarks: ["DHCP .128–.253"],
          ports: [Plan.Port(name: "jack", addresses: ["192.168.233.254/24"])]),
        Plan.Device(
          name: "dhcp1", role: .server, remarks: ["DHCP .128–.253"],
          ports: [Plan.Port(name: "jack", addresses: ["192.168.56.254/24"])]),
      ])
    for (name, address) in guests { sketch.machine(name, "guest", in: "pc", [.stack([("eth0", address)])]) }
    sketch.link("internet:eth0", "rtr:wan0")
    sketch.link("rtr:lan0", "lan")
    sketch.link("peer:eth0", "lan")
    sketch.link("pc.bridge0:eth0", "lan", label: "1 Gbit/s · 50 µs")
    sketch.link("pc.bridge0:host", "pc.stack:eth0")
    sketch.link("pc.bridge0:VMnet0", "pc.VMnet0:bridge0")
    sketch.link("pc.stack:vmnet1", "pc.VMnet1:vmnet1")
    sketch.link("pc.stack:vmnet8", "pc.VMnet8:vmnet8")
    sketch.link("pc.stack:nat", "pc.nat8:host")
    sketch.link("pc.nat8:jack", "pc.VMnet8:nat8")
    sketch.link("pc.dhcp8:jack", "pc.VMnet8:dhcp8")
    sketch.link("pc.dhcp1:jack", "pc.VMnet1:dhcp1")
    for (name, _) in guests { sketch.link("\(name):eth0", "\(jack):\(name)") }
    return sketch
  }

  static let bridged: DrawnSample = {
    let sketch = wiring(
      "bridged", guests: [("vm1", "192.168.1.100/24"), ("vm2", "192.168.1.101/24")], jack: "pc.VMnet0")
    let up = "vm1 > pc.VMnet0 > pc.bridge0 > lan"
    let down = "lan > pc.bridge0 > pc.VMnet0 > vm1"
    return DrawnSample(
      plan: sketch.plan,
      steps: [
        sketch.step(
          0, "lease", "DHCP for vm1",
          StepSheet.Verdict(.holds, "192.168.1.100 leased from rtr, router 192.168.1.1"),
          [
            (.request, up + " > rtr"), (.reply, "rtr > " + down), (.request, up + " > rtr"),
            (.reply, "rtr > " + down),
          ],
          notes: [("rtr", 5, ["DHCP offer", "192.168.1.100 for 24 h"])]),
        sketch.step(
          1, "between", "ping vm1 → vm2", StepSheet.Verdict(.holds, "reply in 0.06 ms"),
          [(.request, "vm1 > pc.VMnet0 > vm2"), (.reply, "vm2 > pc.VMnet0 > vm1")]),
        sketch.step(
          2, "host", "ping pc → vm1", StepSheet.Verdict(.holds, "reply in 0.08 ms, seen as 192.168.1.10"),
          [
            (.request, "pc.stack > pc.bridge0 > pc.VMnet0 > vm1"),
            (.reply, "vm1 > pc.VMnet0 > pc.bridge0 > pc.stack"),
          ]),
        sketch.step(
          3, "out", "ping vm1 → peer",
          StepSheet.Verdict(.holds, "reply in 0.21 ms, seen as vm1's own address 192.168.1.100"),
          [(.request, up + " > peer"), (.reply, "peer > " + down)]),
        sketch.step(
          4, "web", "http vm1 → www.example.net", StepSheet.Verdict(.holds, "connected, seen as 203.0.113.2"),
          [(.request, up + " > rtr > internet"), (.reply, "internet > rtr > " + down)],
          notes: [
            ("rtr", 5, ["masquerade", "192.168.1.100:40001 → 203.0.113.2:40001"]),
            ("rtr", 7, ["back to 192.168.1.100:40001"]),
          ]),
        sketch.step(
          5, "in", "ping peer → vm1", StepSheet.Verdict(.holds, "reply in 0.21 ms"),
          [(.request, "peer > " + down), (.reply, up + " > peer")]),
      ])
  }()

  static let nat: DrawnSample = {
    let sketch = wiring(
      "nat", guests: [("vm1", "192.168.233.128/24"), ("vm2", "192.168.233.129/24")], jack: "pc.VMnet8")
    let up = "vm1 > pc.VMnet8 > pc.nat8 > pc.stack > pc.bridge0 > lan"
    let down = "lan > pc.bridge0 > pc.stack > pc.nat8 > pc.VMnet8 > vm1"
    return DrawnSample(
      plan: sketch.plan,
      steps: [
        sketch.step(
          0, "lease", "DHCP for vm1",
          StepSheet.Verdict(.holds, "192.168.233.128 leased from pc.dhcp8, router 192.168.233.2"),
          [
            (.request, "vm1 > pc.VMnet8 > pc.dhcp8"), (.reply, "pc.dhcp8 > pc.VMnet8 > vm1"),
            (.request, "vm1 > pc.VMnet8 > pc.dhcp8"), (.reply, "pc.dhcp8 > pc.VMnet8 > vm1"),
          ],
          notes: [("pc.dhcp8", 3, ["DHCP offer", "192.168.233.128 for 30 min"])]),
        sketch.step(
          1, "between", "ping vm1 → vm2", StepSheet.Verdict(.holds, "reply in 0.06 ms"),
          [(.request, "vm1 > pc.VMnet8 > vm2"), (.reply, "vm2 > pc.VMnet8 > vm1")]),
        sketch.step(
          2, "host", "ping pc → vm1", StepSheet.Verdict(.holds, "reply in 0.05 ms, seen as 192.168.233.1"),
          [(.request, "pc.stack > pc.VMnet8 > vm1"), (.reply, "vm1 > pc.VMnet8 > pc.stack")]),
        sketch.step(
          3, "out", "ping vm1 → peer", StepSheet.Verdict(.holds, "reply in 0.42 ms, seen as 192.168.1.10"),
          [(.request, up + " > peer"), (.reply, "peer > " + down)],
          notes: [
            (
              "pc.nat8", 3,
              ["NAT: the host's own socket, fresh TTL", "192.168.233.128 id 4711 → 192.168.1.10 id 40001"]
            ),
            ("pc.nat8", 11, ["back to 192.168.233.128 id 4711"]),
          ]),
        sketch.step(
          4, "web", "http vm1 → www.example.net", StepSheet.Verdict(.holds, "connected, seen as 203.0.113.2"),
          [
            (.request, up + " > rtr > internet"), (.reply, "internet > rtr > " + down),
            (.request, up + " > rtr > internet"), (.reply, "internet > rtr > " + down),
            (.request, up + " > rtr > internet"), (.reply, "internet > rtr > " + down),
          ],
          notes: [
            ("pc.nat8", 3, ["NAT: a second TCP connection", "192.168.233.128:49152 → 192.168.1.10:40002"]),
            ("rtr", 7, ["masquerade", "192.168.1.10:40002 → 203.0.113.2:40002"]),
            ("rtr", 9, ["back to 192.168.1.10:40002"]),
            ("pc.nat8", 13, ["back to 192.168.233.128:49152"]),
          ]),
        dead(5, sketch, "192.168.233.128"),
      ])
  }()

  static let hostOnly: DrawnSample = {
    let sketch = wiring(
      "host-only", guests: [("vm1", "192.168.56.128/24"), ("vm2", "192.168.56.129/24")], jack: "pc.VMnet1")
    return DrawnSample(
      plan: sketch.plan,
      steps: [
        sketch.step(
          0, "lease", "DHCP for vm1",
          StepSheet.Verdict(.holds, "192.168.56.128 leased from pc.dhcp1, no router"),
          [
            (.request, "vm1 > pc.VMnet1 > pc.dhcp1"), (.reply, "pc.dhcp1 > pc.VMnet1 > vm1"),
            (.request, "vm1 > pc.VMnet1 > pc.dhcp1"), (.reply, "pc.dhcp1 > pc.VMnet1 > vm1"),
          ]),
        sketch.step(
          1, "between", "ping vm1 → vm2", StepSheet.Verdict(.holds, "reply in 0.06 ms"),
          [(.request, "vm1 > pc.VMnet1 > vm2"), (.reply, "vm2 > pc.VMnet1 > vm1")]),
        sketch.step(
          2, "host", "ping pc → vm1", StepSheet.Verdict(.holds, "reply in 0.05 ms, seen as 192.168.56.1"),
          [(.request, "pc.stack > pc.VMnet1 > vm1"), (.reply, "vm1 > pc.VMnet1 > pc.stack")]),
        sketch.step(
          3, "out", "ping vm1 → peer", StepSheet.Verdict(.holds, "fails as expected: no route"), [],
          deaths: [("vm1", nil, "no route to 192.168.1.20: no default route")]),
        sketch.step(
          4, "web", "http vm1 → www.example.net",
          StepSheet.Verdict(.fails, "expected a connection; the name was not resolved"),
          [(.request, "vm1 > pc.VMnet1 > pc.stack"), (.reply, "pc.stack > pc.VMnet1 > vm1")],
          deaths: [("pc.stack", 2, "port unreachable: nobody serves DNS here")]),
        dead(5, sketch, "192.168.56.128"),
      ])
  }()

  private static func dead(_ order: Int, _ sketch: PlanSketch, _ address: String) -> StepSheet {
    sketch.step(
      order, "in", "ping peer → vm1",
      StepSheet.Verdict(.holds, "fails as expected: network unreachable, says internet"),
      [(.request, "peer > lan > rtr > internet"), (.reply, "internet > rtr > lan > peer")],
      notes: [
        ("rtr", 3, ["masquerade", "192.168.1.20 id 1 → 203.0.113.2 id 1"]),
        ("internet", 4, ["ICMP network unreachable"]),
      ],
      deaths: [("internet", 3, "no route to \(address)")])
  }
}
