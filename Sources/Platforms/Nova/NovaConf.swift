import Configuration

/// nova.conf as a map of the options that Hoplab knows.
///
/// Both of its forms are read: `[DEFAULT]` with `option = value` (Essex and later), and `--option=value` a line (Cactus).
/// It may say much else that is about no packet, and is passed over; what looks like a slip of the pen is warned of.
struct NovaConf {
  private(set) var options = Mapping()
  private let file: TextFile
  private var isDefault = true
  private var places: [String: SourceLocation] = [:]  // looked up, never iterated

  init(_ file: TextFile, _ diagnostics: inout Diagnostics) {
    self.file = file
    let lines = file.text.split(separator: "\n", omittingEmptySubsequences: false)
    for (place, line) in lines.enumerated() { read(line, place + 1, &diagnostics) }
  }

  private mutating func read(_ line: Substring, _ number: Int, _ diagnostics: inout Diagnostics) {
    let text = line.drop { $0.isBlank }.reversed().drop { $0.isBlank }.reversed()
    let words = String(text)
    guard let first = words.first, first != "#", first != ";" else { return }
    let indent = line.unicodeScalars.prefix { $0 == " " || $0 == "\t" }.count
    let place = file.location(line: number, column: indent + 1)
    if first == "[" {
      guard words.last == "]" else {
        return diagnostics.report(
          "expected a section such as [DEFAULT], found '\(words)'", .malformedText, at: place)
      }
      isDefault = words == "[DEFAULT]"
      return
    }
    // Databases, queues and images have sections of their own.
    guard isDefault else { return }
    if words.hasPrefix("--") { readFlag(words, place, &diagnostics) } else { readOption(words, place, &diagnostics) }
  }

  /// `--multi_host`, `--nomulti_host` or `--fixed_range=10.0.0.0/8`.
  private mutating func readFlag(_ words: String, _ place: SourceLocation, _ diagnostics: inout Diagnostics) {
    let name = words.dropFirst(2)
    if let sign = name.firstIndex(of: "=") {
      let key = String(name[..<sign])
      return set(key, String(name[name.index(after: sign)...]), place.moved(by: 2), after: key.count + 1, &diagnostics)
    }
    let isDenied = name.hasPrefix("no") && !NovaOptions.confWords.contains(String(name))
    set(
      String(isDenied ? name.dropFirst(2) : name), isDenied ? "false" : "true", place.moved(by: 2), after: 0,
      &diagnostics)
  }

  private mutating func readOption(_ words: String, _ place: SourceLocation, _ diagnostics: inout Diagnostics) {
    guard let sign = words.firstIndex(where: { $0 == "=" || $0 == ":" }) else {
      return diagnostics.report(
        "expected 'option = value', found '\(words)'", .malformedText, at: place,
        notes: ["comments begin with #, and flags of old files with --"])
    }
    let key = words[..<sign].reversed().drop { $0.isBlank }.reversed()
    let rest = words[words.index(after: sign)...]
    let value = rest.drop { $0.isBlank }
    let distance = words.unicodeScalars.distance(from: words.startIndex, to: value.startIndex)
    set(String(key), String(value), place, after: distance, &diagnostics)
  }

  private mutating func set(
    _ key: String, _ text: String, _ place: SourceLocation, after distance: Int, _ diagnostics: inout Diagnostics
  ) {
    guard NovaOptions.confWords.contains(key) else {
      guard let near = nearest(to: key, among: NovaOptions.confWords) else { return }
      return diagnostics.report(
        Diagnostic(
          "'\(key)' is no option that Hoplab knows", code: .unknownField, at: place,
          notes: ["did you mean '\(near)'?"], severity: .warning))
    }
    if let other = places.updateValue(place, forKey: key), options[key] != nil {
      diagnostics.report(
        Diagnostic(
          "'\(key)' is set again, and the last one counts", code: .duplicateKey, at: place,
          notes: [Diagnostic.Note("the other one is here", at: other)], severity: .warning))
    }
    // An option without a value is as if it were not there.
    guard !text.isEmpty else { return }
    let location = place.moved(by: distance)
    options.set(key, to: value(of: key, text, at: location), keyLocation: place)
  }

  private func value(of key: String, _ text: String, at location: SourceLocation) -> Value {
    let classes = "nova.network.manager."
    if key == "network_manager", text.hasPrefix(classes) {
      return .string(String(text.dropFirst(classes.count)), at: location.moved(by: classes.count))
    }
    guard key == "dmz_cidr", text.contains(",") else { return .string(text, at: location) }
    return .list(
      text.split(separator: ",").map { .string(String($0.filter { !$0.isBlank }), at: location) }, at: location)
  }
}

extension Character {
  fileprivate var isBlank: Bool { self == " " || self == "\t" || self == "\r" || self == "\r\n" }
}

extension SourceLocation {
  fileprivate func moved(by columns: Int) -> SourceLocation {
    SourceLocation(file: file, line: line, column: column + UInt32(columns))
  }
}
