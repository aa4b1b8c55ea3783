import Figures
import Foundation

/// Measures all rows round by round, so that a mood of the machine meets every row and both tools.
struct Rounds {
  private let rows: [(group: String, row: Row)]
  private let count: Int
  /// Where the tools are; one that is missing has no figures.
  private let programs: [Probe.Tool: String]

  private var trials: [Subject: [Trial]] = [:]  // looked up, never iterated
  private var failed: Set<Subject> = []
  private let began = Usage.now().wall

  init(of groups: [Group], count: Int, _ programs: [Probe.Tool: String]) {
    rows = groups.flatMap { group in group.rows.map { (group.title, $0) } }
    self.count = count
    self.programs = programs
  }

  /// A comparison is a small difference of two large figures: it is made anew in a round until that took so long.
  private static let secondsOfTrials = 8.0
  static let trialsAtMost = 60

  /// A subject that failed, or whose tool is not there, has no trials.
  mutating func run() -> [Subject: [Trial]] {
    for round in 1...count {
      // Rows may share a subject; it has one turn in a round.
      var done: Set<Subject> = []
      for place in rows.indices {
        tell(round, place)
        for subject in rows[place].row.subjects where done.insert(subject).inserted { measure(subject) }
      }
    }
    note("measured in \(Self.words(Usage.now().wall - began))")
    return trials
  }

  private mutating func measure(_ subject: Subject) {
    guard !failed.contains(subject), let program = programs[subject.probe.tool] else { return }
    let start = Usage.now().wall
    do {
      var count = 0
      repeat {
        let base = try subject.base?.measure(with: program) ?? Sample()
        trials[subject, default: []].append(Trial(sample: try subject.probe.measure(with: program), base: base))
        count += 1
      } while subject.base != nil && count < Rounds.trialsAtMost
        && Usage.now().wall - start < Rounds.secondsOfTrials
    } catch {
      // What fails once is no measurement; the table shows a dash, and the others go on.
      note("\(error)")
      failed.insert(subject)
      trials[subject] = nil
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
