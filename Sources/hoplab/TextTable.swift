import Configuration
import Devices

/// Rows in columns, made to fit a terminal.
///
/// A file gets a line for each row, whole and aligned, so that `grep` finds rows. On a terminal that is too narrow for
/// that, columns come closer together or are left out, then the last one is wrapped below itself, then rows are folded.
struct TextTable {
  struct Column {
    /// Nil where the cells themselves say what they are.
    var heading: String?
    var isNumber = false
    var fold: StateColumn.Fold?
    /// A narrow terminal can do without it; 1 goes first.
    var spare: Int?
  }

  struct Lines {
    var heading: [String]
    /// Those of each row.
    var rows: [[String]]
  }

  private let columns: [Column]
  private let rows: [[String]]
  /// A single space may stand between columns: no cell has one of its own.
  private let isDense: Bool
  private let widths: [Int]

  init(_ columns: [Column], _ rows: [[String]], isDense: Bool) {
    (self.columns, self.rows, self.isDense) = (columns, rows, isDense)
    widths = columns.indices.map { column in
      (rows.map { DisplayWidth.of($0[column]) } + [DisplayWidth.of(columns[column].heading ?? "")]).max() ?? 0
    }
  }

  /// The first form that fits, the most readable before the others.
  ///
  /// - Parameter width: Of the terminal; nil where there is none.
  func lines(in width: Int?) -> Lines {
    var shown = columns.indices.filter { column in rows.contains { !$0[column].isEmpty } }
    guard let width else { return aligned(Layout([shown])) }
    let gaps = isDense ? [2, 1] : [2]
    while true {
      for gap in gaps { if let lines = fitted(Layout([shown], gap: gap), width) { return lines } }
      let spares = shown.filter { columns[$0].spare != nil }
      guard let next = spares.min(by: { columns[$0].spare ?? 0 < columns[$1].spare ?? 0 }) else { break }
      shown.removeAll { $0 == next }
    }
    let gap = gaps[gaps.count - 1]
    if let lines = fitted(Layout([shown], gap: gap, wrapping: width), width) { return lines }
    for fold in StateColumn.Fold.allCases {
      let groups = folded(shown, fold)
      guard groups.count > 1 else { continue }
      for gap in gaps {
        if let lines = fitted(Layout(groups, gap: gap, width: width), width) { return lines }
      }
      if !hasHeadings, let lines = fitting(loose(groups), width) { return lines }
    }
    guard hasHeadings else { return loose(folded(shown, .second), wrapping: width) }
    return aligned(Layout(filled(shown, width, gap: gap), gap: gap, wrapping: width))
  }

  private var hasHeadings: Bool { columns.contains { $0.heading != nil } }

  // MARK: Which columns share a line

  /// The columns of each line of a row.
  private struct Layout {
    var groups: [[Int]]
    var gap: Int
    /// Lines behind the first that fit this width together are one.
    var width: Int?
    /// The last column is broken between words to fit this width.
    var wrapping: Int?

    init(_ groups: [[Int]], gap: Int = 2, width: Int? = nil, wrapping: Int? = nil) {
      (self.groups, self.gap, self.width, self.wrapping) = (groups, gap, width, wrapping)
    }
  }

  /// A run of columns with the same fold begins one line.
  private func folded(_ shown: [Int], _ fold: StateColumn.Fold) -> [[Int]] {
    var groups: [[Int]] = [[]]
    for column in columns.indices {
      let own = columns[column].fold
      let isRun = column > 0 && columns[column - 1].fold == own
      if let own, own.rawValue <= fold.rawValue, !isRun { groups.append([]) }
      if shown.contains(column) { groups[groups.count - 1].append(column) }
    }
    return groups.filter { !$0.isEmpty }
  }

  /// As many on each line as there is room for.
  private func filled(_ shown: [Int], _ width: Int, gap: Int) -> [[Int]] {
    var groups: [[Int]] = []
    var used = Int.max / 2
    for column in shown {
      if used + widths[column] > width {
        used = groups.isEmpty ? Self.indent : Self.hanging
        groups.append([])
      }
      groups[groups.count - 1].append(column)
      used += widths[column] + gap
    }
    return groups
  }

