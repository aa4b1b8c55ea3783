extension Value {
  /// The value as YAML for people, ending with a line break; reading it back gives an equal value.
  ///
  /// Short maps and lists stand on one line, longer ones as blocks. A list of maps or lists is always a block, one
  /// item to a line, and so is whatever holds more than two levels.
  public func yaml(width: Int = 100) -> String {
    var writer = YAMLWriter(width: width)
    writer.writeRoot(self)
    return writer.text
  }
}

private struct YAMLWriter {
  let width: Int
  var text = ""

  init(width: Int) { self.width = width }

  mutating func writeRoot(_ value: Value) {
    if value.isBlockable {
      writeBlock(value, indent: 0)
    } else {
      text += value.flow() + "\n"
    }
  }

  /// The entries of a map or list, each on lines of its own, the first where the text stands now.
  private mutating func writeBlock(_ value: Value, indent: Int) {
    let margin = String(repeating: " ", count: indent)
    switch value.content {
    case .scalar: text += value.flow() + "\n"
    case .map(let mapping):
      for (place, entry) in mapping.entries.enumerated() {
        if place > 0 { text += margin }
        let key = YAMLScalar.written(.string(entry.key), isKey: true)
        text += key + ":"
        writeEntry(entry.value, indent: indent, used: indent + DisplayWidth.of(key) + 2)
      }
    case .list(let items):
      for (place, item) in items.enumerated() {
        text += place > 0 ? margin + "- " : "- "
        if let line = inline(item, used: indent + 2) {
          text += line + "\n"
        } else {
          writeBlock(item, indent: indent + 2)
        }
      }
    }
  }

  private mutating func writeEntry(_ value: Value, indent: Int, used: Int) {
    if let line = inline(value, used: used, isAtRoot: indent == 0) {
      text += " \(line)\n"
      return
    }
    text += "\n" + String(repeating: " ", count: indent + 2)
    writeBlock(value, indent: indent + 2)
  }

  /// The value on one line, if it reads well there.
  private func inline(_ value: Value, used: Int, isAtRoot: Bool = false) -> String? {
    guard value.isBlockable else { return value.flow() }
    guard value.fitsFlow(levels: isAtRoot ? 1 : 3), width > used else { return nil }
    // Every value takes a few characters; this spares writing out megabytes to find that they do not fit.
    guard value.hasFewer(than: width - used) else { return nil }
    let line = value.flow()
    return used + DisplayWidth.of(line) <= width ? line : nil
  }
}

extension Value {
  /// A map or list with something in it; everything else has one way of writing.
  fileprivate var isBlockable: Bool {
    switch content {
    case .scalar: false
    case .list(let items): !items.isEmpty
    case .map(let mapping): !mapping.isEmpty
    }
  }

  /// Whether it stays readable on one line: not too many levels, and no list with collections inside.
  fileprivate func fitsFlow(levels: Int) -> Bool {
    switch content {
    case .scalar: return true
    case .list(let items): return levels > 0 && !items.contains { $0.isBlockable }
    case .map(let mapping):
      return levels > 0 && mapping.entries.allSatisfy { $0.value.fitsFlow(levels: levels - 1) }
    }
  }

  fileprivate func hasFewer(than limit: Int) -> Bool {
    switch content {
    case .scalar: true
    case .list(let items): items.count < limit
    case .map(let mapping): mapping.count < limit
    }
  }

  fileprivate func flow() -> String {
    switch content {
    case .scalar: YAMLScalar.written(self)
    case .list(let items): "[\(items.map { $0.flow() }.joined(separator: ", "))]"
    case .map(let mapping) where mapping.isEmpty: "{}"
    case .map(let mapping):
      "{ "
        + mapping.entries
        .map { "\(YAMLScalar.written(.string($0.key), isKey: true)): \($0.value.flow())" }
        .joined(separator: ", ") + " }"
    }
  }
}
