import Configuration

/// What is wrong, and where.
struct XMLMistake: Error {
  var message: String
  var line: Int
  var column: Int
  var isTooDeep = false
}

/// Walks through the bytes of a document once.
struct XMLScanner {
  private let bytes: [UInt8]
  private var index = 0
  private(set) var line = 1
  private(set) var column = 1

  init(_ text: String) { bytes = Array(text.utf8) }

  private var next: UInt8? { index < bytes.count ? bytes[index] : nil }

  func mistake(_ message: String) -> XMLMistake { XMLMistake(message: message, line: line, column: column) }

  /// Columns are counted in Unicode scalars: a byte that goes on with one begins none.
  private mutating func advance(by count: Int = 1) {
    for _ in 0..<count {
      if bytes[index] == UInt8(ascii: "\n") {
        line += 1
        column = 1
      } else if bytes[index] & 0xC0 != 0x80 {
        column += 1
      }
      index += 1
    }
  }

  private func stands(_ word: StaticString) -> Bool {
    guard index + word.utf8CodeUnitCount <= bytes.count else { return false }
    return (0..<word.utf8CodeUnitCount).allSatisfy { bytes[index + $0] == word.utf8Start[$0] }
  }

  private mutating func take(_ word: StaticString) -> Bool {
    guard stands(word) else { return false }
    advance(by: word.utf8CodeUnitCount)
    return true
  }

  private mutating func skipBlanks() {
    while let byte = next, byte == 32 || (9...10).contains(byte) || byte == 13 { advance() }
  }

  /// Takes everything up to a word, and the word.
  private mutating func take(through end: StaticString, of what: String) throws(XMLMistake) -> String {
    let (begin, start) = (mistake("\(what) has no end"), index)
    while !stands(end) {
      guard next != nil else { throw begin }
      advance()
    }
    let text = String(decoding: bytes[start..<index], as: UTF8.self)
    advance(by: end.utf8CodeUnitCount)
    return text
  }
}

/// The document and its elements.
extension XMLScanner {
  mutating func document(_ place: (Int, Int) -> SourceLocation) throws(XMLMistake) -> XMLElement {
    try skipRemarks()
    guard next != nil else { throw mistake("there is nothing in it") }
    guard next == UInt8(ascii: "<") else { throw mistake("it does not begin with an element") }
    guard !stands("<!") else { throw mistake("a document type is not read") }
    let root = try element(place, depth: 1)
    try skipRemarks()
    guard next == nil else { throw mistake("something stands behind its end") }
    return root
  }

  /// Blanks, comments and instructions such as `<?xml version='1.0'?>`.
  private mutating func skipRemarks() throws(XMLMistake) {
    skipBlanks()
    while try skipRemark() { skipBlanks() }
  }

  private mutating func skipRemark() throws(XMLMistake) -> Bool {
    if stands("<!--") {
      _ = try take(through: "-->", of: "a comment")
    } else if stands("<?") {
      _ = try take(through: "?>", of: "an instruction")
    } else {
      return false
    }
    return true
  }

  private mutating func element(
    _ place: (Int, Int) -> SourceLocation, depth: Int
  ) throws(XMLMistake) -> XMLElement {
    var tooDeep = mistake("elements stand in each other more than \(XMLSource.deepest) deep")
    tooDeep.isTooDeep = true
    guard depth <= XMLSource.deepest else { throw tooDeep }
    let location = place(line, column)
    advance()
    var element = XMLElement(name: try name(), location: location)
    while true {
      let before = index
      skipBlanks()
      if take("/>") { return element }
      if take(">") { break }
      guard index > before else { throw mistake("a tag does not end with '>'") }
      try attribute(of: &element)
    }
    try content(of: &element, place, depth)
    return element
  }

