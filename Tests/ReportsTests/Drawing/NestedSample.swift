import Reports

/// A guest with devices of its own inside a host, beside a plain one, and a long way up to a second switch.
enum NestedSample {
  static let inner: DrawnSample = {
    var sketch = PlanSketch("nested", "docker", title: "A container in a guest in a host")
    sketch.machine("office", "switch", [.bar("office", .switch)])
    sketch.machine("printer", "host", [.stack([("eth0", "10.1.0.9/24")])])
    sketch.machine(
      "host", "hypervisor",
      [.bar("br0", .bridge, ports: ["eth0", "br0"]), .stack([("br0", "10.1.0.2/24")])])
    sketch.machine(
      "docker", "guest with a life of its own", in: "host",
      [
        .stack(
          [("eth0", "10.1.0.3/24"), ("docker0", "172.17.0.1/16")], role: .router,
          remarks: ["forwards", "masquerades"]),
        .bar("docker0", .bridge, ports: ["docker0"]),
      ])
    sketch.machine("web", "container", in: "docker", [.stack([("eth0", "172.17.0.2/16")])])
    sketch.machine("db", "container", in: "docker", [.stack([("eth0", "172.17.0.3/16")])])
    sketch.machine("plain", "guest", in: "host", [.stack([("eth0", "10.1.0.4/24")])])
    sketch.link("printer:eth0", "office")
    sketch.link("host.br0:eth0", "office", label: "10 Gbit/s")
    sketch.link("host.br0:br0", "host.stack:br0")
    sketch.link("host.br0", "docker.stack:eth0")
    sketch.link("host.br0", "plain:eth0")
    sketch.link("docker.stack:docker0", "docker.docker0:docker0")
    sketch.link("docker.docker0", "web:eth0")
    sketch.link("docker.docker0", "db:eth0")
    return DrawnSample(
      plan: sketch.plan,
      steps: [
        sketch.step(
          0, "out", "ping web → printer", StepSheet.Verdict(.holds, "reply in 0.2 ms, seen as 10.1.0.3"),
          [
            (.request, "web > docker.docker0 > docker.stack > host.br0 > office > printer"),
            (.reply, "printer > office > host.br0 > docker.stack > docker.docker0 > web"),
          ],
          notes: [("docker.stack", 3, ["MASQUERADE", "172.17.0.2 → 10.1.0.3"])]),
        sketch.step(
          1, "in", "ping plain → web", StepSheet.Verdict(.holds, "fails as expected: no route"),
          [(.request, "plain > host.br0 > office")],
          deaths: [("office", 2, "nobody owns 172.17.0.2 here")]),
      ])
  }()
}
