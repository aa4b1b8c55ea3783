import Configuration
import Yams

/// Puts the parser's errors into words that say what to do.
struct SyntaxErrors {
  let text: String
  let file: UInt16

  func diagnostic(for error: YamlError) -> Diagnostic {
    switch error {
    case .scanner(let context, let problem, let mark, _), .parser(let context, let problem, let mark, _):
      return syntaxError(problem, at: mark, context)
    case .composer(_, let problem, let mark, _): return composerError(problem, at: mark)
    case .duplicatedKeysInMapping(let keys, let context):
      return duplicateKeys(keys, first: location(context.mark))
    case .reader(let problem, _, _, _):
      return Diagnostic("the text cannot be read: \(problem)", code: .forbiddenCharacter, at: start)
    default: return Diagnostic("the file cannot be read as YAML", code: .syntax, at: start)
    }
  }

  private var start: SourceLocation { SourceLocation(file: file, line: 1, column: 1) }

  private func location(_ mark: Mark) -> SourceLocation {
    SourceLocation(file: file, line: UInt32(clamping: mark.line), column: UInt32(clamping: mark.column))
  }

  /// The rest of the line that starts at the place.
  private func rest(at location: SourceLocation) -> Substring.UnicodeScalarView {
    let line = SourceFile(name: "", text: text).line(location.line) ?? ""
    return line[...].unicodeScalars.dropFirst(Int(location.column) - 1)
  }

  // MARK: Syntax

  private func syntaxError(_ problem: String, at mark: Mark, _ context: YamlError.Context?) -> Diagnostic {
    let place = location(mark)
    let opening = context.map { location($0.mark) }
    func told(_ message: String, at location: SourceLocation, _ notes: Diagnostic.Note...) -> Diagnostic {
      Diagnostic(message, code: .syntax, at: location, notes: notes)
    }
    if problem.hasPrefix("Maximum nesting") {
      return Diagnostic("nested more than \(YAMLSource.deepestNesting) deep", code: .tooDeep, at: place)
    }
    switch problem {
    case "mapping values are not allowed in this context":
      return told(
        "no key can end here", at: place,
        "a text with ': ' in it needs quotes; otherwise look at the indentation")
    case "could not find expected ':'":
      return told(
        "expected ':' after this key", at: opening ?? place,
        "write 'key: value', with a space after the colon")
    case "did not find expected key", "did not find expected '-' indicator":
      let what = problem.hasSuffix("key") ? "map" : "list"
      return told(
        "this does not fit into the \(what) around it", at: place,
        Diagnostic.Note("the \(what) starts here; its entries stand in the same column", at: opening))
    case "did not find expected ',' or ']'", "did not find expected ',' or '}'":
      let bracket = problem.hasSuffix("]'") ? "]" : "}"
      if isRange(at: place) { return told("a name with a range stands in brackets", at: place, .quotedRange) }
      return told(
        "the bracket is not closed: expected ',' or '\(bracket)'",
        at: isBehindText(place) ? opening ?? place : place,
        Diagnostic.Note("the bracket is opened here", at: opening))
    case "found unexpected end of stream", "found unexpected document indicator":
      return told("the quote is never closed", at: opening ?? place, "close it before the end of the text")
    case "block sequence entries are not allowed in this context":
      return told("a list cannot start here", at: place, "start it on the next line, or write [a, b]")
    case "found character that cannot start any token": return cannotStart(at: place)
    case "found unknown escape character":
      return told(
        "an unknown escape in double quotes", at: place,
        "write '\\\\' for a backslash, or use single quotes, where it stands for itself")
    default: return told(rarer(problem), at: isBehindText(place) ? opening ?? place : place)
    }
  }

