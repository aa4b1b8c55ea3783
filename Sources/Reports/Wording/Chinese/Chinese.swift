/// Chinese as textbooks of the mainland write it: full-width punctuation, names of protocols and products as they are.
struct Chinese: Wording {
  /// `（…）`, behind what it explains.
  func source(_ origin: String?) -> String { origin.map { "（\($0)）" } ?? "" }

  /// `甲；乙；丙。`
  func sentence(_ clauses: [String]) -> String { clauses.joined(separator: "；") + "。" }

  /// `甲、乙、丙`.
  func list(_ names: [String]) -> String { names.joined(separator: "、") }
}
