/// The first lines in which two texts differ, to be read in a failure.
enum TextDifference {
  private static let shown = 3
  /// Lines of pictures can be very long.
  private static let longest = 200

  /// Nil when none do.
  static func words(_ kept: String, _ made: String) -> String? {
    guard kept != made else { return nil }
    let before = kept.split(separator: "\n", omittingEmptySubsequences: false)
    let after = made.split(separator: "\n", omittingEmptySubsequences: false)
    let place =
      zip(before, after).enumerated().first { $0.element.0 != $0.element.1 }?.offset ?? min(before.count, after.count)
    let old = before.dropFirst(place).prefix(shown).map { "  - \($0.prefix(longest))" }
    let new = after.dropFirst(place).prefix(shown).map { "  + \($0.prefix(longest))" }
    return (["line \(place + 1):"] + old + new).joined(separator: "\n")
  }
}
