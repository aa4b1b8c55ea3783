import Configuration
import Yams

/// Reads YAML text into located values.
public enum YAMLSource {
  /// The largest file that is read, in bytes; ten thousand nodes need about a tenth of it.
  public static let largestFile = 8 << 20
  /// How deep lists and maps may be nested.
  public static let deepestNesting = 64
  /// How many values a file may hold as written, keys and list dashes counted too; ten thousand nodes need about
  /// 150,000. The parser takes 2 µs and 400 bytes for each.
  public static let mostValues = 500_000
  /// How many values aliases may add to them.
  public static let mostValuesByAlias = 200_000

  /// The value of the file, or nil if it is not readable; what is wrong has been reported.
  public static func read(
    bytes: [UInt8], name: String, into sources: inout SourceMap, _ diagnostics: inout Diagnostics
  ) -> Value? {
    guard bytes.count <= largestFile else {
      let file = sources.add(name: name, text: "")
      diagnostics.report(
        "the file has \(bytes.count) bytes; the most that is read is \(largestFile)", .tooLarge,
        at: SourceLocation(file: file, line: 0, column: 0))
      return nil
    }
    guard let text = String(validating: bytes, as: UTF8.self) else {
      reportNotUTF8(bytes[...], name: name, into: &sources, &diagnostics)
      return nil
    }
    return read(text: text, name: name, into: &sources, &diagnostics)
  }

  /// The value of the text, or nil if it is not readable; what is wrong has been reported.
  public static func read(
    text: String, name: String, into sources: inout SourceMap, _ diagnostics: inout Diagnostics
  ) -> Value? {
    var text = text
    // A byte order mark may stand at the start, and is no part of the first line.
    if text.unicodeScalars.first == "\u{FEFF}" { text.unicodeScalars.removeFirst() }
    text.makeContiguousUTF8()
    let file = sources.add(name: name, text: text)
    guard text.utf8.count <= largestFile else {
      diagnostics.report(
        "the file has \(text.utf8.count) bytes; the most that is read is \(largestFile)", .tooLarge,
        at: SourceLocation(file: file, line: 0, column: 0))
      return nil
    }
    guard let valuesWritten = passesGuards(text, file, &diagnostics) else { return nil }
    do {
      return try parse(text, file, valuesWritten: valuesWritten, &diagnostics)
    } catch let error as YamlError {
      diagnostics.report(SyntaxErrors(text: text, file: file).diagnostic(for: error))
    } catch {
      diagnostics.report(
        "the file cannot be read as YAML", .syntax, at: SourceLocation(file: file, line: 1, column: 1))
    }
    return nil
  }

  /// How many values the text holds, or nil if it must not be parsed.
  private static func passesGuards(
    _ text: String, _ file: UInt16, _ diagnostics: inout Diagnostics
  ) -> Int? {
    let result: (refusal: Diagnostic?, values: Int)? = text.utf8.withContiguousStorageIfAvailable {
      if let refusal = CharacterGuard.check($0, file: file) { return (refusal, 0) }
      var structure = StructureGuard($0, file: file)
      let refusal = structure.check()
      return (refusal, structure.valueCount)
    }
    if let refusal = result?.refusal {
      diagnostics.report(refusal)
      return nil
    }
    return result?.values ?? 0
  }

  private static func parse(
    _ text: String, _ file: UInt16, valuesWritten: Int, _ diagnostics: inout Diagnostics
  ) throws -> Value? {
    // No resolver rules: a scalar stays the text it is.
    let parser = try Parser(yaml: text, resolver: .basic, encoding: .utf8)
    // The nodes' anchors live only as long as the parser.
    return try withExtendedLifetime(parser) {
      guard let node = try parser.singleRoot() else {
        diagnostics.report(emptyFile(file))
        return nil
      }
      var converter = Converter(file: file, valuesWritten: valuesWritten)
      let value = converter.convert(node)
      for problem in converter.problems { diagnostics.report(problem) }
      guard !converter.isExhausted else { return nil }
      guard case .scalar("", quoted: false) = value.content else { return value }
      diagnostics.report(emptyFile(file))
      return nil
    }
  }

  private static func emptyFile(_ file: UInt16) -> Diagnostic {
    Diagnostic(
      "the file is empty", code: .emptyFile, at: SourceLocation(file: file, line: 1, column: 1),
      notes: ["a scenario starts with 'nodes:'"])
  }

  static func reportNotUTF8(
    _ bytes: ArraySlice<UInt8>, name: String, into sources: inout SourceMap,
    _ diagnostics: inout Diagnostics
  ) {
    let place = InvalidUTF8.firstIndex(in: bytes) ?? bytes.startIndex
    let before = String(decoding: bytes[..<place], as: UTF8.self)
    let lastLine = before.utf8.lastIndex(of: UInt8(ascii: "\n")).map { before.utf8.index(after: $0) }
    let line = before.utf8.count { $0 == UInt8(ascii: "\n") } + 1
    let column = before.unicodeScalars[(lastLine ?? before.startIndex)...].count + 1
    let file = sources.add(name: name, text: String(decoding: bytes, as: UTF8.self))
    let isUTF16 = bytes.starts(with: [0xFF, 0xFE]) || bytes.starts(with: [0xFE, 0xFF])
    let digits = String(bytes[place], radix: 16, uppercase: true)
    diagnostics.report(
      "the byte 0x\(digits.count < 2 ? "0" : "")\(digits) is not UTF-8", .notUTF8,
      at: SourceLocation(file: file, line: UInt32(line), column: UInt32(column)),
      notes: [isUTF16 ? "this looks like UTF-16: save the file as UTF-8" : "save the file as UTF-8"])
  }
}
