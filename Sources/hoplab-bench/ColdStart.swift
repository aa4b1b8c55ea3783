import Configuration
import Foundation
import Scenarios
import YAMLSource

/// W8: what a person waits for: from the start of `hoplab` to its end, most of it reading, judging and drawing.
struct ColdStart {
  static let word = "W8"
  private static let scenario = "Scenarios/vmware.yaml"

  enum Variant: String, CaseIterable {
    /// The shipped scenario without pictures.
    case cold
    /// The same with its pictures.
    case pictures
    /// A hundred scenarios read, played and judged in one process.
    case hundred
    /// A large file only read.
    case check

    static var words: String { allCases.map(\.rawValue).joined(separator: ", ") }
  }

  private let variant: Variant

  init(_ variant: Variant) { self.variant = variant }

  /// The median over the runs.
  ///
  /// - Parameter size: How many runs; of `check` how many nodes the file has, which is read three times.
  func measure(size: Int?) async throws -> Measurement {
    guard variant == .check || FileManager.default.fileExists(atPath: ColdStart.scenario) else {
      throw Child.Failure(description: "\(ColdStart.scenario) is not here; W8 is run where the project's files are")
    }
    let size = size ?? (variant == .check ? 10_000 : variant == .hundred ? 1 : 5)
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("hoplab-bench-\(getpid())")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    var usages: [Usage] = []
    switch variant {
    case .cold: usages = try runs(size, ["run", ColdStart.scenario, "--no-pictures", "--quiet", "--out", folder.path])
    case .pictures: usages = try runs(size, ["run", ColdStart.scenario, "--quiet", "--out", folder.path])
    case .check:
      let file = folder.appendingPathComponent("large.yaml").path
      try LargeScenario.text(nodes: size).write(toFile: file, atomically: true, encoding: .utf8)
      usages = try runs(3, ["check", file])
    case .hundred:
      for _ in 0..<size {
        let began = Usage.now()
        for _ in 0..<100 { try await play() }
        usages.append(Usage.now() - began)
      }
    }
    return measurement(of: usages, size: size)
  }

  private func measurement(of usages: [Usage], size: Int) -> Measurement {
    var measurement = Measurement(workload: ColdStart.word, variant: variant.rawValue, size: size)
    measurement.run.user = usages.map(\.user).median
    measurement.run.system = usages.map(\.system).median
    measurement.run.wall = usages.map(\.wall).median
    measurement.residentMost = Usage.residentMost()
    return measurement
  }

  private func runs(_ count: Int, _ arguments: [String]) throws -> [Usage] {
    let program = try Programs.hoplab()
    return try (0..<count).map { _ in
      let child = try Child(program, arguments)
      guard child.status == 0 else {
        throw Child.Failure(description: "hoplab ended with exit code \(child.status): this is no measurement")
      }
      return child.usage
    }
  }

  /// Reads, plays and judges the scenario as `hoplab run` does, its variants side by side.
  private func play() async throws {
    var sources = SourceMap()
    var diagnostics = Diagnostics()
    let bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: ColdStart.scenario)))
    let value = YAMLSource.read(bytes: bytes, name: ColdStart.scenario, into: &sources, &diagnostics)
    guard let scenario = value.flatMap({ Scenario.read($0, &diagnostics) }), !diagnostics.hasErrors else {
      throw Child.Failure(description: "\(ColdStart.scenario) cannot be read")
    }
    let holds = await withTaskGroup(of: Bool.self) { group in
      for play in scenario.plays { group.addTask { Judge(play, Player(play).run()).verdict().holds } }
      return await group.reduce(true) { $0 && $1 }
    }
    guard holds else { throw Child.Failure(description: "\(ColdStart.scenario) does not hold") }
  }
}

/// A scenario file in which every node is written out: hosts with addresses, each on one of many switches.
private enum LargeScenario {
  private static let hostsOnSwitch = 47

  static func text(nodes: Int) -> String {
    let switches = max(1, nodes / (hostsOnSwitch + 1))
    let hosts = max(2, nodes - switches)
    var text = "name: large\nnodes:\n"
    for number in 1...switches { text += "  s\(number): { kind: switch }\n" }
    for number in 1...hosts {
      let address = "10.\(number >> 16).\(number >> 8 & 255).\(number & 255)/8"
      text += "  h\(number): { kind: host, interfaces: { eth0: \(address) } }\n"
    }
    text += "links:\n"
    for number in 1..<switches { text += "  - [s\(number), s\(number + 1)]\n" }
    for number in 1...hosts { text += "  - [h\(number):eth0, s\(number % switches + 1)]\n" }
    return text + "steps: [{ id: first, ping: h1 -> h2 }]\nexpect: { first: reply }\n"
  }
}
