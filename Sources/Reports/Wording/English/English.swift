/// English, in which everything was written first.
struct English: Wording {
  /// ` (…)`, behind what it explains.
  func source(_ origin: String?) -> String { origin.map { " (\($0))" } ?? "" }

  /// `a, b, and c.`
  func sentence(_ clauses: [String]) -> String {
    guard let last = clauses.last else { return "." }
    guard clauses.count > 1 else { return "\(last)." }
    return "\(clauses.dropLast().joined(separator: ", ")), and \(last)."
  }
}
