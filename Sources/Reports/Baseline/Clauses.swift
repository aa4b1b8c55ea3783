/// A sentence of a story as its parts, so that of a long one only what changed has to be said.
struct Clauses {
  private let parts: [String]
  private static let consequence = "Now it reads "

  /// Nil where both say the same; where only lines have moved within their file, that is the same.
  static func change(from old: String, to new: String) -> String? {
    guard old.withoutLines != new.withoutLines else { return nil }
    let (before, after) = (Clauses(old).parts, Clauses(new).parts)
    let difference = after.map(\.withoutLines).difference(from: before.map(\.withoutLines))
    var (gone, added): ([String], [String]) = ([], [])
    for case .remove(let offset, _, _) in difference.removals { gone.append(before[offset]) }
    for case .insert(let offset, _, _) in difference.insertions { added.append(after[offset]) }
    // How the packet reads then follows from what was done to it, if anything else is told.
    if (gone + added).contains(where: { !$0.hasPrefix(consequence) }) {
      gone.removeAll { $0.hasPrefix(consequence) }
      added.removeAll { $0.hasPrefix(consequence) }
    }
    let (was, now) = (gone.joined(separator: ", "), added.joined(separator: ", "))
    if added.isEmpty { return "no longer \(was)" }
    if gone.isEmpty { return "now also \(now)" }
    return "now \(now); was \(was)"
  }

  /// Cut at commas and full stops, but not within brackets and quotes.
  private init(_ text: String) {
    var parts: [String] = []
    var part = ""
    var (depth, isQuoted) = (0, false)
    var last: Character = " "
    for character in text {
      if last == "," || last == "." || last == ";", character == " ", depth == 0, !isQuoted {
        parts.append(part)
        part = ""
        last = character
        continue
      }
      switch character {
      case "(": depth += 1
      case ")": depth -= 1
      case "`": isQuoted.toggle()
      default: break
      }
      part.append(character)
      last = character
    }
    parts.append(part)
    self.parts = parts.map { Clauses.bare($0) }.filter { !$0.isEmpty }
  }

  /// Without what joins it to its neighbours.
  private static func bare(_ part: String) -> String {
    var part = part.withoutBullet[...]
    if part.hasPrefix("and ") { part = part.dropFirst(4) }
    while let last = part.last, ",.;".contains(last) { part = part.dropLast() }
    return String(part)
  }
}

extension String {
  /// The same wherever in its file a rule stands: ``(`gateway`, vmware.yaml)``.
  var withoutLines: String {
    guard contains(".yaml:") || contains(".yml:") || contains(".xml:") else { return self }
    return replacing(/(\.ya?ml|\.xml):[0-9]+/) { "\($0.output.1)" }
  }
}
