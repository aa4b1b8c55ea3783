import Reports
import Testing

@Suite("Plans nobody would draw by hand") struct HardPlanTests {
  private func svg(_ plan: Plan, _ steps: [StepSheet] = []) throws -> String {
    let arrangement = try Arrangement(of: [plan], carrying: [steps])
    for step in steps { _ = try #require(Drawing.step(step, of: plan, in: arrangement)).svg() }
    _ = try #require(Drawing.overview(of: plan, OverviewSheet(steps: steps), in: arrangement)).svg()
    return try #require(Drawing.topology(of: plan, in: arrangement)).svg()
  }

  @Test(
    "names of any script and any character are drawn as text",
    arguments: [
      "<b>&\"quotes\"</b>", "back\\slash\\N", "虚拟机一", "الجهاز", "emoji 🖥️", "new\nline\ttab",
      "bell\u{7}nul\u{0}", "",
      String(repeating: "very-long-name-", count: 40), "]]> --> -- ;", "\u{202E}reversed", "%s %n",
    ])
  func names(name: String) throws {
    var sketch = PlanSketch(name, name, title: name)
    sketch.plan.machines = [
      Plan.Machine(
        name: name, kind: name,
        devices: [
          Plan.Device(
            name: name, role: .stack, remarks: [name],
            ports: [Plan.Port(name: name, addresses: [name, name])])
        ]),
      Plan.Machine(name: "b", kind: "switch", devices: [.bar("b", .switch, ports: [name])]),
    ]
    sketch.plan.links = [
      Plan.Link(.init(machine: 0, device: 0, port: 0), .init(machine: 1, device: 0, port: 0), label: name)
    ]
    let step = StepSheet(
      id: name, title: name, verdict: StepSheet.Verdict(.fails, name), order: 0,
      arrows: [.init(StepSheet.Crossing(link: 0, .fromAToB), number: 1, leg: .request)],
      notes: [.init(at: .init(machine: 0, device: 0), number: 1, lines: [name, name])],
      deaths: [.init(at: .init(machine: 1, device: 0), number: 1, reason: name)])
    #expect(try svg(sketch.plan, [step]).contains("</svg>"))
  }

  @Test("nothing at all")
  func nothing() throws {
    #expect(try svg(Plan(scenario: "", variant: "", machines: [], links: [])).contains("</svg>"))
    let bare = Plan(
      scenario: "s", variant: "v", machines: [.init(name: "m", kind: "", devices: [])], links: [])
    #expect(try svg(bare).contains("</svg>"))
  }

  @Test("a machine without wires is drawn, and its arrowless step too")
  func alone() throws {
    var sketch = PlanSketch("s", "v")
    sketch.machine("host", "host", [.stack([("eth0", "10.0.0.1/24")]), .bar("br0", .bridge)])
    sketch.machine("guest", "guest", in: "host", [.stack([("eth0", "10.0.0.2/24")])])
    let step = sketch.step(
      0, "out", "ping", StepSheet.Verdict(.neutral, "no route"), [], deaths: [("guest", nil, "no route")])
    #expect(try svg(sketch.plan, [step]).contains("guest"))
  }

  @Test("a guest that runs on another host in another variant is drawn in both")
  func movedGuest() throws {
    let plans = [["one", "two"], ["two"]].map { hosts in
      var sketch = PlanSketch("s", hosts.joined())
      for host in hosts { sketch.machine(host, "host", [.stack([("eth0", "10.0.0.1/24")]), .bar("br0", .bridge)]) }
      sketch.machine("guest", "guest", in: hosts[0], [.stack([("eth0", "10.0.0.2/24")])])
      sketch.link("guest:eth0", "\(hosts[0]).br0")
      return sketch.plan
    }
    let arrangement = try Arrangement(of: plans)
    for plan in plans {
      #expect(try #require(Drawing.topology(of: plan, in: arrangement)).svg().contains("guest"))
    }
  }

  @Test("loops, parallel wires, wires in a circle and indices that point nowhere")
  func knots() throws {
    var sketch = PlanSketch("s", "v")
    for name in ["a", "b", "c"] { sketch.machine(name, "switch", [.bar(name, .switch)]) }
    sketch.machine("h", "host", [.stack([("eth0", "10.0.0.1"), ("eth1", "10.0.0.2")]), .bar("br", .bridge)])
    sketch.machine("g", "guest", in: "h", [.stack([("eth0", "10.0.0.3"), ("eth1", "")])])
    for pair in [
      ("a", "b"), ("a", "b"), ("b", "c"), ("c", "a"), ("a", "a"), ("h.stack:eth0", "h.stack:eth1"),
      ("h.stack:eth0", "h.stack:eth0"), ("h.br", "g:eth0"), ("g:eth1", "a"), ("h.br", "b"),
    ] {
      sketch.link(pair.0, pair.1)
    }
    sketch.plan.links.append(
      Plan.Link(.init(machine: 9, device: 0, port: 0), .init(machine: 0, device: 7, port: -1)))
    let arrows = sketch.plan.links.indices.flatMap { link in
      [StepSheet.Crossing.Direction.fromAToB, .fromBToA].map {
        StepSheet.Arrow(StepSheet.Crossing(link: link, $0), number: link, leg: .request)
      }
    }
    let step = StepSheet(
      id: "x", title: "x", verdict: StepSheet.Verdict(.holds, "x"), order: -3,
      arrows: arrows + [.init(StepSheet.Crossing(link: 99, .fromAToB), number: 1, leg: .reply)],
      notes: [.init(at: .init(machine: 50, device: 0), number: nil, lines: [])],
      deaths: [.init(at: .init(machine: -1, device: 0), number: 3, reason: "")])
    #expect(try svg(sketch.plan, [step]).contains("</svg>"))
  }

  @Test("one arrow with very many numbers, and very many steps on one link")
  func crowds() throws {
    var sketch = PlanSketch("s", "v")
    sketch.machine("a", "host", [.stack([("eth0", "10.0.0.1")])])
    sketch.machine("b", "host", [.stack([("eth0", "10.0.0.2")])])
    sketch.link("a:eth0", "b:eth0")
    let steps = (0..<30).map { order in
      StepSheet(
        id: "s\(order)", title: "t", verdict: StepSheet.Verdict(.holds, "w"), order: order,
        arrows: (1...20).map { .init(StepSheet.Crossing(link: 0, .fromAToB), number: $0, leg: .request) })
    }
    #expect(try svg(sketch.plan, steps).contains("</svg>"))
  }
}
