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
      text += "\n" + aligned(table.columns, table.rows)
    }
    return text
  }

  private func wrapped(_ sentence: String) -> String {
    var lines: [String] = [""]
    for word in sentence.split(separator: " ") {
      let last = lines[lines.count - 1]
      if !last.isEmpty, DisplayWidth.of(last) + word.count + 5 > max(40, min(Terminal.Stream.output.width, 110)) {
        lines.append(String(word))
      } else {
        lines[lines.count - 1] = last.isEmpty ? String(word) : "\(last) \(word)"
      }
    }
    return lines.enumerated().map { ($0 == 0 ? "  • " : "    ") + $1 + "\n" }.joined()
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
