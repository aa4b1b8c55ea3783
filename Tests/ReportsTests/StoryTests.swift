import Foundation
import Reports
import Scenarios
import Testing

@Suite("Story") struct StoryTests {
  private let run: VariantRun

  init() throws { run = try #require(try Stage.runs(Stage.hub).first) }

  private func story(_ id: String) throws -> String {
    let step = try #require(run.verdict.steps.firstIndex { $0.id == id })
    return StoryReport.text(of: step, in: run)
  }

  @Test("tells where a packet went, numbered as in the pictures, and what its sender saw")
  func hops() throws {
    let text = try story("there")
    #expect(text.hasPrefix("## 1. there: ping a → b ✓\n"))
    #expect(text.contains("1. `a` finds 10.0.0.2 on its own network 10.0.0.0/24 (`eth0 10.0.0.1/24`, lab.yaml:4)"))
    #expect(text.contains("2. `h` repeats it on its one other port, as a hub does with everything"))
    #expect(text.contains("`b:eth0` is its destination and answers."))
    #expect(text.contains("\n3. `b` finds 10.0.0.1"))
    #expect(text.contains("`a` sees: an answer from 10.0.0.2"))
    #expect(text.contains("ARP: `a` asks who has 10.0.0.2; `b` answers that it is at "))
  }

  @Test("tells what was wanted and got, and marks what failed")
  func findings() throws {
    #expect(try story("there").contains("- ✓ `reply`: a reply (lab.yaml:15)"))
    let failed = try story("out")
    #expect(failed.hasPrefix("## 3. out: ping a → 192.0.2.1 ✗\n"))
    #expect(failed.contains("- ✗ `reply`: **wanted a reply, got no-route by a**"))
    #expect(StoryReport.text(of: run).contains("**Not everything held.**"))
  }

  @Test("tells of questions that nobody answers")
  func silence() throws {
    let text = try story("nobody")
    #expect(text.contains("ARP: `a` asks 3 times who has 10.0.0.9, and nobody answers"))
    #expect(text.contains("**The request** never left `a`, which **drops it: the next hop does not answer ARP**"))
    #expect(text.contains("`a` sees: host-unreachable"))
  }

  @Test("tells of an answer that comes when nobody waits for it any more, and by how much")
  func late() throws {
    let run = try #require(
      try Stage.runs(
        """
        name: late
        nodes:
          a: { kind: host, interfaces: { eth0: 10.0.0.1/24 } }
          b: { kind: host, interfaces: { eth0: 10.0.0.2/24 } }
        links: [{ endpoints: [a, b], delay: 500ms }]
        steps:
          - { id: known, ping: a -> b }
          - { id: slow, set: { link: a -- b, delay: 3s } }
          - { id: late, ping: a -> b }
          - { id: pause, wait: 10s }
        expect: { known: reply }
        """
      ).first)
    let text = StoryReport.text(of: run)
    #expect(text.contains("`a` sees: an answer from 10.0.0.2"))
    #expect(text.components(separatedBy: "It comes too late: `a` gave up 2 s before.").count == 2)
    #expect(text.contains("`a` sees: no-answer"))
  }

  @Test("tells of links that are cut, and of what dies there")
  func faults() throws {
    #expect(try story("cut").contains("- The link between `b:eth0` and `h:"))
    let gone = try story("gone")
    #expect(gone.contains("**drops it: no other port here has a link that is up** [no-port-up]"))
    #expect(gone.contains("`a` sees: no-answer"))
  }

  @Test("names the rule and the line of YAML behind a translation")
  func translation() throws {
    let text = try String(contentsOfFile: Stage.vmware, encoding: .utf8)
    let runs = try Stage.runs(text, named: "/anywhere/vmware.yaml")
    let nat = try #require(runs.first { $0.variant == "nat" })
    let story = StoryReport.text(of: nat)
    #expect(story.contains("(`masquerade out of wan0`, vmware.yaml:12)"))
    #expect(story.contains("(`gateway 203.0.113.1`, vmware.yaml:14)"))
    #expect(story.contains("**drops it: no route leads to its destination**"))
    #expect(!story.contains("/anywhere/"))
    #expect(!story.contains("becomes 0.0.0.0"))
  }

  @Test("tells of the error that was not sent, because there had been too many")
  func rationing() throws {
    let steps = (1...7).map { "{ id: u\($0), udp: a -> b:9 }" }.joined(separator: ", ")
    let text = """
      name: lab
      title: "A closed port"
      nodes:
        a: { kind: host, interfaces: { eth0: 10.0.0.1/24 } }
        b: { kind: host, interfaces: { eth0: 10.0.0.2/24 } }
      links: [[a, b]]
      steps: [\(steps)]
      """
    let run = try #require(try Stage.runs(text).first)
    let words = "and keeps quiet about it, since it rations its ICMP errors (destination unreachable, code 3)."
    #expect(!StoryReport.text(of: 5, in: run).contains("rations"))
    #expect(StoryReport.text(of: 6, in: run).contains(words))
  }

