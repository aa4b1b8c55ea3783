import Configuration

/// The values that `with` gives to `$variables`, and where they are used.
struct Variables {
  private let values: Mapping
  private(set) var used: Set<String> = []  // looked up, never iterated
  /// Variables without a value, with the places that use them.
  private(set) var undefined: [Use] = []

  struct Use: Hashable {
    var name: String
    var location: SourceLocation
  }

  init(_ with: Value?) { values = with?.map ?? Mapping() }

  var names: [String] { values.keys }
  var entries: [Mapping.Entry] { values.entries }

  /// The same value with variables replaced: `$mode` as a whole text becomes whatever `mode` is, a list or a map too;
  /// `${mode}` inside a text becomes its text. `$$` stands for a dollar sign.
  ///
  /// What is replaced has the place where its value was written. Keys that start with `x-` are left alone.
  mutating func substitute(in value: Value) -> Value {
    switch value.content {
    case .scalar(let text, let quoted):
      guard text.utf8.contains(UInt8(ascii: "$")) else { return value }
      return substitute(in: text, quoted: quoted, at: value.location)
    case .list(let items):
      return Value(.list(items.map { substitute(in: $0) }), at: value.location)
    case .map(let mapping):
      var result = mapping
      for entry in mapping.entries where !entry.key.hasPrefix("x-") {
        result.set(entry.key, to: substitute(in: entry.value))
      }
      return Value(.map(result), at: value.location)
    }
  }

  private mutating func substitute(in text: String, quoted: Bool, at location: SourceLocation) -> Value {
    let unchanged = Value(.scalar(text, quoted: quoted), at: location)
    if let name = Variables.wholeName(of: text) {
      return lookup(name, at: location) ?? unchanged
    }
    var result = ""
    var rest = text[...]
    while let dollar = rest.firstIndex(of: "$") {
      result += rest[..<dollar]
      rest = rest[dollar...]
      if rest.hasPrefix("$$") {
        result += "$"
        rest = rest.dropFirst(2)
      } else if let name = Variables.bracedName(at: rest) {
        guard let value = lookup(name, at: location) else { return unchanged }
        guard let text = value.text else { return unusable(name, location) ?? unchanged }
        result += text
        rest = rest.dropFirst(name.count + 3)
      } else {
        result += "$"
        rest = rest.dropFirst()
      }
    }
    return Value(.scalar(result + rest, quoted: quoted), at: location)
  }

  /// Uses of a list, a map or nothing inside a text.
  private(set) var unusable: [Use] = []

  private mutating func unusable(_ name: String, _ location: SourceLocation) -> Value? {
    unusable.append(Use(name: name, location: location))
    return nil
  }

  private mutating func lookup(_ name: String, at location: SourceLocation) -> Value? {
    guard let value = values[name] else {
      undefined.append(Use(name: name, location: location))
      return nil
    }
    used.insert(name)
    return value
  }

  /// The name, if the text is `$name` or `${name}` and nothing else.
  private static func wholeName(of text: String) -> String? {
    guard text.hasPrefix("$") else { return nil }
    if let braced = bracedName(at: text[...]) { return braced.count + 3 == text.count ? braced : nil }
    let name = text.dropFirst()
    return isName(name) ? String(name) : nil
  }

  /// The name, if the text begins with `${name}`.
  private static func bracedName(at text: Substring) -> String? {
    guard text.hasPrefix("${"), let end = text.firstIndex(of: "}") else { return nil }
    let name = text[text.index(text.startIndex, offsetBy: 2)..<end]
    return isName(name) ? String(name) : nil
  }

  /// A letter, then letters, digits, `-` and `_`.
  static func isName(_ text: some StringProtocol) -> Bool {
    guard let first = text.first, first.isLetter || first == "_" else { return false }
    return text.allSatisfy { $0.isLetter || $0.isNumber || $0 == "_" || $0 == "-" }
  }
}
