import Configuration
import Simulation

/// What is known beforehand of when steps begin, so that an `at` that cannot be kept is found when the file is read.
struct Timetable {
  /// No step behind the last one can begin before this.
  private var earliest = TimeSpan.zero
  /// The `at` that says so, if one does.
  private var last: Located<TimeSpan>?

  /// Reports a time that must have passed by then. Where only playing tells how long a step takes, the play judges it.
  mutating func add(
    _ verb: any StepKind, at time: Located<TimeSpan>?, _ isInBackground: Bool, _ diagnostics: inout Diagnostics
  ) {
    if let time {
      if time.value < earliest {
        var notes: [Diagnostic.Note] = ["the steps before it end at \(earliest) or later"]
        if let last { notes.append(Diagnostic.Note("an earlier step begins here", at: last.location)) }
        diagnostics.report("no step here can begin at \(time.value)", .outOfRange, at: time.location, notes: notes)
      }
      earliest = max(earliest, time.value)
      last = time
    }
    if !isInBackground, case .exactly(let span) = verb.length { earliest = earliest + span }
  }
}
