import Configuration
import Reports

/// The statistics of a run as lines for a terminal.
struct StatisticsText {
  private let statistics: RunStatistics
  private let variant: String

  init(_ statistics: RunStatistics, named variant: String) {
    self.statistics = statistics
    self.variant = variant
  }

  var text: String {
    var text = Terminal.painted(variant, .bold) + "\n"
    for sentence in statistics.sentences {
      let lines = Terminal.wrapped(sentence, indent: 4, hanging: 0, width: Terminal.Stream.output.proseWidth)
      text += "  • " + lines.dropFirst(4)
    }
    for table in StatisticsTables(statistics).shown where !table.rows.isEmpty {
      text += "\n" + fitted(table)
    }
    return text
  }

  /// On a screen without the columns that it has no room for; a file gets them all.
  private func fitted(_ table: StatisticsTables.Shown) -> String {
    let columns = table.columns.enumerated().map { place, heading in
      TextTable.Column(
        heading: heading, isNumber: place > 0 && place < table.columns.count - 1,
        spare: table.spare.firstIndex(of: heading).map { $0 + 1 })
    }
    let lines = TextTable(columns, table.rows, isDense: false).lines(in: Terminal.Stream.output.screenWidth)
    return lines.heading.map { Terminal.painted($0, .faint) + "\n" }.joined()
      + lines.rows.joined().map { $0 + "\n" }.joined()
  }
}
