import Foundation

/// The table, and the page around it, in Markdown.
struct Page {
  let groups: [Group]
  let trials: [Subject: [Trial]]
  let rounds: Int
  /// As it was before anything was measured.
  let machine: Machine
  /// The commit that was measured, as git names it.
  var commit: String?
  /// Nil where ns-3 was not.
  var ns3: String?
  /// Text that is put at the end as it is.
  var notes = ""

  var text: String {
    [head, tables, repetition, caveats, notes].filter { !$0.isEmpty }.map { $0.trimmingCharacters(in: .newlines) }
      .joined(separator: "\n\n") + "\n"
  }

  var tables: String {
    groups.map { group in "### \(group.title)\n\n\(group.sentence)\n\n\(table(of: group))" }.joined(separator: "\n\n")
  }

  private func table(of group: Group) -> String {
    let peers = group.peers.flatMap { [$0, "ratio"] }
    let heads = ["", "Hoplab"] + peers + ["must", "aim"]
    let rule = ["---"] + Array(repeating: "--:", count: heads.count - 1)
    return ([heads, rule] + group.rows.map { cells(of: $0, group) }).map { "| " + $0.joined(separator: " | ") + " |" }
      .joined(separator: "\n")
  }

  private func cells(of row: Row, _ group: Group) -> [String] {
    let own = row.quantity.figure(of: trials[row.hoplab] ?? [])
    let others = row.peers.map { row.quantity.figure(of: trials[$0] ?? []) }
    let ratios = others.map { ratio(own, $0, row.quantity) }
    var cells = [row.name, words(own, row.quantity)]
    for place in group.peers.indices {
      let isThere = place < others.count
      cells.append(isThere ? words(others[place], row.quantity) : "")
      cells.append(isThere ? ratios[place].map { "×\(Numeral.words($0))" } ?? "–" : "")
    }
    for goal in [row.must, row.aim] {
      guard let goal else {
        cells.append("")
        continue
      }
      let isMet = goal.isMet(own, ratio: ratios.first ?? nil, row.quantity)
      cells.append("\(goal.words(row.quantity)) \(isMet.map { $0 ? "✓" : "✗" } ?? "–")")
    }
    return cells
  }

  private func words(_ figure: Double?, _ quantity: Quantity) -> String {
    figure.map { quantity.words($0) } ?? "–"
  }

  private func ratio(_ own: Double?, _ other: Double?, _ quantity: Quantity) -> Double? {
    guard let own, let other else { return nil }
    return quantity.isCost ? other / own : own / other
  }
}