  // MARK: Lines

  private static let indent = 2
  private static let hanging = 6
  /// A column narrower than this is not worth wrapping.
  private static let narrowest = 18

  private func fitted(_ layout: Layout, _ width: Int) -> Lines? { fitting(aligned(layout), width) }

  private func fitting(_ lines: Lines, _ width: Int) -> Lines? {
    (lines.rows + [lines.heading]).allSatisfy { $0.allSatisfy { DisplayWidth.of($0) <= width } } ? lines : nil
  }

  private func aligned(_ layout: Layout) -> Lines {
    var headings = layout
    headings.groups = Array(layout.groups.prefix { !isLoose($0) })
    headings.wrapping = nil
    let heading = hasHeadings ? lines(columns.map { $0.heading ?? "" }, headings) : []
    return Lines(heading: heading, rows: rows.map { lines($0, layout) })
  }

  /// What explains itself needs no column.
  private func isLoose(_ group: [Int]) -> Bool {
    hasHeadings && group.first.map { columns[$0].fold == .first } ?? false
  }

  private func lines(_ cells: [String], _ layout: Layout) -> [String] {
    var lines: [String] = []
    for (number, group) in layout.groups.enumerated() {
      guard number == 0 || group.contains(where: { !cells[$0].isEmpty }) else { continue }
      let start = spaces(number == 0 ? Self.indent : Self.hanging)
      if let width = layout.wrapping {
        lines += wrapped(group, cells, start, layout.gap, width)
        continue
      }
      let text =
        isLoose(group)
        ? group.map { cells[$0] }.filter { !$0.isEmpty }.joined(separator: "  ")
        : group.map { padded(cells[$0], $0) }.joined(separator: spaces(layout.gap))
      if number > 1, let width = layout.width, let last = lines.last,
        DisplayWidth.of(last) + 2 + DisplayWidth.of(trimmed(text)) <= width
      {
        lines[lines.count - 1] = trimmed(last + "  " + text)
      } else {
        lines.append(trimmed(start + text))
      }
    }
    return lines
  }

  private func wrapped(_ group: [Int], _ cells: [String], _ start: String, _ gap: Int, _ width: Int) -> [String] {
    guard let last = group.last else { return [] }
    let line = start + group.dropLast().map { padded(cells[$0], $0) + spaces(gap) }.joined()
    let place = DisplayWidth.of(line)
    guard width - place >= Self.narrowest, !columns[last].isNumber else {
      return [trimmed(line + padded(cells[last], last))]
    }
    let text = Terminal.wrapped(cells[last], indent: place, hanging: 0, width: width)
    return text.split(separator: "\n").enumerated().map { row, rest in
      trimmed(row == 0 ? line + rest.dropFirst(place) : String(rest))
    }
  }

  /// Each row as the tool prints it that people know, its cells a space apart, and broken between them.
  private func loose(_ groups: [[Int]], wrapping width: Int = .max) -> Lines {
    let lines = rows.map { row -> [String] in
      groups.enumerated().flatMap { number, group -> [String] in
        var lines: [String] = []
        for cell in group.map({ row[$0] }) where !cell.isEmpty {
          if let last = lines.last, DisplayWidth.of(last) + 1 + DisplayWidth.of(cell) <= width {
            lines[lines.count - 1] += " " + cell
          } else {
            lines.append(spaces(number == 0 && lines.isEmpty ? Self.indent : Self.hanging) + cell)
          }
        }
        return lines
      }
    }
    return Lines(heading: [], rows: lines)
  }

  private func padded(_ text: String, _ column: Int) -> String {
    let room = spaces(widths[column] - DisplayWidth.of(text))
    return columns[column].isNumber ? room + text : text + room
  }

  private func spaces(_ count: Int) -> String { String(repeating: " ", count: max(0, count)) }

  private func trimmed(_ line: String) -> String {
    var line = line
    while line.last == " " { line.removeLast() }
    return line
  }
}
