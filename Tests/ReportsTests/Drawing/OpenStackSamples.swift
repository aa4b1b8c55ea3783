import Reports

/// OpenStack's FlatDHCP with two network cards, and one host with ten guests.
enum OpenStackSamples {
  static let dualNIC: DrawnSample = {
    var sketch = PlanSketch(
      "flatdhcp", "dual-nic-multi-node", title: "OpenStack FlatDHCP: who carries the traffic")
    sketch.machine("internet", "internet", [.stack([("eth0", "203.0.113.1/24")])])
    sketch.machine(
      "rtr", "router",
      [.stack([("wan0", "203.0.113.2/24"), ("lan0", "172.16.0.1/24")], role: .router, remarks: ["forwards"])])
    sketch.machine("psw", "switch", [.bar("psw", .switch)])
    sketch.machine("fsw", "switch", [.bar("fsw", .switch)])
    sketch.machine("ext", "host", [.stack([("eth0", "172.16.0.99/24")])])
    sketch.machine(
      "ctl", "nova-network",
      [
        .stack(
          [("eth0", "172.16.0.10/24"), ("br100", "10.0.0.1/24")], role: .router,
          remarks: ["forwards", "SNAT 10.0.0.0/24", "DNAT floating addresses"]),
        .bar("br100", .bridge, ports: ["eth1", "br100"]),
        Plan.Device(name: "dnsmasq", role: .server, remarks: ["DHCP 10.0.0.2–.254"], ports: [Plan.Port()]),
      ])
    for (index, guests) in [["vm1", "vm2"], ["vm3"]].enumerated() {
      let name = "c\(index + 1)"
      sketch.machine(
        name, "nova-compute",
        [
          .stack([("eth0", "172.16.0.1\(index + 1)/24")]),
          .bar("br100", .bridge, ports: ["eth1"] + guests.indices.map { "vnet\($0)" }),
        ])
      for guest in guests {
        let number = guest.dropFirst(2)
        sketch.machine(guest, "instance", in: name, [.stack([("eth0", "10.0.0.\((Int(number) ?? 0) + 1)")])])
      }
    }
    sketch.link("internet:eth0", "rtr:wan0")
    sketch.link("rtr:lan0", "psw")
    sketch.link("ext:eth0", "psw")
    for name in ["ctl", "c1", "c2"] { sketch.link("\(name).stack:eth0", "psw") }
    for name in ["ctl", "c1", "c2"] { sketch.link("\(name).br100:eth1", "fsw") }
    sketch.link("ctl.stack:br100", "ctl.br100:br100")
    sketch.link("ctl.dnsmasq", "ctl.br100")
    sketch.link("c1.br100:vnet0", "vm1:eth0")
    sketch.link("c1.br100:vnet1", "vm2:eth0")
    sketch.link("c2.br100:vnet0", "vm3:eth0")
    let out = "vm2 > c1.br100 > fsw > ctl.br100 > ctl.stack > psw > ext"
    let back = "ext > psw > ctl.stack > ctl.br100 > fsw > c1.br100 > vm2"
    return DrawnSample(
      plan: sketch.plan,
      steps: [
        sketch.step(
          0, "lease", "DHCP for vm1", StepSheet.Verdict(.holds, "10.0.0.2 leased from ctl"),
          [
            (.request, "vm1 > c1.br100 > fsw > ctl.br100 > ctl.dnsmasq"),
            (.reply, "ctl.dnsmasq > ctl.br100 > fsw > c1.br100 > vm1"),
          ]),
        sketch.step(
          1, "same", "ping vm1 → vm3", StepSheet.Verdict(.holds, "reply in 0.12 ms, never through ctl"),
          [
            (.request, "vm1 > c1.br100 > fsw > c2.br100 > vm3"),
            (.reply, "vm3 > c2.br100 > fsw > c1.br100 > vm1"),
          ]),
        sketch.step(
          2, "out", "ping vm2 → ext", StepSheet.Verdict(.holds, "reply in 0.42 ms, seen as 172.16.0.10"),
          [(.request, out), (.reply, back)],
          notes: [
            ("ctl.stack", 5, ["SNAT", "10.0.0.3 → 172.16.0.10"]), ("ctl.stack", 9, ["back to 10.0.0.3"]),
          ]),
        sketch.step(
          3, "in", "ping ext → 172.16.0.101",
          StepSheet.Verdict(.fails, "no reply: dropped by a security group"),
          [(.request, "ext > psw > ctl.stack > ctl.br100 > fsw > c1.br100 > vm1")],
          notes: [("ctl.stack", 3, ["DNAT", "172.16.0.101 → 10.0.0.2"])],
          deaths: [("vm1", 6, "filtered: no rule of the group \"default\" lets ICMP in")]),
      ])
  }()

