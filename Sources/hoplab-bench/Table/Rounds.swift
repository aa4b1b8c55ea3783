import Foundation

/// Measures all rows round by round, so that a mood of the machine meets every row and both tools.
struct Rounds {
  private let rows: [(group: String, row: Row)]
  let count: Int
  let hoplab: String
  /// Nil where ns-3 is not.
  let ns3: String?

  private var samples: [Probe: [Sample]] = [:]  // looked up, never iterated
  private var failed: Set<Probe> = []
  private let began = Usage.now().wall

  init(of groups: [Group], count: Int, hoplab: String, ns3: String?) {
    rows = groups.flatMap { group in group.rows.map { (group.title, $0) } }
    self.count = count
    self.hoplab = hoplab
    self.ns3 = ns3
  }

  /// The medians; a probe that failed, or whose tool is not there, has none.
  mutating func run() -> [Probe: Sample] {
    for round in 1...count {
      // Rows may share a probe; it is started once in a round.
      var done: Set<Probe> = []
      for place in rows.indices {
        tell(round, place)
        for probe in rows[place].row.probes where done.insert(probe).inserted { measure(probe) }
      }
    }
    note("measured in \(Self.words(Usage.now().wall - began))")
    return samples.compactMapValues { Sample.median(of: $0) }
  }

  private mutating func measure(_ probe: Probe) {
    guard !failed.contains(probe), let program = probe.tool == .hoplab ? hoplab : ns3 else { return }
    do {
      samples[probe, default: []].append(try probe.measure(with: program))
    } catch {
      // A probe that fails once is no measurement; the table shows a dash, and the others go on.
      note("\(error)")
      failed.insert(probe)
      samples[probe] = nil
    }
  }

  private func tell(_ round: Int, _ place: Int) {
    let done = (round - 1) * rows.count + place
    var text =
      "round \(round) of \(count), row \(place + 1) of \(rows.count), \(rows[place].group), \(rows[place].row.name)"
    if done > 0 {
      let elapsed = Usage.now().wall - began
      // Rows differ much in length: within the first round this is a guess.
      text += "; about \(Self.words(elapsed / Double(done) * Double(rows.count * count - done))) to go"
    }
    note(text)
  }

  private func note(_ text: String) { FileHandle.standardError.write(Data("\(text)\n".utf8)) }

  private static func words(_ seconds: Double) -> String {
    let whole = Int(seconds.rounded())
    return whole < 60 ? "\(whole) s" : "\(whole / 60) min \(whole % 60) s"
  }
}
