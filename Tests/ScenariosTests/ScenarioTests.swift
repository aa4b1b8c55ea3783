import Configuration
import Devices
import Foundation
import Packets
import Scenarios
import Simulation
import Testing
import Topology

@Suite("Scenarios") struct ScenarioTests {
  static let vmware: String = {
    let file = URL(fileURLWithPath: #filePath)
    let root = file.deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    return (try? String(contentsOf: root.appending(path: "Scenarios/vmware.yaml"), encoding: .utf8)) ?? ""
  }()

  @Test("all that vmware.yaml expects comes true", arguments: ["bridged", "nat", "host-only"])
  func vmware(variant: String) throws {
    let text = ScenarioText(Self.vmware)
    #expect(text.diagnostics.isEmpty)
    let verdict = try text.verdict(variant)
    #expect(verdict.holds, "\(verdict.steps.map(\.findings))")
    #expect(
      verdict.steps.filter { $0.result == .held }.map(\.id) == [
        "lease", "between", "host", "out", "web", "in",
      ])
    #expect(verdict.imbalance == nil)
  }

  @Test("another seed changes no verdict", arguments: [2, 3, 4, 5] as [UInt64])
  func seeds(seed: UInt64) throws {
    let text = ScenarioText(Self.vmware)
    for variant in ["bridged", "nat", "host-only"] {
      #expect(try text.verdict(variant, seed: seed).holds)
    }
  }

  /// What `hoplab show` prints is a scenario of its own, in which everything stays as it was.
  @Test("the plain language plays as what it was expanded from")
  func plain() throws {
    for play in try #require(ScenarioText(Self.vmware).scenario?.plays) {
      var diagnostics = Diagnostics()
      let again = try #require(
        Scenario.read(play.expanded, &diagnostics)?.plays.first, "\(diagnostics.sorted)")
      #expect(again.topology.devices.map(\.name) == play.topology.devices.map(\.name))
      let records = Player(again).run().journal.records
      let before = Player(play).run().journal.records
      #expect(records.map(\.event) == before.map(\.event))
    }
  }

  @Test("what the report needs of a step is there")
  func numbers() throws {
    let verdict = try ScenarioText(Self.vmware).verdict("nat")
    let out = try #require(verdict.steps.first { $0.id == "out" }?.activities.first)
    #expect(out.machine == "vm1")
    #expect(out.request.map { "\($0.machine).\($0.device)" }.first == "vm1.stack")
    #expect(out.request.map { "\($0.machine).\($0.device)" }.last == "peer.stack")
    #expect(out.request.first?.ingress == nil && out.request.first?.egress == "eth0")
    #expect(out.request.last?.ingress == "eth0" && out.request.last?.egress == nil)
    #expect(out.seenAs?.description == "192.168.1.10")
    // The NAT device sends a packet of its own, so nothing is taken off.
    #expect(out.requestTimeToLive == 64)
    #expect(out.hops == 0)
    #expect(out.outcome.roundTrip > .zero)
    let refused = try #require(verdict.steps.first { $0.id == "in" }?.activities.first)
    #expect(refused.by == "internet.stack")
    #expect(refused.seenAs == nil)
  }

  @Test(
    "mistakes of the file as a whole",
    arguments: [
      ("[a]", "HL0122 1:1"), ("name: x", "HL0121 1:1"), ("nodes: {}", "HL0121 1:8"),
      ("nodes: [a]", "HL0122 1:8"),
      ("nodes: { a: { kind: host } }\nlinks: x", "HL0122 2:8"),
      ("nodes: { a: { kind: host } }\nsteps: { x: 1 }", "HL0122 2:8"),
      ("nodes: { a: { kind: host } }\nsteps: [x]", "HL0122 2:9"),
      ("nodes: { a: { kind: host } }\nexpect: x", "HL0122 2:9"),
      ("nodes: { a: { kind: host } }\nstesp: []", "HL0120 2:1"),
      ("name: ../x\nnodes: { a: { kind: host } }", "HL0210 1:7"),
      ("name: [x]\nnodes: { a: { kind: host } }", "HL0122 1:7"),
      ("nodes: { a: { kind: host } }\nvariants: [x]", "HL0122 2:11"),
    ])
  func mistakes(text: String, place: String) {
    let text = ScenarioText(text)
    #expect(text.scenario == nil)
    #expect(text.places == [place], "\(text.diagnostics)")
  }

  @Test("all mistakes are told at once, those of single variants with their names")
  func allAtOnce() {
    let text = ScenarioText(
      """
      nodes: { a: { kind: hots }, b: { kind: $kind } }
      steps: [{ pnig: a -> b }, { ping: a -> x }]
      expect: { stpe1: reply }
      variants: { one: { with: { kind: host } }, two: { with: { kind: swtich } } }
      """)
    #expect(text.places == ["HL0201 1:21", "HL0301 2:11", "HL0202 2:40", "HL0304 3:11", "HL0201 4:65"])
    #expect(
      text.diagnostics.map { $0.notes.count { $0.message.hasPrefix("in the variant") } } == [0, 0, 0, 0, 0])
  }

  @Test("a mistake that only some variants make in what they share says which")
  func someVariants() {
    let text = ScenarioText(
      """
      nodes: { a: { kind: host }, b: { kind: host } }
      steps: [{ ping: a -> b }]
      variants: { one: {}, two: { nodes: { b: null } } }
      """)
    #expect(text.places == ["HL0202 2:22"])
    #expect(text.diagnostics.first?.notes.last?.message == "in the variant two")
  }

  @Test("keys that start with x- are the user's own, everywhere")
  func ownKeys() {
    let text = ScenarioText(
      """
      x-common: { y: $z }
      nodes: { a: { kind: host, x-room: 2 } }
      steps: [{ id: s, ping: a -> a, x-points: 3 }]
      expect: { s: { reply: true, x-why: because }, x-note: n }
      variants: { x-none: 5, one: { x-a: $b } }
      """)
    #expect(text.diagnostics.isEmpty)
    #expect(text.scenario?.plays.map(\.variant) == ["one"])
  }

  @Test("the schema knows every verb, expectation and kind of node")
  func schema() {
    let written = SchemaWriter(title: "t").write(Scenario.schema)
    for word in stepKinds.map({ $0.word }) + expectationKinds.map({ $0.word }) + [
      "home-router", "vmware", "variants",
    ] {
      #expect(written.contains("\"\(word)\""), "\(word)")
    }
  }

  /// Nothing a user can write makes reading or playing trap.
  @Test("without any one line it is still read or refused")
  func missingLines() {
    let lines = Self.vmware.split(separator: "\n", omittingEmptySubsequences: false)
    for index in lines.indices {
      var rest = lines
      rest.remove(at: index)
      let text = ScenarioText(rest.joined(separator: "\n"))
      guard let scenario = text.scenario else {
        #expect(text.diagnostics.contains { $0.severity == .error })
        continue
      }
      for play in scenario.plays { #expect(Player(play).run().imbalance == nil) }
    }
  }
}
