/// Entries in the order they were written, found by key.
///
/// Small maps are searched from the front, which beats hashing; larger ones carry an index.
public struct Mapping: Sendable {
  public struct Entry: Sendable {
    public var key: String
    public var keyLocation: SourceLocation
    public var value: Value

    public init(key: String, keyLocation: SourceLocation = .none, value: Value) {
      self.key = key
      self.keyLocation = keyLocation
      self.value = value
    }
  }

  public private(set) var entries: [Entry] = []
  private var index: [String: Int] = [:]  // looked up, never iterated; empty below `indexedFrom` entries

  private static let indexedFrom = 12

  public init() {}

  public init(_ entries: some Sequence<(String, Value)>) {
    for (key, value) in entries { set(key, to: value) }
  }

  public var keys: [String] { entries.map(\.key) }
  public var count: Int { entries.count }
  public var isEmpty: Bool { entries.isEmpty }

  public subscript(key: String) -> Value? {
    get { position(of: key).map { entries[$0].value } }
    set {
      if let newValue { set(key, to: newValue) } else { remove(key) }
    }
  }

  public func entry(_ key: String) -> Entry? { position(of: key).map { entries[$0] } }

  /// Replaces the value where the key is, or adds it at the end; a `keyLocation` that is given replaces the old one.
  public mutating func set(_ key: String, to value: Value, keyLocation: SourceLocation = .none) {
    if let place = position(of: key) {
      entries[place].value = value
      if !keyLocation.isNone { entries[place].keyLocation = keyLocation }
      return
    }
    entries.append(Entry(key: key, keyLocation: keyLocation, value: value))
    if entries.count == Mapping.indexedFrom {
      rebuildIndex()
    } else if entries.count > Mapping.indexedFrom {
      index[key] = entries.count - 1
    }
  }

  @discardableResult
  public mutating func remove(_ key: String) -> Value? {
    guard let place = position(of: key) else { return nil }
    let removed = entries.remove(at: place)
    rebuildIndex()
    return removed.value
  }

  func located(at location: SourceLocation) -> Mapping {
    var result = self
    for place in result.entries.indices {
      if entries[place].keyLocation.isNone { result.entries[place].keyLocation = location }
      result.entries[place].value = entries[place].value.located(at: location)
    }
    return result
  }

  private func position(of key: String) -> Int? {
    index.isEmpty ? entries.firstIndex { $0.key == key } : index[key]
  }

  private mutating func rebuildIndex() {
    index.removeAll()
    guard entries.count >= Mapping.indexedFrom else { return }
    for (place, entry) in entries.enumerated() { index[entry.key] = place }
  }
}

/// Order does not count, as in YAML and JSON.
extension Mapping: Equatable {
  public static func == (first: Mapping, second: Mapping) -> Bool {
    first.count == second.count && first.entries.allSatisfy { second[$0.key] == $0.value }
  }
}
