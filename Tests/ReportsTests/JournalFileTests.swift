import Foundation
import Packets
import Reports
import Scenarios
import Simulation
import Testing

/// No report asks the simulator: all of them can be made from a journal that was written and read back.
@Suite("Journal file") struct JournalFileTests {
  private static func texts() throws -> [(name: String, text: String)] {
    [
      ("lab.yaml", Stage.hub), ("changes.yaml", Stage.changes),
      ("vmware.yaml", try String(contentsOfFile: Stage.vmware, encoding: .utf8)),
    ]
  }

  @Test("gives every report byte for byte, with the topology", arguments: [0, 1, 2])
  func reports(scenario: Int) throws {
    let (name, text) = try Self.texts()[scenario]
    let played = try Stage.runs(text, named: name)
    let read = try played.map { run in
      let file = try JournalFile(reading: run.journalFile.written())
      return VariantRun(file, of: run.play, sources: run.sources)
    }
    let (first, second) = (try Stage.allFiles(of: played), try Stage.allFiles(of: read))
    #expect(first.count == played.count)
    for (ours, theirs) in zip(first, second) {
      #expect(ours.map(\.path) == theirs.map(\.path))
      for (one, other) in zip(ours, theirs) { #expect(one == other, "\(one.path)") }
    }
  }

  /// The compiler sees to it that every event has a word.
  @Test("the schema tells of every event, once and in order")
  func events() {
    #expect(EventWord.listed == EventWord.allCases)
  }

  @Test("keeps every record, and frames as what they say")
  func records() throws {
    let run = try #require(try Stage.runs(Stage.hub).first)
    let file = try JournalFile(reading: run.journalFile.written())
    let (before, after) = (run.playback.journal, file.journal)
    #expect(before.counters == after.counters)
    try #require(before.records.count == after.records.count)
    for (one, other) in zip(before.records, after.records) {
      guard case .sent(let frame, let direction) = one.event, case .sent(let read, let way) = other.event else {
        #expect(one.time == other.time && one.device == other.device && one.port == other.port)
        continue
      }
      #expect(direction == way)
      #expect(isEqual(frame, in: run.playback.messages, read, in: file.messages))
    }
  }

  @Test("a damaged file is refused and never trusted in part")
  func damage() throws {
    let text = try #require(try Stage.runs(Stage.hub).first).journalFile.written()
    for length in stride(from: 0, to: text.utf8.count - 3, by: 997) {
      let cut = String(decoding: Array(text.utf8.prefix(length)), as: UTF8.self)
      #expect(throws: JournalFileError.self) { try JournalFile(reading: cut) }
    }
    for (word, wrong) in [
      ("\"version\": 1", "\"version\": 2"), ("\"event\": \"received\"", "\"event\": \"recieved\""),
      ("\"relation\": 1", "\"relation\": 9"), ("\"events\":", "\"evnts\":"),
    ] {
      try #require(text.contains(word))
      let broken = text.replacingOccurrences(of: word, with: wrong)
      #expect(throws: JournalFileError.self, "\(wrong)") { try JournalFile(reading: broken) }
    }
  }
}

@Suite("Journal digest") struct JournalDigestTests {
  private let record = Record(
    time: Instant(nanoseconds: 5), device: DeviceID(index: 1), port: 0, frame: FrameID(rawValue: 1),
    cause: FrameID(rawValue: 0), relation: .begins, origin: Origin.none, event: .received)

  private func digest(_ records: [Record], _ messages: MessageTable = MessageTable()) -> String {
    JournalDigest.of(Journal(records: records, counters: Counters()), messages)
  }

  @Test("changes with anything that a record says")
  func sensitivity() {
    var changed: [Record] = Array(repeating: record, count: 8)
    changed[0].time = Instant(nanoseconds: 6)
    changed[1].device = DeviceID(index: 2)
    changed[2].port = 1
    changed[3].frame = FrameID(rawValue: 2)
    changed[4].cause = FrameID(rawValue: 1)
    changed[5].relation = .continues
    changed[6].origin = Origin(index: 0)
    changed[7].event = .absorbed(.icmp)
    let digests = Set((changed + [record]).map { digest([$0]) })
    #expect(digests.count == 9)
    #expect(digest([]) != digest([record]))
    #expect(digest([record, changed[0]]) != digest([changed[0], record]))
  }

  @Test("does not change with the numbers that messages happen to have")
  func messageNumbers() {
    func journal(_ shift: Int) -> String {
      var messages = MessageTable()
      for _ in 0..<shift { _ = messages.insert(.bytes([1])) }
      let id = messages.insert(.http(.request(host: "a.example", path: "/")))
      let segment = TCPSegment(
        sourcePort: 1, destinationPort: 80, sequence: 1, flags: [.ack, .psh],
        content: .message(id, length: 41))
      let packet = IPv4Packet(source: .any, destination: .broadcast, payload: .tcp(segment))
      let frame = EthernetFrame(destination: .broadcast, source: .zero, payload: .ipv4(packet))
      var sent = record
      sent.event = .sent(frame, DirectionID(index: 0))
      return digest([sent], messages)
    }
    #expect(journal(0) == journal(3))
  }

  @Test("is the same in every run, and another with another seed")
  func runs() throws {
    let first = try Stage.runs(Stage.hub).map(\.journalDigest)
    #expect(try Stage.runs(Stage.hub).map(\.journalDigest) == first)
    #expect(try Stage.runs(Stage.hub, seed: 2).map(\.journalDigest) != first)
  }
}
