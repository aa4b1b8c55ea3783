import Configuration
import Yams

/// Turns the parser's tree into located values, resolving merge keys and watching over what aliases multiply.
struct Converter {
  let file: UInt16
  private var budget: Int
  private var anchors: [(name: String, location: SourceLocation)] = []
  private var depth = 0
  private(set) var problems: [Diagnostic] = []
  /// The tree was larger or deeper than allowed, and the value is not whole.
  private(set) var isExhausted = false

  init(file: UInt16, valuesWritten: Int) {
    self.file = file
    // A key without a value is a value more than was written.
    budget = 2 * valuesWritten + 1 + YAMLSource.mostValuesByAlias
  }

  mutating func convert(_ node: Node) -> Value {
    let location = place(of: node)
    guard spend(at: location) else { return Value(.scalar("", quoted: false), at: location) }
    let anchor = node.anchorName
    if let anchor { anchors.append((anchor, location)) }
    depth += 1
    defer {
      depth -= 1
      if anchor != nil { anchors.removeLast() }
    }
    switch node {
    case .scalar(let scalar):
      let isQuoted = scalar.style != .plain || scalar.tag.description == Tag.Name.str.rawValue
      return Value(.scalar(scalar.string, quoted: isQuoted), at: location)
    case .sequence(let sequence):
      var items: [Value] = []
      items.reserveCapacity(sequence.count)
      for item in sequence where !isExhausted { items.append(convert(item)) }
      return .list(items, at: location)
    case .mapping(let mapping): return Value(.map(convert(mapping)), at: location)
    // The parser has replaced aliases by what they stand for.
    case .alias: return Value(.scalar("", quoted: false), at: location)
    }
  }

  private mutating func convert(_ mapping: Node.Mapping) -> Mapping {
    var result = Mapping()
    var merged: [Mapping.Entry] = []
    for (keyNode, valueNode) in mapping {
      guard !isExhausted else { break }
      guard case .scalar(let key) = keyNode else {
        problems.append(Diagnostic("a key must be text", code: .keyNotText, at: place(of: keyNode)))
        continue
      }
      let value = convert(valueNode)
      if key.string == "<<", key.style == .plain {
        merged += entries(merging: value)
      } else if let first = result.entry(key.string) {
        problems.append(.duplicateKey(key.string, at: place(of: keyNode), first: first.keyLocation))
      } else {
        result.set(key.string, to: value, keyLocation: place(of: keyNode))
      }
    }
    // Own entries win, and of several merged maps the first.
    for entry in merged where result[entry.key] == nil {
      result.set(entry.key, to: entry.value, keyLocation: entry.keyLocation)
    }
    return result
  }

  private mutating func entries(merging value: Value) -> [Mapping.Entry] {
    switch value.content {
    case .map(let mapping): return mapping.entries
    case .list(let items) where items.allSatisfy({ $0.map != nil }):
      return items.flatMap { $0.map?.entries ?? [] }
    default:
      problems.append(
        Diagnostic(
          "'<<' takes a map or a list of maps, found \(value.brief)", code: .mergeKey, at: value.location,
          notes: ["write '<<: *name', where '&name' marks a map"]))
      return []
    }
  }

  private mutating func spend(at location: SourceLocation) -> Bool {
    guard !isExhausted else { return false }
    budget -= 1
    guard budget < 0 || depth > YAMLSource.deepestNesting else { return true }
    isExhausted = true
    guard let anchor = anchors.first else {
      problems.append(
        budget < 0
          ? Diagnostic("aliases stand for too many values", code: .aliasBomb, at: location)
          : Diagnostic("nested more than \(YAMLSource.deepestNesting) deep", code: .tooDeep, at: location))
      return false
    }
    let problem =
      budget < 0
      ? Diagnostic(
        "the aliases of anchor '\(anchor.name)' stand for too many values", code: .aliasBomb,
        at: anchor.location,
        notes: ["aliases may add \(YAMLSource.mostValuesByAlias) values to a file"])
      : Diagnostic(
        "the aliases inside anchor '\(anchor.name)' nest more than \(YAMLSource.deepestNesting) deep",
        code: .tooDeep, at: anchor.location)
    problems.append(problem)
    return false
  }

  private func place(of node: Node) -> SourceLocation {
    guard let mark = node.mark else { return SourceLocation(file: file, line: 1, column: 1) }
    return SourceLocation(
      file: file, line: UInt32(clamping: mark.line), column: UInt32(clamping: mark.column))
  }
}

extension Diagnostic {
  static func duplicateKey(_ key: String, at second: SourceLocation, first: SourceLocation) -> Diagnostic {
    Diagnostic(
      "the key '\(key)' is written twice", code: .duplicateKey, at: second,
      notes: [Note("it is first written here", at: first)])
  }
}

extension Node {
  fileprivate var anchorName: String? {
    switch self {
    case .scalar(let scalar): scalar.anchor?.rawValue
    case .sequence(let sequence): sequence.anchor?.rawValue
    case .mapping(let mapping): mapping.anchor?.rawValue
    case .alias: nil
    }
  }
}
