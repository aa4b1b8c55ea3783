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
    for sentence in statistics.sentences { text += wrapped(sentence) }
    for table in StatisticsTables(statistics).shown where !table.rows.isEmpty {
      text += "\n" + fitted(table)
    }
    return text
  }

  private func wrapped(_ sentence: String) -> String {
    var lines: [String] = [""]
    let width = max(40, min(Terminal.Stream.output.width, 110))
    for word in sentence.split(separator: " ") {
      let last = lines[lines.count - 1]
      // A percent sign stays with its number.
      if !last.isEmpty, !word.hasPrefix("%"), DisplayWidth.of(last) + word.count + 7 > width {
        lines.append(String(word))
      } else {
        lines[lines.count - 1] = last.isEmpty ? String(word) : "\(last) \(word)"
      }
    }
    return lines.enumerated().map { ($0 == 0 ? "  • " : "    ") + $1 + "\n" }.joined()
  }

  /// On a screen without the columns that it has no room for; a file gets them all.
  private func fitted(_ table: StatisticsTables.Shown) -> String {
    var (columns, rows) = (table.columns, table.rows)
    for spare in table.spare {
      let text = aligned(columns, rows)
      guard Terminal.Stream.output.isScreen, let place = columns.firstIndex(of: spare),
        text.split(separator: "\n").dropFirst().contains(where: {
          DisplayWidth.of(String($0)) > Terminal.Stream.output.width
        })
      else { return text }
      columns.remove(at: place)
      for row in rows.indices { rows[row].remove(at: place) }
    }
    return aligned(columns, rows)
  }

  private func aligned(_ columns: [String], _ rows: [[String]]) -> String {
    let widths = columns.indices.map { place in
      max(DisplayWidth.of(columns[place]), rows.map { DisplayWidth.of($0[place]) }.max() ?? 0)
    }
    func line(_ cells: [String]) -> String {
      var line = ""
      for (place, cell) in cells.enumerated() {
        let room = String(repeating: " ", count: widths[place] - DisplayWidth.of(cell))
        line += "  " + (place == 0 || place == cells.count - 1 ? cell + room : room + cell)
      }
      while line.last == " " { line.removeLast() }
      return line
    }
    return Terminal.painted(line(columns), .faint) + "\n" + rows.map { line($0) + "\n" }.joined()
  }
}