  /// Whether a name goes on there as in `h[1-4]`, which ends it for YAML inside brackets.
  private func isRange(at place: SourceLocation) -> Bool {
    let before = rest(at: SourceLocation(file: file, line: place.line, column: max(1, place.column - 1)))
    guard place.column > 1, let last = before.first, last.properties.isAlphabetic || isNameLetter(last) else {
      return false
    }
    let scalars = Array(before.dropFirst().prefix(2))
    return scalars.first == "[" && scalars.last.map { ("0"..."9").contains($0) } == true
  }

  private func cannotStart(at place: SourceLocation) -> Diagnostic {
    guard let first = rest(at: place).first else {
      return Diagnostic("a text cannot start like this", code: .syntax, at: place)
    }
    if first == "\t" {
      return Diagnostic(
        "a tab where spaces belong", code: .tabIndentation, at: place, notes: ["indent with spaces only"])
    }
    return Diagnostic(
      "a text cannot start with '\(first)'", code: .syntax, at: place,
      notes: ["put the text into quotes"])
  }

  private func rarer(_ problem: String) -> String {
    switch problem {
    case "did not find expected node content": "a value is missing here"
    case "found undefined tag handle": "an unknown tag; texts that start with '!' need quotes"
    case "did not find expected <document start>": "the document has ended; nothing can follow here"
    case "found unexpected ':'": "in brackets a ':' needs a space after it, or quotes around the text"
    case "did not find expected alphabetic or numeric character":
      "'*' and '&' need a name; texts that start with them need quotes"
    case "did not find expected comment or line break": "after '|' or '>' the text starts on the next line"
    case let problem where problem.contains("directive") || problem.contains("version"):
      "a line that starts with '%' is a directive, and this is none; put the text into quotes"
    case let problem where problem.contains("URI") || problem.contains("'!'") || problem.contains("'>'"):
      "an unknown tag; texts that start with '!' need quotes"
    case "did not find expected whitespace or line break":
      "an unknown tag; texts that start with '!' need quotes"
    case let problem where problem.contains("hexdecimal") || problem.contains("escape code"):
      "an escape needs hexadecimal digits: \\x41, \\u00E9, \\U0001F600"
    case "found an indentation indicator equal to 0": "the digit after '|' or '>' goes from 1 to 9"
    default: "not valid YAML: \(problem)"
    }
  }

  /// Whether the place is after the last line with something on it, where no caret would help.
  private func isBehindText(_ place: SourceLocation) -> Bool {
    let lines = text.utf8.count { $0 == UInt8(ascii: "\n") }
    return Int(place.line) > lines + 1 || (Int(place.line) == lines + 1 && rest(at: place).isEmpty)
  }

  // MARK: Composition

  private func composerError(_ problem: String, at mark: Mark) -> Diagnostic {
    let place = location(mark)
    guard problem.contains("alias") else {
      return Diagnostic(
        "another document starts here", code: .severalDocuments, at: place,
        notes: ["a file holds one scenario: remove '---' or use two files"])
    }
    let name = String(String.UnicodeScalarView(rest(at: place).dropFirst().prefix(while: isNameLetter)))
    return Diagnostic(
      "there is no anchor '\(name)' before this", code: .undefinedAlias, at: place,
      notes: ["'*\(name)' repeats what '&\(name)' marks; a text that starts with '*' needs quotes"])
  }

  private func isNameLetter(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar {
    case "a"..."z", "A"..."Z", "0"..."9", "_", "-": true
    default: false
    }
  }

  /// The parser tells where the key is first; where it is again is looked for in the text.
  private func duplicateKeys(_ keys: [String], first: SourceLocation) -> Diagnostic {
    let key = keys.first ?? ""
    guard let second = KeySearch(text: text, file: file).nextKey(like: key, after: first) else {
      return Diagnostic("the key '\(key)' is written twice in one map", code: .duplicateKey, at: first)
    }
    return .duplicateKey(key, at: second, first: first)
  }
}

extension Diagnostic.Note {
  static let quotedRange: Self =
    "inside brackets it needs quotes, as in \"h[1-8]\"; the plain name of a counted node means all of them without"
}
