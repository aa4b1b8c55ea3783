import Foundation
import Reports
import Scenarios
import Simulation
import Testing

/// Who told whom what, read from the text for Mermaid, which says the same as the picture.
@Suite("Ladder") struct LadderTests {
  private static func text(_ run: VariantRun) throws -> String {
    let files = SequenceText.files(of: run, ReportOptions())
    return String(decoding: try #require(files.first).bytes, as: UTF8.self)
  }

  private static func text(_ scenario: String) throws -> String { try text(#require(try Stage.runs(scenario).first)) }

  @Test("speakers in order, each step with what came of it, silence, a packet that never left, a link that is cut")
  func hub() throws {
    #expect(
      try Self.text(Stage.hub) == """
        sequenceDiagram
          participant p1 as a
          participant p2 as b
          Note over p1,p2: 1. there: ping a → b<br/>✓ reply, seen as 10.0.0.1
          p1->>p2: ARP who has 10.0.0.2?
          p2-->>p1: ARP 10.0.0.2 is at 02:a9:46:f4:38:33
          p1->>p2: ICMP echo request
          p2-->>p1: ICMP echo reply
          Note over p1,p2: 2. nobody: ping a → 10.0.0.9<br/>✓ fails as expected: host unreachable at a
          loop × 3, until 2.048 s
            Note right of p1: ARP who has 10.0.0.9?<br/>nobody answers
          end
          Note over p1: ✗ ICMP echo request<br/>the next hop does not answer ARP
          Note over p1,p2: 3. out: ping a → 192.0.2.1<br/>✗ reply: wanted a reply, got no-route by a
          Note over p1,p2: 4. cut: fail h -- b<br/>done
          Note over p1,p2: 5. gone: ping a → b<br/>no answer
          p1-xp2: ICMP echo request<br/>at h: no other port here has a link that is up

        """)
  }

  @Test("what an address becomes is told once, on the arrow that leaves with it; who only passes on is no participant")
  func translation() throws {
    let text = try String(contentsOfFile: Stage.vmware, encoding: .utf8)
    let run = try #require(try Stage.runs(text, named: "vmware.yaml").first { $0.variant == "nat" })
    let ladder = try Self.text(run)
    let names = ladder.split(separator: "\n").filter { $0.contains("participant") }.map { $0.split(separator: " ")[3] }
    #expect(names == ["pc.dhcp8", "vm2", "vm1", "pc.nat8", "pc.stack", "rtr", "internet", "peer"])
    #expect(ladder.matches(of: /<br\/>source 192\.168\.1\.10:\d+ → 203\.0\.113\.2:\d+/).count == 1)
    #expect(ladder.contains("p3->>p4: TCP SYN to 198.51.100.80:80\n  p4->>p5: TCP SYN to 198.51.100.80:80\n"))
    #expect(ladder.contains("p7-->>p6: DNS www.example.net is 198.51.100.80\n"))
    #expect(ladder.contains("p6-xp7: ICMP echo request for 192.168.233.128<br/>source "))
  }

  @Test(
    "what is said again and again is told once: below three times it is not",
    arguments: [(2, false), (3, true), (57, true)])
  func runs(count: Int, isFolded: Bool) throws {
    let text = try Self.text(
      """
      nodes:
        a: { kind: host, interfaces: { eth0: 10.0.0.1/24 } }
        b: { kind: host, interfaces: { eth0: 10.0.0.2/24 } }
      links: [[a, b]]
      steps: [{ ping: a -> b }, { ping: { from: a, to: b, count: \(count), interval: 10ms } }]
      """)
    #expect(
      text.contains("  loop × \(count), until \((count - 1) * 10) ms\n    p1->>p2: ICMP echo request\n") == isFolded)
    #expect(text.components(separatedBy: "p1->>p2: ICMP echo request\n").count == (isFolded ? 3 : count + 2))
  }

  @Test("frames that the journal only counted are told with their sum, before the connection ends")
  func transfer() throws {
    let text = try Self.text(
      """
      nodes:
        a: { kind: host, interfaces: { eth0: 10.0.0.1/24 } }
        b: { kind: host, interfaces: { eth0: 10.0.0.2/24 }, services: [tcp/5001] }
      links: [{ endpoints: [a, b], rate: 100Mbit, delay: 1ms }]
      steps: [{ transfer: { from: a, to: b, port: 5001, size: 20MB } }]
      """)
    #expect(text.contains(/loop many more\n    p1->>p2: TCP segments × 1\d,\d{3}, 2\d\.\d MB in all\n/))
    let (sum, end) = (try #require(text.range(of: "many more")), try #require(text.range(of: "TCP FIN")))
    #expect(sum.lowerBound < end.lowerBound)
    #expect(text.split(separator: "\n").count < 40)
  }

  @Test("two who answer one question, a relay, and a switch that speaks itself")
  func speakers() throws {
    let text = try Self.text(
      """
      nodes:
        vm: { kind: host }
        one: { kind: dhcp-server, interfaces: { lan: 10.0.0.1/24 }, range: 10.0.0.5-10.0.0.9 }
        two: { kind: dhcp-server, interfaces: { lan: 10.0.0.2/24 }, range: 10.0.0.15-10.0.0.19 }
        s1: { kind: switch, spanning-tree: rstp }
        s2: { kind: switch, spanning-tree: rstp }
      links: [[vm, s1], [one:lan, s1], [two:lan, s1], [s1, s2]]
      steps: [{ wait: 40s }, { dhcp: vm }]
      """)
    let ids = Dictionary(
      uniqueKeysWithValues: text.matches(of: /participant (p\d) as (\S+)/).map {
        (String($0.output.2), String($0.output.1))
      })
    #expect(Set(ids.keys) == ["vm", "one", "two", "s1", "s2"])
    let (vm, one, two) = (try #require(ids["vm"]), try #require(ids["one"]), try #require(ids["two"]))
    #expect(text.contains("  \(vm)->>\(one): DHCP Discover\n"))
    #expect(text.contains("  \(vm)->>\(two): DHCP Discover\n"))
    // Hosts do not listen to what switches say.
    #expect(!text.contains(/(BPDU|RSTP).*nobody/))
    #expect(!text.contains("->>\(vm): RSTP"))
  }

  @Test("signs of Mermaid's own are written by their numbers")
  func signs() throws {
    let text = try Self.text(
      """
      nodes: { a: { kind: host, interfaces: { eth0: 10.0.0.1/24 } } }
      steps: [{ title: "one; #two <b>", ping: a -> 10.0.0.2 }]
      """)
    #expect(text.contains("1. step1: one#59; #35;two #60;b#62;<br/>"))
  }

  @Test("where nobody says anything there is still a diagram")
  func silence() throws {
    let text = try Self.text("nodes: { a: { kind: host } }\nsteps: [{ wait: 1s }]\n")
    #expect(text.hasPrefix("sequenceDiagram\n  participant p1 as nobody"))
    let run = try #require(try Stage.runs("nodes: { a: { kind: host } }\nsteps: [{ wait: 1s }]\n").first)
    #expect(Drawing.ladder(of: run).count == 1)
  }
}

/// The picture itself.
@Suite("Ladder as a picture") struct LadderPictureTests {
  /// Twenty machines that speak to one, and enough steps for several pages.
  private static let crowd: String = {
    let steps = (0..<9).map { "{ id: s\($0), ping: \"client[1-20] -> server\" }" }
    return """
      name: crowd
      nodes:
        client: { kind: host, count: 20, interfaces: { eth0: 10.0.0.1/24 } }
        server: { kind: host, interfaces: { eth0: 10.0.0.200/24 } }
        sw: { kind: switch }
      links: [["client[1-20]", sw], [server, sw]]
      steps: [\(steps.joined(separator: ", "))]
      """
  }()

  private static func runs(_ name: String) throws -> [VariantRun] {
    if name == "crowd" { return try Stage.runs(crowd) }
    let path = Stage.vmware.replacingOccurrences(of: "vmware.yaml", with: name)
    return try Stage.runs(try String(contentsOfFile: path, encoding: .utf8), named: path)
  }

  @Test(
    "nothing that is written covers anything else",
    arguments: [
      "vmware.yaml", "flatdhcp.yaml", "behaviour/storm.yaml", "behaviour/rapid-spanning-tree.yaml",
      "behaviour/tcp-bulk.yaml", "faults/rogue-on-the-lan.yaml", "crowd",
    ])
  func overlaps(name: String) throws {
    for run in try Self.runs(name) {
      for drawing in Drawing.ladder(of: run) {
        let shapes = drawing.canvas.shapes.filter { $0.kind != .inner }.sorted { $0.rect.top < $1.rect.top }
        for (place, shape) in shapes.enumerated() {
          #expect(drawing.canvas.page.grown(by: 1).contains(shape.rect), "\(run.variant): \(shape.name)")
          for other in shapes[(place + 1)...] {
            guard other.rect.top < shape.rect.bottom else { break }
            // Letters do not fill the lines they stand on.
            let overlap = shape.rect.grown(by: -1).intersects(other.rect.grown(by: -1))
            #expect(!overlap, "\(name) \(run.variant): \(shape.name) and \(other.name)")
          }
        }
      }
    }
  }

  @Test("pages of a length that people scroll, each with all names at its top")
  func pages() throws {
    let run = try #require(try Self.runs("crowd").first)
    let pages = Drawing.ladder(of: run)
    #expect(pages.count > 1)
    for page in pages {
      let heads = page.canvas.shapes.filter { $0.kind == .box }
      #expect(heads.count >= 21 && heads.count % 21 == 0)
    }
    var options = ReportOptions()
    options.atlas = try Atlas(of: [run])
    let files = try SequencePicture.files(of: run, options).map(\.path)
    #expect(Array(files.prefix(4)) == ["sequence.dot", "sequence.svg", "sequence-2.dot", "sequence-2.svg"])
    options.withoutDOT = [SequencePicture.word]
    #expect(try SequencePicture.files(of: run, options).map(\.path).allSatisfy { $0.hasSuffix(".svg") })
  }
}
