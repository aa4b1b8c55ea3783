import Configuration
import Foundation
import Reports
import Scenarios
import Testing

/// What is said and drawn of steps that begin many flows: enough to read, and how much more there is.
@Suite("Reports of many flows") struct ManyFlowsReportTests {
  /// So many hosts ping one server and then somebody who is not there, and one of them sends a stream.
  private static func run(_ count: Int) throws -> VariantRun {
    try #require(
      Stage.runs(
        """
        name: many
        nodes:
          h: { kind: host, count: \(count), interfaces: { eth0: 10.0.0.1/24 } }
          srv: { kind: host, interfaces: { eth0: 10.0.0.200/24 }, services: [udp/9] }
          sw: { kind: switch }
        links: [[h, sw], [srv, sw]]
        steps:
          - { id: out, ping: h -> srv }
          - { id: lost, ping: h -> 10.0.0.201 }
          - { id: s, stream: h1 -> srv:9 }
        expect: { out: reply, lost: { fails: host-unreachable } }
        """
      ).first)
  }

  @Test("a story tells eight flows and how many more there were", arguments: [(8, false), (9, true)])
  func story(count: Int, isCut: Bool) throws {
    let story = StoryReport.text(of: 0, in: try Self.run(count))
    #expect(story.components(separatedBy: "\n### ").count - 1 == 8)
    #expect(story.contains("The other 1 of 9 are told in `result.json`.") == isCut)
    #expect(story.hasPrefix("## 1. out: ping h → srv ✓\n"))
  }

  @Test("up to three flows are told in a row, more are counted")
  func row() throws {
    let few = try Self.run(3).verdict.steps
    #expect(VerdictWords.happened(in: few[1]).components(separatedBy: "; ").count == 3)
    let many = try Self.run(12).verdict.steps
    #expect(VerdictWords.happened(in: many[0]) == "12 of 12 answered")
    #expect(VerdictWords.happened(in: many[2]) == "245 sent, none lost, 1Mbit, seen as 10.0.0.1")
    #expect(VerdictWords.happened(in: many[1]) == "0 of 12 answered; 12 host unreachable")
  }

  @Test("pictures draw eight flows and say so")
  func pictures() throws {
    let files = try Stage.allFiles(of: [Self.run(20)])[0]
    let picture = try #require(files.first { $0.path == "steps/out.dot" })
    #expect(String(decoding: picture.bytes, as: UTF8.self).contains("ping h → srv (8 of 20 drawn)"))
  }

  @Test("the datagrams of a stream are counted, not listed")
  func stream() throws {
    let story = StoryReport.text(of: 2, in: try Self.run(2))
    #expect(story.contains("- and 244 more datagrams of the same flows, which the journal lists\n"))
    #expect(story.components(separatedBy: "\n").count < 20)
  }
}
