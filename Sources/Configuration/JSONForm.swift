/// How values of a type stand in an output file: how they are written and how the JSON Schema describes them, in one
/// declaration, so that neither can say what the other does not.
public struct JSONForm<Value>: Sendable {
  public var schema: SchemaNode
  public var write: @Sendable (Value) -> JSONValue

  public init(_ schema: SchemaNode, _ write: @escaping @Sendable (Value) -> JSONValue) {
    self.schema = schema
    self.write = write
  }

  /// The schema stands once under this name in `$defs`.
  public func named(_ name: String) -> JSONForm { JSONForm(.named(name, schema), write) }

  /// Null where there is none.
  public var orNull: JSONForm<Value?> {
    JSONForm<Value?>(.anyOf([schema, .null])) { [write] in $0.map(write) ?? .null }
  }

  public static func list<Item>(of item: JSONForm<Item>) -> JSONForm where Value == [Item] {
    JSONForm(.list(of: item.schema)) { .list($0.map(item.write)) }
  }

  /// A map with these members, in their order.
  public static func object(_ members: [JSONMember<Value>]) -> JSONForm {
    JSONForm(.object(members.map(\.property))) { value in
      .members(members.map { ($0.property.name, $0.write(value)) })
    }
  }
}

extension JSONForm where Value == String {
  public static var text: JSONForm { JSONForm(.string(pattern: nil)) { .text($0) } }

  public static func text(like pattern: String) -> JSONForm { JSONForm(.string(pattern: pattern)) { .text($0) } }

  public static func choice(_ words: [String]) -> JSONForm { JSONForm(.choice(words)) { .text($0) } }
}

extension JSONForm where Value == Bool {
  public static var truth: JSONForm { JSONForm(.boolean) { .boolean($0) } }
}

extension JSONForm where Value: FixedWidthInteger & Sendable {
  /// A whole number; none of them is negative.
  public static var number: JSONForm { JSONForm(.integer(0 ... .max)) { .integer($0) } }

  /// Always the same number.
  public static func constant(_ number: Value) -> JSONForm {
    JSONForm(.constant(String(number))) { _ in .integer(number) }
  }
}

/// One member of a map in an output file.
public struct JSONMember<Whole>: Sendable {
  public var property: SchemaNode.Property
  /// Nil where the member is left out.
  public var write: @Sendable (Whole) -> JSONValue?

  public init<Value>(
    _ name: String, _ form: JSONForm<Value>, _ summary: String, _ value: @escaping @Sendable (Whole) -> Value
  ) {
    property = SchemaNode.Property(name: name, schema: form.schema, summary: summary, isRequired: true)
    write = { [write = form.write] in write(value($0)) }
  }

  /// A member that is left out where there is no value.
  public init<Value>(
    optional name: String, _ form: JSONForm<Value>, _ summary: String, _ value: @escaping @Sendable (Whole) -> Value?
  ) {
    property = SchemaNode.Property(name: name, schema: form.schema, summary: summary)
    write = { [write = form.write] in value($0).map(write) }
  }
}
