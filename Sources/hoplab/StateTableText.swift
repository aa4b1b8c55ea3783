import Configuration
import Devices
import Reports

/// A table of state as lines for a terminal, its columns aligned.
struct StateTableText {
  private let listing: StateListing
  /// Whether devices whose table is empty are told of too.
  private let showsEmpty: Bool

  init(_ listing: StateListing, showsEmpty: Bool) {
    self.listing = listing
    self.showsEmpty = showsEmpty
  }

  var text: String {
    let shown = listing.parts.filter { showsEmpty || !$0.isEmpty }
    return shown.map { part in
      let head = Terminal.painted(part.node, .bold)
      return part.isEmpty ? "\(head)\n  (empty)\n" : "\(head)\n" + lines(of: part)
    }.joined(separator: "\n")
  }

  private func lines(of part: StateListing.Part) -> String {
    let columns = listing.table.columns
    let used = columns.indices.filter { column in
      part.sections.contains { section in section.rows.contains { $0[column] != nil } }
    }
    let cells = part.sections.map { section in section.rows.map { row in used.map { words(row[$0], in: columns[$0]) } }
    }
    let headings = used.map { columns[$0].heading }
    let hasHeadings = headings.contains { $0 != nil }
    let widths = used.indices.map { place in
      (cells.flatMap { $0 }.map { DisplayWidth.of($0[place]) } + [DisplayWidth.of(headings[place] ?? "")]).max() ?? 0
    }
    func line(_ texts: [String]) -> String {
      var line = "  "
      for (place, text) in texts.enumerated() {
        let room = String(repeating: " ", count: max(0, widths[place] - DisplayWidth.of(text)))
        line += (columns[used[place]].isNumber ? room + text : text + room) + "  "
      }
      while line.last == " " { line.removeLast() }
      return line + "\n"
    }
    var text = ""
    for (section, rows) in zip(part.sections, cells) {
      if let title = section.title { text += "  " + Terminal.painted("\(title.kind) \(title.name)", .blue) + "\n" }
      if hasHeadings, !rows.isEmpty {
        text += Terminal.painted(String(line(headings.map { $0 ?? "" }).dropLast()), .faint) + "\n"
      }
      text += rows.map(line).joined()
    }
    return text
  }

  private func words(_ cell: StateCell?, in column: StateColumn) -> String {
    guard let cell else { return "" }
    if case .behind(let word) = column.style { return word + cell.words }
    return cell.words
  }
}

extension StateColumn {
  fileprivate var heading: String? {
    switch style {
    case .headed(let text), .number(let text): text
    case .behind, .plain: nil
    }
  }

  fileprivate var isNumber: Bool { if case .number = style { true } else { false } }
}
