/// The word most like `word`, if one is near enough to have been meant.
///
/// Damerau–Levenshtein distance (optimal string alignment), case ignored; up to a third of the length may differ,
/// at least one letter. Of equally near words the first wins.
public func nearest(to word: String, among known: [String]) -> String? {
  let wanted = Array(word.lowercased())
  guard !wanted.isEmpty, wanted.count <= 64 else { return nil }
  var best: (distance: Int, word: String)?
  for candidate in known where candidate != word {
    let letters = Array(candidate.lowercased())
    let allowed = max(1, max(wanted.count, letters.count) / 3)
    let limit = min(allowed, (best?.distance ?? Int.max) - (best == nil ? 0 : 1))
    guard limit >= 0, abs(wanted.count - letters.count) <= limit else { continue }
    let distance = editDistance(wanted, letters)
    // A distance of a whole short word would match anything.
    guard distance <= limit, distance < max(wanted.count, letters.count) else { continue }
    best = (distance, candidate)
  }
  return best?.word
}

/// Insertions, deletions, replacements and swaps of neighbours that turn one word into the other.
private func editDistance(_ first: [Character], _ second: [Character]) -> Int {
  var beforeLast: [Int] = []
  var last = Array(0...second.count)
  for (row, letter) in first.enumerated() {
    var current = [row + 1]
    current.reserveCapacity(second.count + 1)
    for (column, other) in second.enumerated() {
      var cost = min(last[column + 1] + 1, current[column] + 1, last[column] + (letter == other ? 0 : 1))
      if row > 0, column > 0, letter == second[column - 1], first[row - 1] == other {
        cost = min(cost, beforeLast[column - 1] + 1)
      }
      current.append(cost)
    }
    (beforeLast, last) = (last, current)
  }
  return last[second.count]
}