  /// One wire carries both networks: the controller's card is crossed twice by each request.
  static let singleNIC: DrawnSample = {
    var sketch = PlanSketch(
      "flatdhcp", "single-nic-multi-node", title: "OpenStack FlatDHCP: who carries the traffic")
    sketch.machine("internet", "internet", [.stack([("eth0", "203.0.113.1/24")])])
    sketch.machine(
      "rtr", "router",
      [.stack([("wan0", "203.0.113.2/24"), ("lan0", "172.16.0.1/24")], role: .router, remarks: ["forwards"])])
    sketch.machine("psw", "switch", [.bar("psw", .switch)])
    sketch.machine("ext", "host", [.stack([("eth0", "172.16.0.99/24")])])
    var controller = Plan.Device.stack(
      [("br100", "172.16.0.10/24")], role: .router, remarks: ["forwards", "SNAT 10.0.0.0/24"])
    controller.ports[0].addresses.append("10.0.0.1/24")
    sketch.machine("ctl", "nova-network", [controller, .bar("br100", .bridge, ports: ["eth0", "br100"])])
    sketch.machine(
      "c1", "nova-compute",
      [.stack([("br100", "172.16.0.11/24")]), .bar("br100", .bridge, ports: ["eth0", "vnet0", "vnet1"])])
    for (number, guest) in ["vm1", "vm2"].enumerated() {
      sketch.machine(guest, "instance", in: "c1", [.stack([("eth0", "10.0.0.\(number + 2)")])])
      sketch.link("c1.br100:vnet\(number)", "\(guest):eth0")
    }
    sketch.link("internet:eth0", "rtr:wan0")
    sketch.link("rtr:lan0", "psw")
    sketch.link("ext:eth0", "psw")
    for name in ["ctl", "c1"] {
      sketch.link("\(name).br100:eth0", "psw")
      sketch.link("\(name).br100:br100", "\(name).stack:br100")
    }
    return DrawnSample(
      plan: sketch.plan,
      steps: [
        sketch.step(
          0, "out", "ping vm2 → ext", StepSheet.Verdict(.holds, "reply in 0.61 ms, seen as 172.16.0.10"),
          [
            (.request, "vm2 > c1.br100 > psw > ctl.br100 > ctl.stack > ctl.br100 > psw > ext"),
            (.reply, "ext > psw > ctl.br100 > ctl.stack > ctl.br100 > psw > c1.br100 > vm2"),
          ],
          notes: [
            ("ctl.stack", 5, ["SNAT", "10.0.0.3 → 172.16.0.10"]), ("ctl.stack", 11, ["back to 10.0.0.3"]),
          ])
      ])
  }()

  static let tenGuests: DrawnSample = {
    var sketch = PlanSketch("crowd", "ten-guests", title: "Ten guests on one machine")
    sketch.machine("internet", "internet", [.stack([("eth0", "203.0.113.1/24")])])
    sketch.machine("lan", "switch", [.bar("lan", .switch)])
    sketch.machine(
      "kvm", "libvirt host",
      [
        .stack(
          [("br0", "192.168.1.10/24"), ("virbr0", "192.168.122.1/24")], role: .router,
          remarks: ["forwards", "masquerades 192.168.122.0/24"]),
        .bar("br0", .bridge, ports: ["eth0", "br0", "vnet0"]), .bar("virbr0", .bridge, ports: ["virbr0"]),
        Plan.Device(name: "dnsmasq", role: .server, remarks: ["DHCP .2–.254", "DNS"], ports: [Plan.Port()]),
      ])
    for number in 1...10 {
      let address = number == 1 ? "192.168.1.30/24" : "192.168.122.\(number)/24"
      sketch.machine("vm\(number)", "guest", in: "kvm", [.stack([("eth0", address)])])
    }
    sketch.link("internet:eth0", "lan")
    sketch.link("kvm.br0:eth0", "lan")
    sketch.link("kvm.br0:br0", "kvm.stack:br0")
    sketch.link("kvm.stack:virbr0", "kvm.virbr0:virbr0")
    sketch.link("kvm.virbr0", "kvm.dnsmasq")
    sketch.link("kvm.br0:vnet0", "vm1:eth0")
    for number in 2...10 { sketch.link("kvm.virbr0:vnet\(number)", "vm\(number):eth0") }
    return DrawnSample(
      plan: sketch.plan,
      steps: [
        sketch.step(
          0, "lease", "DHCP for vm10", StepSheet.Verdict(.holds, "192.168.122.10 leased from kvm"),
          [(.request, "vm10 > kvm.virbr0 > kvm.dnsmasq"), (.reply, "kvm.dnsmasq > kvm.virbr0 > vm10")]),
        sketch.step(
          1, "out", "ping vm6 → internet", StepSheet.Verdict(.holds, "reply in 1.3 ms, seen as 192.168.1.10"),
          [
            (.request, "vm6 > kvm.virbr0 > kvm.stack > kvm.br0 > lan > internet"),
            (.reply, "internet > lan > kvm.br0 > kvm.stack > kvm.virbr0 > vm6"),
          ],
          notes: [("kvm.stack", 3, ["MASQUERADE", "192.168.122.6 → 192.168.1.10"])]),
        sketch.step(
          2, "bridged", "ping vm1 → vm3", StepSheet.Verdict(.fails, "no reply: prohibited by kvm"),
          [(.request, "vm1 > kvm.br0 > kvm.stack"), (.reply, "kvm.stack > kvm.br0 > vm1")],
          deaths: [("kvm.stack", 2, "rejected by the chain LIBVIRT_FWI: only replies may enter virbr0")]),
      ])
  }()
}
