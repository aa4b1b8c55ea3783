import Configuration

/// Walks the tokens of a YAML text without building anything, and refuses what the parser could not survive.
///
/// The parser calls itself for every level of nesting, releases chains of aliases the same way, and compares the keys
/// of a map whole. So nesting, the number of values, chains of anchors and keys other than text are bounded here
/// first. It follows libyaml's scanner: what counts is where that one sees a token.
struct StructureGuard {
  let text: UnsafeBufferPointer<UInt8>
  let file: UInt16
  var place = 0
  var lineStart = 0
  /// Columns of the block collections around `place`, outermost first.
  var indents: [Int] = []
  /// The brackets around `place`, outermost first.
  var brackets: [Bracket] = []
  /// Where the key began that a ':' would end, if there can be one.
  var keyStart: Int?
  var refusal: Diagnostic?

  private(set) var valueCount = 0
  private var deepest = 0
  private var anchorCount = 0
  private var aliasCount = 0

  struct Bracket {
    var isMap: Bool
    var start: Int
    /// In a map of the form `{ … }`: whether the next token belongs to a key.
    var awaitsKey: Bool
  }

  init(_ text: UnsafeBufferPointer<UInt8>, file: UInt16) {
    self.text = text
    self.file = file
  }

  var column: Int { place - lineStart }
  var isInFlow: Bool { !brackets.isEmpty }
  private var depth: Int { indents.count + brackets.count }

  /// The first reason not to hand the text to the parser.
  mutating func check() -> Diagnostic? {
    while refusal == nil, skipToToken() { token() }
    if refusal == nil { checkChains() }
    return refusal
  }

  private mutating func checkChains() {
    // The longest chain of aliases of aliases there could be; the parser's memory is released link by link.
    let longestChain = min(anchorCount, aliasCount) * max(1, deepest) * 2
    if longestChain > 10_000 {
      refuse(
        "\(anchorCount) anchors with \(aliasCount) aliases are too many", .aliasBomb, at: 0,
        notes: ["use variables, or generate the nodes as plain maps"])
    }
  }

  mutating func refuse(
    _ message: String, _ code: DiagnosticCode, at place: Int, notes: [Diagnostic.Note] = []
  ) {
    refusal = Diagnostic(
      message, code: code, at: TextPlace.location(of: place, in: text, file: file), notes: notes)
  }

  mutating func enter(at start: Int) {
    deepest = max(deepest, depth)
    count()
    if depth > YAMLSource.deepestNesting {
      refuse(
        "nested more than \(YAMLSource.deepestNesting) deep", .tooDeep, at: start,
        notes: ["look for a bracket too many, or an indentation that only ever grows"])
    }
  }

  private mutating func count() {
    valueCount += 1
    if valueCount > YAMLSource.mostValues {
      refuse("the file holds more than \(YAMLSource.mostValues) values", .tooLarge, at: place)
    }
  }

  // MARK: Tokens

  private mutating func token() {
    let byte = text[place]
    if !isInFlow { unroll(to: column) }
    if column == 0, isDocumentMark() || byte == UInt8(ascii: "%") {
      indents.removeAll()
      return byte == UInt8(ascii: "%") ? skipLine() : skip(3)
    }
    switch byte {
    case UInt8(ascii: "["), UInt8(ascii: "{"): open(isMap: byte == UInt8(ascii: "{"))
    case UInt8(ascii: "]"), UInt8(ascii: "}"): close()
    case UInt8(ascii: ","):
      if isInFlow { brackets[brackets.count - 1].awaitsKey = true }
      skip(1)
    case UInt8(ascii: "-") where isBlank(at: place + 1): entry()
    case UInt8(ascii: "?") where isInFlow || isBlank(at: place + 1): refuseKey(at: place)
    case UInt8(ascii: ":") where isInFlow || isBlank(at: place + 1): colon()
    case UInt8(ascii: "*"): alias()
    case UInt8(ascii: "&"):
      anchorCount += 1
      startKey()
      skipName()
    case UInt8(ascii: "!"):
      // Only YAML's own types are known. Any other tag would be read over, and with it what a '!' without quotes says.
      if !isStandardTag { refuse("an unknown tag; texts that start with '!' need quotes", .syntax, at: place) }
      startKey()
      skipTag()
    case UInt8(ascii: "|") where !isInFlow, UInt8(ascii: ">") where !isInFlow:
      count()
      skipBlockScalar()
    case UInt8(ascii: "'"), UInt8(ascii: "\""):
      scalar { $0.skipQuoted(byte) }
    default:
      scalar { $0.skipPlain() }
    }
  }

  private mutating func scalar(_ skip: (inout StructureGuard) -> Void) {
    startKey()
    count()
    skip(&self)
  }

  private mutating func open(isMap: Bool) {
    refuseIfKey()
    startKey()
    brackets.append(Bracket(isMap: isMap, start: place, awaitsKey: true))
    enter(at: place)
    skip(1)
  }

  private mutating func close() {
    skip(1)
    guard let bracket = brackets.popLast() else { return }
    if colonFollows() { refuseKey(at: bracket.start) }
  }

  private mutating func entry() {
    if !isInFlow { roll(to: column) }
    // An item may hold nothing, and is a value all the same.
    count()
    keyStart = nil
    skip(1)
  }

  private mutating func colon() {
    if isInFlow {
      brackets[brackets.count - 1].awaitsKey = false
    } else {
      let start = keyStart.flatMap { $0 >= lineStart ? $0 : nil } ?? place
      roll(to: start - lineStart)
    }
    keyStart = nil
    skip(1)
  }

  private mutating func alias() {
    aliasCount += 1
    refuseIfKey()
    let start = place
    skipName()
    count()
    if colonFollows() { refuseKey(at: start) }
  }

  private mutating func refuseIfKey() {
    if let bracket = brackets.last, bracket.isMap, bracket.awaitsKey { refuseKey(at: place) }
  }

  private mutating func refuseKey(at start: Int) {
    guard refusal == nil else { return }
    guard !isRange(at: start) else {
      return refuse("a name with a range stands in brackets", .keyNotText, at: start, notes: [.quotedRange])
    }
    refuse(
      "a key must be text", .keyNotText, at: start,
      notes: ["a text that starts with '?', '*', '[' or '{' needs quotes"])
  }

  /// Whether a name goes on there as in `h[1-4]`, which ends it for YAML inside brackets.
  private func isRange(at start: Int) -> Bool {
    func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }
    guard text[start] == UInt8(ascii: "["), start > 0, start + 1 < text.count, isDigit(text[start + 1]) else {
      return false
    }
    let before = text[start - 1]
    return isDigit(before) || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(before | 0x20) || before >= 0x80
      || before == UInt8(ascii: "-") || before == UInt8(ascii: "_")
  }

  private mutating func startKey() {
    if keyStart == nil { keyStart = place }
  }

  // MARK: Indentation

  private mutating func unroll(to column: Int) {
    while let last = indents.last, last > column { indents.removeLast() }
  }

  private mutating func roll(to column: Int) {
    guard column > indents.last ?? -1 else { return }
    indents.append(column)
    enter(at: lineStart + column)
  }
}
