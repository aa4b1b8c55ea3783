/// JSON with its members in the order given, so that the same facts give the same bytes.
public indirect enum JSONValue: Hashable, Sendable {
  case null
  case boolean(Bool)
  /// A number in its own digits: 64 bits do not fit into a floating-point number.
  case number(String)
  case text(String)
  case list([JSONValue])
  case object([Member])

  public struct Member: Hashable, Sendable {
    public var name: String
    public var value: JSONValue

    public init(_ name: String, _ value: JSONValue) {
      self.name = name
      self.value = value
    }
  }
}

/// Building.
extension JSONValue {
  public static func integer(_ number: some BinaryInteger) -> JSONValue { .number(String(number)) }

  /// Null where there is no text.
  public static func optional(_ text: String?) -> JSONValue { text.map { .text($0) } ?? .null }

  /// Members without a value are left out.
  public static func members(_ members: [(String, JSONValue?)]) -> JSONValue {
    .object(members.compactMap { name, value in value.map { Member(name, $0) } })
  }
}

/// Reading.
extension JSONValue {
  public subscript(name: String) -> JSONValue? {
    guard case .object(let members) = self else { return nil }
    return members.first { $0.name == name }?.value
  }

  public var text: String? { if case .text(let text) = self { text } else { nil } }
  public var list: [JSONValue]? { if case .list(let items) = self { items } else { nil } }
  public var truth: Bool? { if case .boolean(let truth) = self { truth } else { nil } }

  public func integer<Number: FixedWidthInteger>(as type: Number.Type = Number.self) -> Number? {
    if case .number(let digits) = self { Number(digits) } else { nil }
  }
}
