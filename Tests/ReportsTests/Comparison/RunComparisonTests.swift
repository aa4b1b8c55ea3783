import Configuration
import Foundation
import Reports
import Scenarios
import Simulation
import Testing

@Suite("Two runs side by side") struct RunComparisonTests {
  /// Two hosts at a switch, with room for what a test changes.
  private static func lab(_ rest: String, link: String = "[b, sw]", b: String = "10.0.0.2/24") -> String {
    """
    name: lab
    nodes:
      a: { kind: host, interfaces: { eth0: 10.0.0.1/24 } }
      b: { kind: host, interfaces: { eth0: \(b) }, services: [tcp/80, udp/9] }
      sw: { kind: switch }
    links: [[a, sw], \(link)]
    \(rest)
    """
  }

  private static let ping = "steps: [{ id: ping, ping: a -> 10.0.0.2 }]"

  private static func compare(_ first: String, _ second: String) throws -> RunComparison {
    RunComparison(try Stage.runs(first)[0], try Stage.runs(second)[0], labels: ("old", "new"))
  }

  @Test(
    "how much a step differs",
    arguments: [
      (lab(ping), lab(ping), .none, 0),
      (lab(ping), lab(ping, link: "{ endpoints: [b, sw], delay: 1ms }"), .time, 1),
      (lab(ping), lab("steps: [{ id: ping, arp: a -> b }]"), .outcome, 0),
      (lab(ping), lab(ping, b: "10.0.0.3/24"), .outcome, 1),
      (lab(ping), lab("steps: [{ id: pong, ping: a -> 10.0.0.2 }]"), .missing, 0),
      (
        lab("steps: [{ id: ping, ping: a -> 10.0.0.2 }]"),
        lab("steps: [{ id: other, ping: a -> 10.0.0.2 }, { id: ping, ping: a -> 10.0.0.2 }]"), .way, 0
      ),
    ] as [(String, String, StepComparison.Difference, Int)])
  func difference(first: String, second: String, difference: StepComparison.Difference, wiring: Int) throws {
    let comparison = try Self.compare(first, second)
    let step = try #require(comparison.steps.first { $0.id == "ping" })
    #expect(step.difference == difference, "\(step.lines) \(step.first ?? "") \(step.second ?? "")")
    #expect(comparison.wiring.count == wiring, "\(comparison.wiring)")
    #expect(comparison.isSame == (difference == .none))
  }

  @Test("a switch more, an address more, another wire: each is said once")
  func wiring() throws {
    let more = Self.lab(Self.ping, link: "[b, sw2], { endpoints: [sw, sw2], delay: 1ms }")
      .replacingOccurrences(of: "  sw: {", with: "  sw2: { kind: switch }\n  sw: {")
    let comparison = try Self.compare(Self.lab(Self.ping, b: "10.0.0.2/16"), more)
    #expect(
      comparison.wiring == [
        "only in old: the link b:eth0 – sw", "only in new: the machine sw2", "only in new: the link b:eth0 – sw2",
        "only in new: the link sw – sw2", "b:eth0: 10.0.0.2/16 in old, 10.0.0.2/24 in new",
      ])
    let lines = comparison.steps[0].lines
    #expect(
      lines == [
        "hop 2, only in old: sw → b", "hop 3 of the reply, only in old: b → sw",
        "hops 2–3, only in new: sw → sw2 → b", "hops 4–5 of the reply, only in new: b → sw2 → sw",
      ])
  }

  @Test("what a device did is said where both went: what one did, and that the other did not")
  func deeds() throws {
    func lab(_ rules: String) -> String {
      """
      name: lab
      nodes:
        a: { kind: host, interfaces: { eth0: 10.0.0.2/24 }, gateway: 10.0.0.1 }
        r: { kind: router, interfaces: { eth0: 10.0.0.1/24, eth1: 10.1.0.1/24 }\(rules) }
        b: { kind: host, interfaces: { eth0: 10.1.0.2/24 }, gateway: 10.1.0.1 }
      links: [[a, r:eth0], [r:eth1, b]]
      steps: [{ id: out, ping: a -> b }]
      """
    }
    let lines = try Self.compare(lab(", masquerade: eth1"), lab("")).steps[0].lines
    #expect(lines.count == 4, "\(lines)")
    #expect(lines.contains("hop 2: 10.1.0.1 → 10.1.0.2 in old, 10.0.0.2 → 10.1.0.2 in new"), "\(lines)")
    #expect(lines.contains("hop 3: 10.1.0.2 → 10.1.0.1 in old, 10.1.0.2 → 10.0.0.2 in new"), "\(lines)")
    let deed = try #require(lines.first { $0.hasPrefix("hop 2, at r: masquerade out of eth1 (10.0.0.2 id ") })
    #expect(deed.hasSuffix("), in old; not there in new"))
    // The way back is told from the other side.
    let turned = try Self.compare(lab(""), lab(", masquerade: eth1")).steps[0].lines
    #expect(
      turned.contains { $0.hasPrefix("hop 2, at r: ") && $0.hasSuffix("), in new; not there in old") }, "\(turned)")
  }

  /// An ARP request of 42 bytes and an echo of 98 each way.
  @Test("the load of each interface, in frames, bytes and crossings")
  func loads() throws {
    let nobody = Self.lab("steps: [{ id: ping, wait: 1s }]")
    let comparison = try Self.compare(Self.lab(Self.ping), nobody)
    let row = try #require(comparison.loads.first { $0.interface == "a:eth0" })
    #expect(row.first?.sent == InterfaceLoad.Amount(frames: 2, bytes: 140))
    #expect(row.first?.received == InterfaceLoad.Amount(frames: 2, bytes: 140))
    #expect(row.first?.crossings == 2)
    #expect(row.second == InterfaceLoad())
    #expect(comparison.loads.filter { !$0.isNamed }.map(\.interface) == ["sw (to a)", "sw (to b)"])
    #expect(comparison.steps[0].loads.first { $0.interface == "b:eth0" }?.first?.crossings == 2)
  }

  @Test("what a journal only sums up counts as if it were written down")
  func folded() throws {
    let text = Self.lab("steps: [{ id: load, transfer: { from: a, to: b, port: 80, size: 300kB } }]")
    let (scenario, sources) = try Stage.scenario(text)
    func run(_ detail: Journal.Detail) -> VariantRun {
      VariantRun(playing: scenario.plays[0], of: "lab", seed: 1, sources: sources, detail: detail)
    }
    let comparison = RunComparison(run(.folded), run(.full), labels: ("folded", "full"))
    #expect(comparison.loads.filter { !$0.isSame } == [])
    // Of a sum it is not known which frames were still under way when the step ended.
    #expect(comparison.steps[0].loads.allSatisfy { $0.first?.sent == $0.second?.sent })
    #expect(comparison.steps[0].lines == [])
    let load = try #require(comparison.loads.first { $0.interface == "b:eth0" }?.first)
    #expect(load.received.bytes > 300_000)
  }
}

