import Configuration
import Foundation
import Platforms
import Reports
import Scenarios
import Simulation
import YAMLSource

/// Scenarios played for a test, in process.
enum Stage {
  /// The shipped scenario as it lies in the repository.
  static let vmware: String = {
    let parts = #filePath.split(separator: "/", omittingEmptySubsequences: false).dropLast(3)
    return (parts + ["Scenarios", "vmware.yaml"]).joined(separator: "/")
  }()

  /// Two hosts on a hub that loses nothing, and one that is not there.
  static let hub = """
    name: hub
    title: "Two hosts on a hub"
    nodes:
      a: { kind: host, interfaces: { eth0: 10.0.0.1/24 } }
      b: { kind: host, interfaces: { eth0: 10.0.0.2/24 } }
      h: { kind: hub }
    links: [[a:eth0, h], [b:eth0, h]]
    steps:
      - { id: there, ping: a -> b }
      - { id: nobody, ping: a -> 10.0.0.9 }
      - { id: out, ping: a -> 192.0.2.1 }
      - { id: cut, fail: h -- b }
      - { id: gone, ping: a -> b }
    expect:
      there: { reply: true, seen-as: a }
      nobody: { fails: host-unreachable }
      out: reply
    """

  /// Every verb that changes the network, and traffic that goes on meanwhile.
  static let changes = """
    name: changes
    title: "A network that is changed while it is used"
    nodes:
      a: { kind: host, interfaces: { eth0: 10.0.0.1/24 }, gateway: 10.0.0.254 }
      b: { kind: host, interfaces: { eth0: 10.0.0.2/24 }, services: [udp/9, tcp/80] }
      r: { kind: router, interfaces: { eth0: 10.0.0.254/24 } }
      sw: { kind: switch }
    links: [[a, sw], [b, sw], [r, sw]]
    steps:
      - { id: load, stream: { from: a, to: b, port: 9, count: 50, interval: 100ms }, background: true }
      - { id: way, traceroute: a -> b }
      - { id: who, arp: a -> b }
      - { id: slow, set: { link: a -- sw, delay: 5ms, there: { loss: 10% } } }
      - { id: moved, set: { node: a, gateway: 10.0.0.2, interfaces: { eth0: 10.0.0.7/24 } } }
      - { id: nowhere, set: { node: a, gateway: none } }
      - { id: mute, fail: { direction: b -> sw } }
      - { id: heard, repair: { direction: b -> sw } }
      - { id: closed, fail: { service: http, on: b } }
      - { id: page, http: a -> b }
      - { id: open, repair: { service: http, on: b } }
      - { id: apart, partition: [[a, sw], [b]] }
      - { id: again, at: 60s, repair: partition }
      - { id: off, fail: r }
      - { id: on, repair: r }
    expect: { load: { loss: <100% }, way: { trace: b }, who: { answers: 1 }, page: refused }
    """

  /// Nil, and a note in the test, when the text is no scenario. Files beside it are seen from where its name says it lies.
  static func scenario(_ text: String, named name: String = "lab.yaml") throws -> (Scenario, SourceMap) {
    var sources = SourceMap()
    var diagnostics = Diagnostics()
    let value = YAMLSource.read(text: text, name: name, into: &sources, &diagnostics)
    var files = TextFiles(sources) { name, sources, diagnostics in
      YAMLSource.readText(name, into: &sources, &diagnostics) { [UInt8](try Data(contentsOf: URL(filePath: $0))) }
    }
    let scenario = value.flatMap { Scenario.read($0, files: &files, &diagnostics) }
    sources = files.sources
    guard let scenario, !diagnostics.hasErrors else {
      throw Refusal(words: DiagnosticRenderer(sources: sources, colour: false).render(diagnostics))
    }
    return (scenario, sources)
  }

  struct Refusal: Error { var words: String }

  static func runs(_ text: String, named name: String = "lab.yaml", seed: UInt64 = 1) throws -> [VariantRun] {
    let (scenario, sources) = try scenario(text, named: name)
    return scenario.plays.map { VariantRun(playing: $0, of: scenario.name, seed: seed, sources: sources) }
  }

  /// Each variant of each scenario in the repository, played once for all tests; not those of very many frames.
  static let shipped: Result<[(name: String, run: VariantRun)], any Error> = Result {
    let folder = URL(filePath: vmware).deletingLastPathComponent()
    let names = FileManager.default.enumerator(atPath: folder.path)?.compactMap { $0 as? String } ?? []
    return try names.filter { $0.hasSuffix(".yaml") }.sorted().flatMap { name in
      let path = folder.appending(path: name)
      return try runs(String(contentsOf: path, encoding: .utf8), named: path.path)
        .filter { $0.playback.counters.sent <= CaptureReport.mostFramesUnasked }
        .map { ("\(name), \($0.variant)", $0) }
    }
  }

  /// Every report there is, on request or not, with pictures.
  static func allFiles(of runs: [VariantRun]) throws -> [[ReportFile]] {
    var options = ReportOptions()
    options.atlas = try Atlas(of: runs)
    options.requested = Set(reportKinds.map { $0.word })
    return try runs.map { try reportFiles(of: $0, options) }
  }
}
