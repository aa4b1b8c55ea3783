import Configuration

/// Finds the second place of a key that a map holds twice.
struct KeySearch {
  let text: String
  let file: UInt16

  /// In a block map that is the next line with the key in the same column, in brackets the next such key of the same
  /// depth.
  func nextKey(like key: String, after first: SourceLocation) -> SourceLocation? {
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    let index = Int(first.line) - 1
    guard lines.indices.contains(index) else { return nil }
    return inBrackets(key, lines[index...].prefix(200), after: first)
      ?? inBlock(key, lines[(index + 1)...], after: first)
  }

  private func inBlock(_ key: String, _ lines: ArraySlice<Substring>, after first: SourceLocation)
    -> SourceLocation?
  {
    let column = Int(first.column) - 1
    for (offset, line) in lines.enumerated() {
      let indent = line.prefix { $0 == " " }.count
      guard indent < line.count, !line.dropFirst(indent).hasPrefix("#") else { continue }
      if indent < column { return nil }
      if indent == column, startsWithKey(line.dropFirst(column), key) {
        return SourceLocation(file: file, line: first.line + UInt32(offset) + 1, column: first.column)
      }
    }
    return nil
  }

  private func inBrackets(_ key: String, _ lines: ArraySlice<Substring>, after first: SourceLocation)
    -> SourceLocation?
  {
    var depth = 0
    var quote: Character?
    var awaitsKey = false
    for (offset, line) in lines.enumerated() {
      var column = offset == 0 ? Int(first.column) - 1 : 0
      var before: Character = " "
      for (place, character) in zip(line.indices, line).dropFirst(column) {
        defer {
          before = before == "\\" && character == "\\" ? " " : character
          column += character.unicodeScalars.count
        }
        if let open = quote {
          if character == open, open == "'" || before != "\\" { quote = nil }
          continue
        }
        if character == " " { continue }
        if character == "#", before == " " { break }
        if awaitsKey, startsWithKey(line[place...], key) {
          return SourceLocation(
            file: file, line: first.line + UInt32(offset), column: UInt32(column + 1))
        }
        awaitsKey = false
        switch character {
        case "\"", "'": if " ,[{:".contains(before) { quote = character }
        case "[", "{": depth += 1
        case "]", "}": depth -= 1
        case ",": awaitsKey = depth == 0
        default: break
        }
        if depth < 0 { return nil }
      }
    }
    return nil
  }

  private func startsWithKey(_ rest: Substring, _ key: String) -> Bool {
    [key, "\"\(key)\"", "'\(key)'"].contains { spelling in
      guard rest.hasPrefix(spelling) else { return false }
      return rest.dropFirst(spelling.count).drop { $0 == " " }.first == ":"
    }
  }
}