  private mutating func content(
    of element: inout XMLElement, _ place: (Int, Int) -> SourceLocation, _ depth: Int
  ) throws(XMLMistake) {
    while !stands("</") {
      if take("<![CDATA[") {
        element.text += try take(through: "]]>", of: "a section of characters")
      } else if try skipRemark() {
        continue
      } else if next == UInt8(ascii: "<") {
        element.children.append(try self.element(place, depth: depth + 1))
      } else {
        element.text += try text(until: UInt8(ascii: "<"), in: "<\(element.name)>")
      }
    }
    let mismatch = mistake("'<\(element.name)>' is open, and another tag is closed")
    advance(by: 2)
    guard try name() == element.name else { throw mismatch }
    skipBlanks()
    guard take(">") else { throw mistake("a tag does not end with '>'") }
    element.text = String(element.text.drop(while: \.isWhitespace).reversed().drop(while: \.isWhitespace).reversed())
  }
}

/// Names, attributes and characters.
extension XMLScanner {
  private mutating func name() throws(XMLMistake) -> String {
    let start = index
    func isPart(_ byte: UInt8) -> Bool {
      let isLetter = (0x61...0x7A).contains(byte | 0x20)
      let isOther = [0x2D, 0x2E, 0x3A, 0x5F].contains(byte)  // - . : _
      return isLetter || byte >= 0x80 || (0x30...0x39).contains(byte) || isOther
    }
    while let byte = next, isPart(byte) { advance() }
    guard index > start else { throw mistake("a name is expected here") }
    return String(decoding: bytes[start..<index], as: UTF8.self)
  }

  private mutating func attribute(of element: inout XMLElement) throws(XMLMistake) {
    let twice = mistake("an attribute is written twice")
    let name = try name()
    guard element[name] == nil else { throw twice }
    skipBlanks()
    guard take("=") else { throw mistake("the attribute '\(name)' has no value") }
    skipBlanks()
    guard let quote = next, quote == UInt8(ascii: "'") || quote == UInt8(ascii: "\"") else {
      throw mistake("the value of '\(name)' has no quotes")
    }
    advance()
    let value = try text(until: quote, in: "the value of '\(name)'")
    advance()
    element.attributes.append((name, value))
  }

  /// Characters up to one that is not taken.
  private mutating func text(until end: UInt8, in what: String) throws(XMLMistake) -> String {
    let begin = mistake("\(what) has no end")
    var (text, start) = ("", index)
    while let byte = next, byte != end {
      guard byte != UInt8(ascii: "<") else { throw mistake("'<' stands in \(what)") }
      guard byte == UInt8(ascii: "&") else {
        advance()
        continue
      }
      text += String(decoding: bytes[start..<index], as: UTF8.self)
      text.unicodeScalars.append(try reference())
      start = index
    }
    guard next != nil else { throw begin }
    return text + String(decoding: bytes[start..<index], as: UTF8.self)
  }

  /// `&amp;` and its kin, `&#65;` and `&#x41;`.
  private mutating func reference() throws(XMLMistake) -> Unicode.Scalar {
    let unknown = mistake("'&' stands for itself only as '&amp;', and no such character is known")
    let end = bytes[index...].prefix(12).firstIndex(of: UInt8(ascii: ";"))
    guard let end else { throw unknown }
    let word = String(decoding: bytes[index + 1..<end], as: UTF8.self)
    let known: [String: Unicode.Scalar] = ["lt": "<", "gt": ">", "amp": "&", "quot": "\"", "apos": "'"]
    var scalar = known[word]
    if word.hasPrefix("#x") {
      scalar = UInt32(word.dropFirst(2), radix: 16).flatMap(Unicode.Scalar.init)
    } else if word.hasPrefix("#") {
      scalar = UInt32(word.dropFirst()).flatMap(Unicode.Scalar.init)
    }
    // Swift's numbers may have a sign in front.
    guard !word.contains("+"), let scalar, scalar.value >= 32 || [9, 10, 13].contains(scalar.value) else {
      throw unknown
    }
    advance(by: end - index + 1)
    return scalar
  }
}