@Suite("Drawings of two runs") struct ComparisonDrawingTests {
  private static func pages() throws -> [(name: String, drawing: Drawing)] {
    let text = try String(contentsOfFile: Stage.vmware, encoding: .utf8)
    let runs = try Stage.runs(text, named: "vmware.yaml")
    var pages: [(String, Drawing)] = []
    for (first, second) in [(0, 1), (1, 2), (2, 0)] {
      let comparison = RunComparison(runs[first], runs[second], labels: (runs[first].variant, runs[second].variant))
      for (name, drawing) in try comparison.drawings() {
        pages.append(("\(runs[first].variant)--\(runs[second].variant)/\(name)", try #require(drawing)))
      }
    }
    return pages
  }

  @Test("nothing written or drawn covers anything written")
  func readable() throws {
    let writing: Set<Canvas.Kind> = [.box, .badge, .note, .cross, .fault, .tag, .title, .legend]
    for (name, drawing) in try Self.pages() {
      let shapes = drawing.canvas.shapes.filter { writing.contains($0.kind) }
      for (index, shape) in shapes.enumerated() {
        for other in shapes[..<index] where shape.rect.intersects(other.rect.grown(by: -0.5)) {
          Issue.record("\(name): \(shape.name) overlaps \(other.name)")
        }
      }
      for line in drawing.canvas.lines where line.isFlow {
        for text in shapes where [.box, .note, .title, .legend].contains(text.kind) {
          if line.route.meets(text.rect.grown(by: -1.5)) { Issue.record("\(name): a line runs under \(text.name)") }
        }
      }
    }
  }

  /// Graphviz takes two things of one name for one.
  @Test("every mark has a name of its own")
  func names() throws {
    for (name, drawing) in try Self.pages() {
      let names = drawing.canvas.shapes.map(\.name)
      #expect(Set(names).count == names.count, "\(name): \(names.filter { one in names.count { $0 == one } > 1 })")
    }
  }

  @Test("colour is never alone: what only the second does has double lines and square numbers")
  func second() throws {
    let colours = (first: "#0072b2", second: "#d55e00", both: "#6e7781")
    var kinds: Set<String> = []
    for (name, drawing) in try Self.pages() {
      for line in drawing.canvas.lines where line.isFlow {
        #expect(line.isDouble == (line.colour == colours.second), "\(name)")
        kinds.insert(line.colour)
      }
    }
    #expect(kinds == [colours.first, colours.second, colours.both])
  }

  @Test("the same twice has one drawing, in which nothing is coloured")
  func same() throws {
    let runs = try Stage.runs(Stage.hub)
    let drawings = try RunComparison(runs[0], runs[0], labels: ("one", "other")).drawings()
    #expect(drawings.map(\.name) == ["compare"])
    let canvas = try #require(drawings[0].drawing).canvas
    #expect(canvas.lines.filter(\.isFlow).count == 2)
    #expect(canvas.lines.allSatisfy { !$0.isFlow || $0.colour == "#6e7781" || !$0.tooltip.hasPrefix("both") })
    #expect(canvas.lines.filter(\.isFlow).allSatisfy { $0.tooltip.isEmpty || $0.tooltip.hasPrefix("both") })
  }
}
