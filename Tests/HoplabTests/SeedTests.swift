import Configuration
import Foundation
import Packets
import Reports
import Scenarios
import Simulation
import Testing
import YAMLSource

/// A seed decides what chance decides, and nothing else.
@Suite("Seeds") struct SeedTests {
  private func runs(_ text: String, seed: UInt64) throws -> [VariantRun] {
    var sources = SourceMap()
    var diagnostics = Diagnostics()
    let value = YAMLSource.read(text: text, name: "lab.yaml", into: &sources, &diagnostics)
    let scenario = try #require(value.flatMap { Scenario.read($0, &diagnostics) })
    return scenario.plays.map { VariantRun(playing: $0, of: scenario.name, seed: seed, sources: sources) }
  }

  private func vmware(seed: UInt64) throws -> [VariantRun] {
    try runs(String(contentsOfFile: Command.vmware, encoding: .utf8), seed: seed)
  }

  @Test("the same seed gives the same records")
  func same() throws {
    let (one, other) = (try vmware(seed: 5), try vmware(seed: 5))
    #expect(one.map(\.journalDigest) == other.map(\.journalDigest))
    #expect(one.map { $0.playback.journal.records } == other.map { $0.playback.journal.records })
  }

  @Test("another seed changes identifiers, sequence numbers and ephemeral ports, and nothing else")
  func other() throws {
    for (one, other) in zip(try vmware(seed: 1), try vmware(seed: 2)) {
      #expect(one.journalDigest != other.journalDigest)
      let (first, second) = (one.playback.journal.records, other.playback.journal.records)
      try #require(first.count == second.count, "\(one.variant)")
      for (a, b) in zip(first, second) {
        #expect(a.time == b.time && a.device == b.device && a.port == b.port && a.frame == b.frame)
        #expect(a.cause == b.cause && a.relation == b.relation && a.origin == b.origin)
        guard case .sent(let frame, let way) = a.event, case .sent(let twin, let wayOfTwin) = b.event else { continue }
        #expect(way == wayOfTwin)
        #expect(frame.withoutChance == twin.withoutChance)
      }
    }
  }

  @Test("with a tenth of the frames lost, which of them die is chance")
  func loss() throws {
    let steps = (0..<40).map { "  - { id: s\($0), ping: a -> b }\n" }.joined()
    let lossy = """
      nodes:
        a: { kind: host, interfaces: { eth0: 10.0.0.1/24 } }
        b: { kind: host, interfaces: { eth0: 10.0.0.2/24 } }
      links: [{ endpoints: [a, b], loss: 10% }]
      steps:
      \(steps)
      """
    func answered(_ seed: UInt64) throws -> [Bool] {
      try runs(lossy, seed: seed)[0].verdict.steps.map { $0.activities.allSatisfy(\.outcome.succeeded) }
    }
    #expect(try answered(1) == answered(1))
    let patterns = Set(try (1...4).map { try answered($0) })
    #expect(patterns.count > 1)
    // 160 pings of two frames each: 0.81 of them are answered, give or take four standard deviations.
    let count = try (1...4).flatMap { try answered($0) }.count { $0 }
    #expect((110...150).contains(count))
  }
}

extension EthernetFrame {
  /// The frame with what chance decides taken out: identifiers, sequence numbers, ephemeral ports.
  fileprivate var withoutChance: EthernetFrame {
    guard case .ipv4(var packet) = payload else { return self }
    let content = Content.pattern(length: packet.payload.content.length)
    packet.identification = 0
    switch packet.payload {
    case .udp(var datagram):
      datagram.sourcePort = datagram.sourcePort.withoutChance
      datagram.destinationPort = datagram.destinationPort.withoutChance
      packet.payload = .udp(datagram)
    case .tcp(var segment):
      segment.sourcePort = segment.sourcePort.withoutChance
      segment.destinationPort = segment.destinationPort.withoutChance
      (segment.sequence, segment.acknowledgment) = (0, 0)
      packet.payload = .tcp(segment)
    case .icmp(var message):
      switch message.kind {
      case .echoRequest(_, let sequence): message.kind = .echoRequest(identifier: 0, sequence: sequence)
      case .echoReply(_, let sequence): message.kind = .echoReply(identifier: 0, sequence: sequence)
      default: break
      }
      packet.payload = .icmp(message)
    case .other: break
    }
    packet.payload.content = content
    var frame = self
    frame.payload = .ipv4(packet)
    return frame
  }
}

extension UInt16 {
  /// RFC 6335, 6, and Linux from 32768 on.
  fileprivate var withoutChance: UInt16 { self >= 32768 ? 32768 : self }
}
