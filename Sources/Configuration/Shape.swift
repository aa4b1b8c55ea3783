/// What a value may be: how it is read and how the JSON Schema describes it, in one declaration.
///
/// `read` gives nil when the value does not fit; it has reported why.
public struct Shape<Output: Sendable>: Sendable {
  /// Completes "expected …": "an IPv4 prefix such as 192.168.1.0/24".
  public var expecting: String
  public var schema: SchemaNode
  public var read: @Sendable (Value, inout Diagnostics) -> Output?

  public init(
    expecting: String, schema: SchemaNode,
    read: @escaping @Sendable (Value, inout Diagnostics) -> Output?
  ) {
    self.expecting = expecting
    self.schema = schema
    self.read = read
  }

  /// A shape written as text. What `parse` refuses is reported as "expected X, found 'y'", with the code given and
  /// what `suggest` proposes.
  public init(
    expecting: String, pattern: String? = nil, code: DiagnosticCode = .malformedText,
    suggest: @escaping @Sendable (String) -> String? = { _ in nil },
    parse: @escaping @Sendable (String) -> Output?
  ) {
    self.init(expecting: expecting, schema: .string(pattern: pattern)) { value, diagnostics in
      guard let text = value.text else {
        diagnostics.report(.expected(expecting, found: value))
        return nil
      }
      if let output = parse(text) { return output }
      diagnostics.report(
        .expected(
          expecting, found: value, code: code,
          notes: suggest(text).map { ["did you mean '\($0)'?"] } ?? []))
      return nil
    }
  }
}

extension Diagnostic {
  /// "expected X, found Y" at the value.
  public static func expected(
    _ what: String, found value: Value, code: DiagnosticCode = .wrongType, notes: [Note] = []
  ) -> Diagnostic {
    Diagnostic("expected \(what), found \(value.brief)", code: code, at: value.location, notes: notes)
  }
}

extension Value {
  /// A few words that say what a value is, for messages.
  public var brief: String {
    switch content {
    case .scalar where isNull: "nothing"
    case .scalar(let text, _): text.count <= 60 ? "'\(text)'" : "'\(text.prefix(57))…'"
    case .list(let items): items.isEmpty ? "an empty list" : "a list"
    case .map(let mapping): mapping.isEmpty ? "an empty map" : "a map"
    }
  }
}

// MARK: - Combining

extension Shape {
  public func map<Other>(_ transform: @escaping @Sendable (Output) -> Other) -> Shape<Other> {
    Shape<Other>(expecting: expecting, schema: schema) { [read] value, diagnostics in
      read(value, &diagnostics).map(transform)
    }
  }

  /// Reads on from what was read; `transform` reports what it does not accept and gives nil.
  public func flatMap<Other>(
    _ transform: @escaping @Sendable (Output, Value, inout Diagnostics) -> Other?
  ) -> Shape<Other> {
    Shape<Other>(expecting: expecting, schema: schema) { [read] value, diagnostics in
      guard let output = read(value, &diagnostics) else { return nil }
      return transform(output, value, &diagnostics)
    }
  }

  /// Writes the schema once, under this name in `$defs`.
  public func named(_ name: String) -> Shape {
    var result = self
    result.schema = .named(name, schema)
    return result
  }

  public func described(_ summary: String) -> Shape {
    var result = self
    result.schema = .described(schema, summary)
    return result
  }

  /// The same, with the place it was read from.
  public var located: Shape<Located<Output>> {
    Shape<Located<Output>>(expecting: expecting, schema: schema) { [read] value, diagnostics in
      read(value, &diagnostics).map { Located($0, at: value.location) }
    }
  }
}

/// Something read, with its place.
public struct Located<Wrapped: Sendable>: Sendable {
  public var value: Wrapped
  public var location: SourceLocation

  public init(_ value: Wrapped, at location: SourceLocation) {
    self.value = value
    self.location = location
  }
}

extension Located: Equatable where Wrapped: Equatable {}
extension Located: Hashable where Wrapped: Hashable {}
