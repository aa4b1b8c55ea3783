/// A value as it was read, with the place it was read from.
///
/// Scalars keep their text as written. What a text means is decided by the shape that reads it, so `NO`, `1e3` and
/// `00:11:22:33:44:55` stay what they are.
public struct Value: Sendable {
  public enum Content: Sendable {
    case scalar(String, quoted: Bool)
    case list([Value])
    case map(Mapping)
  }

  public var content: Content
  public var location: SourceLocation

  public init(_ content: Content, at location: SourceLocation = .none) {
    self.content = content
    self.location = location
  }

  /// Nothing was written, or `~` or `null`, without quotes.
  public var isNull: Bool {
    guard case .scalar(let text, quoted: false) = content else { return false }
    return Value.meansNull(text)
  }

  static func meansNull(_ text: String) -> Bool {
    text.isEmpty || text == "~" || text == "null" || text == "Null" || text == "NULL"
  }

  /// The text of a scalar; nil for lists, maps and null.
  public var text: String? {
    guard case .scalar(let text, _) = content, !isNull else { return nil }
    return text
  }

  public var list: [Value]? {
    guard case .list(let items) = content else { return nil }
    return items
  }

  public var map: Mapping? {
    guard case .map(let mapping) = content else { return nil }
    return mapping
  }

  public subscript(key: String) -> Value? { map?[key] }
}

// MARK: - Building

extension Value {
  public static let null = Value(.scalar("null", quoted: false))

  /// A text; it never means null, whatever it says.
  public static func string(_ text: String, at location: SourceLocation = .none) -> Value {
    Value(.scalar(text, quoted: meansNull(text)), at: location)
  }

  public static func integer(_ number: some BinaryInteger, at location: SourceLocation = .none) -> Value {
    Value(.scalar(String(number), quoted: false), at: location)
  }

  public static func boolean(_ truth: Bool, at location: SourceLocation = .none) -> Value {
    Value(.scalar(truth ? "true" : "false", quoted: false), at: location)
  }

  public static func list(_ items: [Value], at location: SourceLocation = .none) -> Value {
    Value(.list(items), at: location)
  }

  /// A map in the order given; of entries with one key the last wins.
  public static func map(_ entries: [(String, Value)], at location: SourceLocation = .none) -> Value {
    Value(.map(Mapping(entries)), at: location)
  }

  public static func map(_ mapping: Mapping, at location: SourceLocation = .none) -> Value {
    Value(.map(mapping), at: location)
  }

  /// The same value, with `location` wherever it has none, inside too: what a platform builds points to the line
  /// that asked for it.
  public func located(at location: SourceLocation) -> Value {
    var result = self
    if result.location.isNone { result.location = location }
    switch content {
    case .scalar: break
    case .list(let items): result.content = .list(items.map { $0.located(at: location) })
    case .map(let mapping): result.content = .map(mapping.located(at: location))
    }
    return result
  }
}

extension Value: ExpressibleByStringLiteral, ExpressibleByStringInterpolation {
  public init(stringLiteral text: String) { self = .string(text) }
}

extension Value: ExpressibleByIntegerLiteral {
  public init(integerLiteral number: Int) { self = .integer(number) }
}

extension Value: ExpressibleByBooleanLiteral {
  public init(booleanLiteral truth: Bool) { self = .boolean(truth) }
}

extension Value: ExpressibleByArrayLiteral {
  public init(arrayLiteral items: Value...) { self = .list(items) }
}

extension Value: ExpressibleByDictionaryLiteral {
  public init(dictionaryLiteral entries: (String, Value)...) { self = .map(entries) }
}

// MARK: - Comparing

/// Two values are equal when they say the same: locations do not count, and quotes only where they keep a text from
/// meaning null.
extension Value: Equatable {
  public static func == (first: Value, second: Value) -> Bool {
    switch (first.content, second.content) {
    case (.scalar(let one, _), .scalar(let other, _)):
      first.isNull || second.isNull ? first.isNull == second.isNull : one == other
    case (.list(let one), .list(let other)): one == other
    case (.map(let one), .map(let other)): one == other
    default: false
    }
  }
}