  @Test("tells in one line what two bridges say to each other again and again")
  func bridges() throws {
    let run = try #require(
      try Stage.runs(
        """
        name: t
        nodes:
          a: { kind: host, interfaces: { eth0: 10.0.0.1/24 } }
          one: { kind: switch, spanning-tree: stp, priority: 4096 }
          two: { kind: switch, spanning-tree: stp }
        links: [[a, one], [one, two]]
        steps: [{ id: w, wait: 60s }, { id: p, ping: a -> 10.0.0.9 }]
        expect: { p: { fails: true } }
        """
      ).first)
    let story = StoryReport.text(of: 0, in: run)
    // After 2 s to 58 s, since the start is before the step and its end is after it; and one answer to what two says first.
    #expect(story.contains("- spanning tree: `one` sends `two` 30 BPDUs\n"), "\(story)")
    #expect(story.contains("- spanning tree: `one` sends `a` 29 BPDUs\n"), "\(story)")
    #expect(!story.contains("STP 802.1d"))
    #expect(story.components(separatedBy: "spanning tree:").count == 3)
  }

  @Test("tells that a relay agent asks in the client's place, and hands it the answer")
  func relay() throws {
    let path = Stage.vmware.replacingOccurrences(of: "vmware.yaml", with: "behaviour/dhcp-relay.yaml")
    let run = try #require(try Stage.runs(String(contentsOfFile: path, encoding: .utf8), named: path).first)
    let story = StoryReport.text(of: 0, in: run)
    #expect(
      story.contains(
        "2. `rtr` takes it in as a relay agent and asks the server in the client's place, with its own address 10.0.1.1"
      ))
    #expect(story.contains("6. `rtr` hands it to the client as its relay agent (10.0.1.1), and sends it"))
    #expect(story.components(separatedBy: "relay agent").count == 5, "twice each")
    // Who asks the server itself is relayed by nobody.
    #expect(!StoryReport.text(of: 1, in: run).contains("relay agent"))
  }

  @Test("tells what goes round and round in one line, with how often it came")
  func alike() throws {
    let path = Stage.vmware.replacingOccurrences(of: "vmware.yaml", with: "behaviour/storm.yaml")
    let run = try #require(try Stage.runs(String(contentsOfFile: path, encoding: .utf8), named: path).first)
    let lines = StoryReport.text(of: 0, in: run).split(separator: "\n").filter { $0.contains("ARP: `b` answers") }
    #expect(lines.count == 1)
    #expect(
      lines.first?.firstMatch(of: #/that 10\.0\.0\.2 is at [0-9a-f:]+, and [0-9,]+ times more until [0-9.]+ ms$/#)
        != nil)
    #expect(!StoryReport.text(of: 1, in: run).contains("times more"), "one is one")
  }

  @Test("follows the question for a name where nothing else was sent")
  func lookup() throws {
    let text = try String(contentsOfFile: Stage.vmware, encoding: .utf8)
    let run = try #require(try Stage.runs(text, named: "vmware.yaml").first { $0.variant == "host-only" })
    let step = try #require(run.verdict.steps.firstIndex { $0.id == "web" })
    let story = StoryReport.text(of: step, in: run)
    #expect(story.contains("**The question for the name**: `IP 192.168.56.128."))
    #expect(story.contains("`pc.stack:vmnet1` **drops it: no program listens on that port** [no-socket]"))
    #expect(story.contains("`vm1` sees: name-unresolved"))
    // What is told of the request in results and verdicts stays what it was: there was none.
    #expect(run.verdict.steps[step].activities.first?.request.isEmpty == true)
  }

  @Test("tells of a bulk transfer in a few lines, with what got through")
  func transfer() throws {
    let run = try #require(
      try Stage.runs(
        """
        nodes:
          a: { kind: host, interfaces: { eth0: 10.0.0.1/24 } }
          b: { kind: host, interfaces: { eth0: 10.0.0.2/24 }, services: [tcp/5001] }
        links: [{ endpoints: [a, b], rate: 100Mbit, delay: 5ms, queue: 200 }]
        steps: [{ transfer: { from: a, to: b, port: 5001, size: 30MB } }]
        """
      ).first)
    let story = StoryReport.text(of: 0, in: run)
    #expect(story.split(separator: "\n").count < 60)
    #expect(story.contains("which took in 30 MB in 2."))
    #expect(story.contains("more frames that are alike, "))
    #expect(story.contains("such frames die at `a:eth0`: "))
    #expect(run.journalFile.written().utf8.count < 300_000)
    let files = try Stage.allFiles(of: [run])[0]
    #expect(files.reduce(0) { $0 + $1.bytes.count } < 1_000_000)
  }

  @Test("tells what a step changed, and of steps side by side each its own")
  func changes() throws {
    let run = try #require(try Stage.runs(Stage.changes, named: "changes.yaml").first)
    func story(_ id: String) throws -> String {
      StoryReport.text(of: try #require(run.verdict.steps.firstIndex { $0.id == id }), in: run)
    }
    #expect(try story("slow").contains("treats frames otherwise from now on: delay 5ms, there (loss 10%)."))
    let moved = try story("moved")
    #expect(moved.contains("- `a:eth0` has the address 10.0.0.1/24 no more."))
    #expect(moved.contains("- `a:eth0` has the address 10.0.0.7/24 from now on."))
    #expect(moved.contains("- `a` has the default gateway 10.0.0.2 from now on."))
    #expect(try story("nowhere").contains("- `a` has no default gateway any more."))
    #expect(try story("mute").contains("- The direction from `b:eth0` to `sw:"))
    #expect(try story("mute").contains("is cut, and neither end can see that."))
    #expect(try story("heard").contains("is mended."))
    #expect(try story("closed").contains("- The service tcp/80 of `b` is stopped."))
    #expect(try story("open").contains("- The service tcp/80 of `b` is started."))
    #expect(try story("on").contains("- `r` is switched on."))
    let way = try story("way")
    #expect(way.contains("**The packet with a time to live of 1**: `IP 10.0.0.1."))
    #expect(!way.contains("> 10.0.0.2.9:"))
    #expect(try story("load").contains("more datagrams of the same flows"))
    #expect(try !story("load").contains("33434"))
  }
}
