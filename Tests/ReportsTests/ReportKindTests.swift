import Configuration
import Foundation
import Reports
import Scenarios
import Testing

@Suite("Reports") struct ReportKindTests {
  @Test("have words of their own, and files of their own")
  func list() throws {
    #expect(Set(reportKinds.map { $0.word }).count == reportKinds.count)
    let files = try Stage.allFiles(of: Stage.runs(Stage.hub))[0].map(\.path)
    #expect(Set(files).count == files.count)
    let steps = ["there", "nobody", "out", "cut", "gone"].flatMap { ["steps/\($0).dot", "steps/\($0).svg"] }
    let whole = [
      "story.md", "result.json", "journal.json", "capture.pcapng", "topology.dot", "topology.svg", "flow.dot",
      "flow.svg",
    ]
    let ladder = ["sequence.dot", "sequence.svg", "sequence.mmd"]
    let tables = ["links", "flows", "interfaces", "series"].map { "statistics/\($0).csv" }
    #expect(files == whole + steps + ladder + tables + ["statistics/plot.dot", "statistics/plot.svg"])
  }

  /// What is a report says so; every conforming type in the sources is in the list.
  @Test("the list is complete")
  func completeness() throws {
    let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().appendingPathComponent("Sources/Reports")
    let names = FileManager.default.enumerator(atPath: folder.path)?.compactMap { $0 as? String } ?? []
    var conforming = 0
    for name in names where name.hasSuffix(".swift") {
      let text = try String(contentsOf: folder.appendingPathComponent(name), encoding: .utf8)
      conforming += text.components(separatedBy: "public struct ").dropFirst()
        .count { $0.prefix { $0 != "{" }.hasSuffix(": ReportKind ") }
    }
    #expect(conforming == reportKinds.count)
  }

  @Test("without pictures and requests there are four")
  func fewest() throws {
    let run = try #require(try Stage.runs(Stage.hub).first)
    let files = try reportFiles(of: run, ReportOptions()).map(\.path)
    #expect(files == ["story.md", "result.json", "capture.pcapng", "sequence.mmd"])
  }

  @Test("pictures can be had in each form, and say which text they were made from")
  func formats() throws {
    let run = try #require(try Stage.runs(Stage.hub).first)
    var options = ReportOptions()
    options.atlas = try Atlas(of: [run])
    options.formats = PictureFormat.allCases
    let files = try TopologyPicture.files(of: run, options)
    #expect(files.map(\.path) == ["topology.dot", "topology.svg", "topology.png", "topology.pdf"])
    let dot = String(decoding: files[0].bytes, as: UTF8.self)
    #expect(Drawing.isCurrent(svg: String(decoding: files[1].bytes, as: UTF8.self), for: dot))
    #expect(files[2].bytes.starts(with: [0x89] + Array("PNG".utf8)))
    #expect(files[3].bytes.starts(with: "%PDF".utf8))
  }
}

@Suite("Result file") struct ResultReportTests {
  private let result: JSONValue

  init() throws {
    let run = try #require(try Stage.runs(Stage.hub).first)
    result = try JSONValue(parsing: ResultReport.json(of: run).written())
  }

  private func step(_ id: String) throws -> JSONValue {
    try #require(result["steps"]?.list?.first { $0["id"]?.text == id })
  }

  @Test("says its version, what was played and whether it held")
  func head() {
    #expect(result["version"]?.integer() == 1)
    #expect(result["scenario"]?.text == "hub")
    #expect(result["variant"]?.text == "default")
    #expect(result["seed"]?.integer() == 1)
    #expect(result["holds"]?.truth == false)
    #expect(result["journal"]?.text?.count == 16)
    #expect((result["counters"]?["sent"]?.integer() ?? 0) > 0)
  }

  @Test("has the way of request and reply as machines, devices and interfaces")
  func paths() throws {
    let activity = try #require(try step("there")["activities"]?.list?.first)
    let way = activity["request"]?["path"]?.list?.map { $0["machine"]?.text }
    #expect(way == ["a", "h", "b"])
    #expect(activity["request"]?["path"]?.list?.last?["in"]?.text == "eth0")
    #expect(activity["reply"]?["path"]?.list?.map { $0["machine"]?.text } == ["b", "h", "a"])
    #expect(activity["request"]?["end"]?.text == "absorbed: icmp")
    #expect(activity["seen-as"]?.text == "10.0.0.1")
    #expect(activity["ttl"]?["request"]?.integer() == 64)
    #expect(activity["rtt"]?.integer(as: UInt64.self) != nil)
  }

  @Test("has reason and culprit of a failure, and each expectation with wanted and got")
  func failures() throws {
    let failed = try step("out")
    #expect(failed["verdict"]?.text == "failed")
    #expect(failed["activities"]?.list?.first?["reason"]?.text == "no-route")
    #expect(failed["activities"]?.list?.first?["request"] == .null)
    let expectation = try #require(failed["expectations"]?.list?.first)
    #expect(expectation["holds"]?.truth == false)
    #expect(expectation["wanted"]?.text == "a reply")
    #expect(try step("nobody")["verdict"]?.text == "held")
    #expect(try step("gone")["verdict"]?.text == "unjudged")
  }
}
