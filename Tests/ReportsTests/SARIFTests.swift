import Configuration
import Foundation
import Reports
import Testing

/// What SARIF 2.1.0 (OASIS standard of 2020-03-27) requires of the properties that Hoplab writes; the numbers are its
/// paragraphs.
@Suite("SARIF 2.1.0") struct SARIFTests {
  private typealias Object = [String: Any]

  private static var outcome: TestOutcome {
    func problem(_ rule: TestRule, _ place: TestPlace?, _ related: [TestPlace] = []) -> TestProblem {
      var problem = TestProblem("wanted 50% – got ü", rule, at: place, step: 0)
      problem.related = related.map { .init(message: "rtr decides", place: $0) }
      return problem
    }
    let places = ["labs/a b.yaml", "/abs/ü#1?.yaml", "../up/x.yaml"].map { TestPlace(file: $0, line: 3, column: 7) }
    let step = TestedStep(id: "out", words: "ping a → b", happened: "reply", expectations: 2, isPlayed: true)
    let variant = TestedVariant(
      name: "nat", steps: [step],
      problems: [
        problem(.expectation("hops"), places[0], places), problem(.expectation("via"), places[1]),
        problem(.expectation("hops"), places[2]), problem(.baseline, nil),
      ], journal: "0")
    let mistake = TestProblem("?", .mistake(.unknownField), at: TestPlace(file: "bad.yaml"))
    let invalid = TestedFile(path: "bad.yaml", scenario: nil, mistakes: [mistake])
    return TestOutcome(
      files: [TestedFile(path: "labs/a b.yaml", scenario: "lab", variants: [variant]), invalid], version: "1.2.3",
      ended: "the time limit of 5m was reached")
  }

  private func log(of outcome: TestOutcome = outcome) throws -> Object {
    let text = SARIFReport.text(of: outcome)
    return try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? Object)
  }

  private func run(of log: Object) throws -> Object {
    let runs = try #require(log["runs"] as? [Object])
    #expect(runs.count == 1)
    return runs[0]
  }

  @Test("3.13: the log names its version and schema, and has runs")
  func top() throws {
    let log = try log()
    #expect(log["version"] as? String == "2.1.0")
    let schema = try #require((log["$schema"] as? String).flatMap(URL.init(string:)))
    #expect(schema.scheme == "https")
    #expect(Set(log.keys) == ["$schema", "version", "runs"])
  }

  @Test("3.14 to 3.20: the run has a tool with a driver with a name; column kind and invocations are of those defined")
  func tool() throws {
    let run = try run(of: try log())
    #expect(Set(run.keys) == ["tool", "invocations", "columnKind", "results"])
    #expect(["utf16CodeUnits", "unicodeCodePoints"].contains(run["columnKind"] as? String))
    let driver = try #require((run["tool"] as? Object)?["driver"] as? Object)
    #expect(driver["name"] as? String == "hoplab" && driver["version"] as? String == "1.2.3")
    let invocation = try #require((run["invocations"] as? [Object])?.first)
    #expect(invocation["executionSuccessful"] as? Bool == false)
    let notification = try #require((invocation["toolExecutionNotifications"] as? [Object])?.first)
    try holdsMessage(notification["message"])
    #expect(notification["level"] as? String == "error")
    var whole = Self.outcome
    whole.ended = nil
    let good = try #require((try self.run(of: try log(of: whole))["invocations"] as? [Object])?.first)
    #expect(good["executionSuccessful"] as? Bool == true && good.count == 1)
  }

  @Test("3.49: rules have ids that differ, and descriptions")
  func rules() throws {
    let driver = try #require((try run(of: try log())["tool"] as? Object)?["driver"] as? Object)
    let rules = try #require(driver["rules"] as? [Object])
    let ids = rules.compactMap { $0["id"] as? String }
    #expect(ids == ["expectation/hops", "expectation/via", "baseline", "HL0120"])
    for rule in rules {
      try holdsMessage(rule["shortDescription"])
      #expect((rule["defaultConfiguration"] as? Object)?["level"] as? String == "error")
    }
  }

  @Test("3.27: results have messages, rules by id and place, and levels")
  func results() throws {
    let run = try run(of: try log())
    let rules = try #require(((run["tool"] as? Object)?["driver"] as? Object)?["rules"] as? [Object])
    let results = try #require(run["results"] as? [Object])
    #expect(results.count == 5)
    for result in results {
      try holdsMessage(result["message"])
      let index = try #require(result["ruleIndex"] as? Int)
      #expect(rules.indices.contains(index))
      #expect(rules[index]["id"] as? String == result["ruleId"] as? String)
      #expect(["none", "note", "warning", "error"].contains(result["level"] as? String))
      // 3.27.17: values are texts, and what they are of has a version.
      let prints = try #require(result["partialFingerprints"] as? [String: String])
      #expect(prints.keys.allSatisfy { $0.hasSuffix("/v1") } && prints.values.allSatisfy { !$0.isEmpty })
      for location in try #require(result["locations"] as? [Object]) { try holdsLocation(location) }
    }
    #expect((results[3]["locations"] as? [Object])?.isEmpty == true)
  }

  @Test("3.27.22, 3.28: related locations have ids that differ within a result, and messages")
  func related() throws {
    let results = try #require(try run(of: try log())["results"] as? [Object])
    let related = try #require(results[0]["relatedLocations"] as? [Object])
    #expect(related.compactMap { $0["id"] as? Int } == [1, 2, 3])
    for location in related {
      try holdsLocation(location)
      try holdsMessage(location["message"])
    }
    // 3.27.22: where there are none, there is no empty property.
    #expect(results[1]["relatedLocations"] == nil)
  }

  /// 3.11: a message has a text.
  private func holdsMessage(_ value: Any?) throws {
    let message = try #require(value as? Object)
    #expect((message["text"] as? String)?.isEmpty == false)
  }

  /// 3.29, 3.4, 3.30: an artifact by a valid URI reference without bare specials, and a region that counts from 1.
  private func holdsLocation(_ location: Object) throws {
    let place = try #require(location["physicalLocation"] as? Object)
    let uri = try #require((place["artifactLocation"] as? Object)?["uri"] as? String)
    #expect(URL(string: uri) != nil && uri.utf8.allSatisfy { $0 < 128 }, "\(uri)")
    #expect(!uri.contains { " #?".contains($0) }, "\(uri)")
    #expect(!uri.hasPrefix("/"), "an absolute path is a file URI")
    let region = try #require(place["region"] as? Object)
    #expect(try #require(region["startLine"] as? Int) >= 1)
    #expect(try #require(region["startColumn"] as? Int) >= 1)
  }

  @Test("paths come back from their URIs")
  func paths() throws {
    let results = try #require(try run(of: try log())["results"] as? [Object])
    let uris = results.prefix(3).compactMap { result -> String? in
      let location = (result["locations"] as? [Object])?.first?["physicalLocation"] as? Object
      return (location?["artifactLocation"] as? Object)?["uri"] as? String
    }
    #expect(uris == ["labs/a%20b.yaml", "file:///abs/%C3%BC%231%3F.yaml", "../up/x.yaml"])
  }
}
