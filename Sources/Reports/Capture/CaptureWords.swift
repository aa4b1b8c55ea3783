import Packets
import Scenarios
import Simulation
import Topology

/// What became of a frame where it arrived, as a comment on it in a capture.
struct CaptureWords: Sendable {
  private let names: Names
  private let decisions: DecisionWords
  private let records: [Record]
  private let index: JournalIndex

  init(_ run: VariantRun) {
    names = run.names
    decisions = DecisionWords(run.names)
    records = run.playback.journal.records
    index = JournalIndex(records)
  }

  /// `rtr: finds …; takes one off …; drops it: …`.
  ///
  /// - Parameter receiver: Nil for a frame that never arrived.
  func comment(on frame: FrameID, at receiver: LinkEnd?) -> String {
    let end = index.end(of: frame)
    guard let receiver else { return lost(end.map { records[$0] }) }
    var words: [String] = []
    for place in (index.notes(about: frame) + [end].compactMap { $0 }).sorted()
    where records[place].device == receiver.device {
      guard let word = word(for: records[place], about: frame), words.last != word else { continue }
      words.append(word)
    }
    guard !words.isEmpty else { return "" }
    return plain("\(names.device(receiver.device)) \(names.words.joined(words))")
  }

  private func word(for record: Record, about frame: FrameID) -> String? {
    switch record.event {
    // That a bridge learns from nearly every frame would hide what it does with it.
    case .learned: nil
    case .absorbed(let absorber): names.words.takesIn(absorber, isAnswered: false)
    case .dropped(let reason): names.words.dies(reason, names.origin(record.origin))
    default: decisions.words(of: record, hops(from: frame, record))
    }
  }

  private func lost(_ end: Record?) -> String {
    guard let end, case .dropped(let reason) = end.event else { return names.words.neverArrived(nil) }
    return names.words.neverArrived(reason)
  }

  /// The frame as the one hop that a decision's words can be about.
  private func hops(from frame: FrameID, _ record: Record) -> ArraySlice<Hop> {
    guard let place = index.birth(of: frame), case .sent(let sent, let direction) = records[place].event else {
      return []
    }
    let from = LinkEnd(records[place].device, records[place].port)
    return [
      Hop(
        frame: sent, id: frame, from: from, to: LinkEnd(record.device, record.port), direction: direction,
        sent: records[place].time, decisions: [])
    ]
  }

  /// A capture has no marks of emphasis.
  private func plain(_ text: String) -> String { text.filter { $0 != "*" && $0 != "`" } }
}
