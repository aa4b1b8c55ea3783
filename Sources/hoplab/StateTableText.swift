import Devices
import Reports

/// A table of state as lines for a terminal.
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
    let cells = part.sections.map { section in
      section.rows.map { row in zip(row, columns).map { words($0, in: $1) } }
    }
    // All sections in one, so that their columns stand below each other.
    let table = TextTable(
      columns.map { TextTable.Column(heading: $0.heading, isNumber: $0.isNumber, fold: $0.fold) }, cells.flatMap { $0 },
      isDense: true)
    let lines = table.lines(in: Terminal.Stream.output.screenWidth)
    let heading = lines.heading.map { Terminal.painted($0, .faint) + "\n" }.joined()
    var text = ""
    var rows = lines.rows[...]
    for (section, cells) in zip(part.sections, cells) {
      if let title = section.title { text += "  " + Terminal.painted("\(title.kind) \(title.name)", .blue) + "\n" }
      if !cells.isEmpty { text += heading }
      text += rows.prefix(cells.count).joined().map { $0 + "\n" }.joined()
      rows = rows.dropFirst(cells.count)
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
