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

  /// A datagram in parts goes through a router that puts it together to translate it, and splits it again for a narrower
  /// link.
  @Test("what was changed on its way, in seed, length or offset, is noticed where it is delivered", arguments: 0...3)
  func delivery(change: Int) throws {
    let text = """
      nodes:
        a: { kind: host, interfaces: { eth0: 10.0.0.1/24 }, gateway: 10.0.0.254 }
        r: { kind: router, interfaces: { lan0: 10.0.0.254/24, wan0: 10.0.1.254/24 }, masquerade: wan0 }
        b: { kind: host, interfaces: { eth0: 10.0.1.1/24 }, services: [udp/7] }
      links: [[a, r:lan0], { endpoints: [r:wan0, b], mtu: 1400 }]
      steps: [{ udp: { from: a, to: b, port: 7, size: 4000 } }, { ping: { from: a, to: b, size: 1000 } }]

      """
    let playback = Self.play(try ScenarioText(text).play, seed: 1)
    var records = playback.journal.records
    #expect(LabRules.violations(of: playback).isEmpty, "\(LabRules.violations(of: playback))")
    guard change > 0 else { return }
    // The last that b sends: its echo, or the last part of what it echoes.
    let place = try #require(
      records.lastIndex { record in
        guard case .sent(let frame, _) = record.event, case .ipv4(let packet) = frame.payload else { return false }
        return packet.source == IPv4Address(10, 0, 1, 1) && packet.isFragment == (change > 1)
      })
    guard case .sent(var frame, let direction) = records[place].event, case .ipv4(var packet) = frame.payload else {
      return
    }
    switch change {
    case 1: packet.payload.content.reference ^= 1
    case 2: packet.payload.content.length -= 8
    default: packet.payload.content.offset += 8
    }
    frame.payload = .ipv4(packet)
    records[place].event = .sent(frame, direction)
    #expect(LabRules.violations(of: playback, records: records).contains { $0.law == .delivery })
  }

  @Test("a packet is followed through a NAT proxy", arguments: [false, true])
  func proxiedDelivery(isChanged: Bool) throws {
    let text = """
      nodes:
        box: { kind: vmware, interfaces: { eth0: 10.0.1.2/24 }, guests: { g: { network: nat } } }
        b: { kind: host, interfaces: { eth0: 10.0.1.1/24 }, services: [udp/7] }
      links: [[box, b]]
      steps: [{ dhcp: g }, { udp: { from: g, to: b, port: 7, size: 100 } }]

      """
    let playback = Self.play(try ScenarioText(text).play, seed: 1)
    var records = playback.journal.records
    let place = try #require(
      records.lastIndex { record in
        guard case .sent(let frame, _) = record.event, case .ipv4(let packet) = frame.payload else { return false }
        return packet.source == IPv4Address(10, 0, 1, 2) && packet.destination == IPv4Address(10, 0, 1, 1)
      })
    if isChanged, case .sent(var frame, let direction) = records[place].event, case .ipv4(var packet) = frame.payload {
      packet.payload.content.reference ^= 1
      frame.payload = .ipv4(packet)
      records[place].event = .sent(frame, direction)
    }
    let laws = LabRules.violations(of: playback, records: records).map(\.law)
    #expect(laws.contains(.delivery) == isChanged)
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
