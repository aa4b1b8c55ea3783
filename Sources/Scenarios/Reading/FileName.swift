import Configuration

/// Names of scenarios, variants and steps become names of folders and files.
enum FileName {
  /// Some file systems take no more than 255 bytes, and suffixes come on top.
  static let longest = 100

  /// Whether a name can be that of a file anywhere: no separators, no leading dot, nothing a shell would take apart.
  static func isSafe(_ name: String) -> Bool {
    guard name.utf8.count <= longest, let first = name.first, isPlain(first) else { return false }
    return name.allSatisfy { isPlain($0) || $0 == "-" || $0 == "_" || $0 == "." } && !name.hasSuffix(".")
  }

  private static func isPlain(_ character: Character) -> Bool { character.isLetter || character.isNumber }

  /// Reports a name that is not; true when it is fine.
  static func check(
    _ name: String, of what: String, at location: SourceLocation, _ diagnostics: inout Diagnostics
  ) -> Bool {
    if isSafe(name) { return true }
    diagnostics.report(
      "'\(name)' cannot name \(what), because files are named after it", .badName, at: location,
      notes: [
        "names start with a letter or digit and go on with letters, digits, '-', '_' and '.', \(longest) bytes at most"
      ])
    return false
  }

  /// Equal for names that some file systems take for the same.
  static func folded(_ name: String) -> String { name.lowercased() }
}
