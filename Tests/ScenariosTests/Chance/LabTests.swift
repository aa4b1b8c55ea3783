import Foundation
import Packets
import Scenarios
import Simulation
import Testing

/// Networks and traffic drawn by chance, and what must be true of every one of them.
@Suite("Networks by chance") struct LabTests {
  /// Everything that is wrong with a lab, played twice.
  static func violations(_ lab: Lab, seed: UInt64) -> [Violation] {
    let (play, mistakes) = lab.read()
    guard let play else { return [Violation(.unreadable, mistakes.joined(separator: "; "))] }
    let playback = Self.play(play, seed: seed)
    var violations = LabRules.violations(of: playback)
    if !isSame(playback, Self.play(play, seed: seed)) {
      violations.append(Violation(.repetition, "the second time, something else happened"))
    }
    if Judge(play, playback).verdict().steps.count != play.steps.count {
      violations.append(Violation(.activity, "a step has no verdict"))
    }
    return violations
  }

  static func play(_ play: Play, seed: UInt64) -> Playback {
    var limits = Simulator.Limits()
    limits.events = 400_000
    return Player(play, seed: seed, limits: limits, detail: .full).run()
  }

  static func isSame(_ one: Playback, _ other: Playback) -> Bool {
    one.journal.records == other.journal.records && one.counters == other.counters && one.duration == other.duration
  }

  /// Plays the lab of a seed; what is broken is shown by the smallest lab that breaks the same law.
  ///
  /// - Returns: whether all is well; where it is not, one lab of many says enough.
  static func check(_ seed: UInt64, _ trail: Trail) -> Bool {
    let lab = LabMaker.lab(seed)
    trail.leave(lab, seed)
    guard let first = violations(lab, seed: seed).first else { return true }
    let law = first.law
    let smallest = lab.shrunk { candidate in
      guard law == .unreadable || candidate.read().play != nil else { return false }
      return violations(candidate, seed: seed).contains { $0.law == law }
    }
    let found = violations(smallest, seed: seed).map(\.description).joined(separator: "\n")
    Issue.record("seed \(seed)\n\(found)\n\(smallest.text)")
    return false
  }

  static let blocks: UInt64 = 8
  static let perBlock: UInt64 = 100

  @Test("break no law", arguments: 0..<blocks)
  func laws(block: UInt64) {
    let trail = Trail("block \(block)")
    for seed in block * Self.perBlock..<(block + 1) * Self.perBlock where !Self.check(seed, trail) { break }
    trail.remove()
  }

  @Test("the same happens while others are played beside it", arguments: [3, 14, 159])
  func threads(seed: UInt64) async throws {
    let play = try #require(LabMaker.lab(seed).read().play)
    let alone = Self.play(play, seed: seed)
    await withTaskGroup(of: Bool.self) { group in
      for number in 0..<8 {
        group.addTask {
          // Every other task plays something else.
          guard number % 2 == 0 else { return Self.violations(LabMaker.lab(seed + UInt64(number)), seed: seed).isEmpty }
          return Self.isSame(Self.play(play, seed: seed), alone)
        }
      }
      for await holds in group { #expect(holds) }
    }
  }

  @Test("what a machine says to itself leaves no message behind")
  func looped() throws {
    let text = """
      nodes:
        pc: { kind: dns-server, interfaces: { eth0: 10.0.0.1/24 }, dns: 10.0.0.1, authority: test, names: { www.test: 10.0.0.9 } }
        other: { kind: host, interfaces: { eth0: 10.0.0.2/24 } }
      links: [[pc, other]]
      steps: [{ resolve: pc -> www.test }, { ping: pc -> www.test }, { udp: pc -> 10.0.0.1:9 }]

      """
    let playback = Self.play(try ScenarioText(text).play, seed: 1)
    #expect(LabRules.violations(of: playback).isEmpty, "\(LabRules.violations(of: playback))")
    #expect(playback.messages.count > 0)
  }

  @Test("another seed is another lab, and the same seed the same")
  func seeds() {
    let texts = (0..<50).map { LabMaker.lab($0).text }
    #expect(Set(texts).count == 50)
    #expect(texts == (0..<50).map { LabMaker.lab($0).text })
  }

  @Test("many more, from a seed on", .enabled(if: Soak.count > 0, "only `make soak` plays so many"))
  func soak() async {
    let first = Soak.seed
    let end = first + Soak.count
    await withTaskGroup(of: Void.self) { group in
      for lane in 0..<Soak.lanes {
        group.addTask {
          let trail = Trail("lane \(lane)")
          for seed in stride(from: first + lane, to: end, by: Int(Soak.lanes)) where !Self.check(seed, trail) { break }
          trail.remove()
        }
      }
    }
  }
}

/// What `make soak` asks for.
enum Soak {
  private static func number(_ name: String) -> UInt64? {
    ProcessInfo.processInfo.environment[name].flatMap { UInt64($0) }
  }

  static let count = number("HOPLAB_SOAK") ?? 0
  static let seed = number("HOPLAB_SEED") ?? 1
  static let lanes = UInt64(ProcessInfo.processInfo.activeProcessorCount)
}

/// The lab that is being played, in a file: it is all that is left when a trap ends the process.
struct Trail {
  private let file: URL

  init(_ name: String) {
    file = FileManager.default.temporaryDirectory.appending(path: "hoplab trapped in \(name).yaml")
  }

  func leave(_ lab: Lab, _ seed: UInt64) {
    let told: Void? = try? Data("# seed \(seed)\n\(lab.text)".utf8).write(to: file)
    if told == nil { Issue.record("\(file.path) cannot be written") }
  }

  func remove() {
    if FileManager.default.fileExists(atPath: file.path) { try? FileManager.default.removeItem(at: file) }
  }
}
