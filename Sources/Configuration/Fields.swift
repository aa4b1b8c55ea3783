/// One map, read against the fields declared for it.
///
/// Making it reports what is wrong with the map as a whole: not a map, unknown keys with the nearest spelling, missing
/// required ones. Reading a field reports what is wrong with its value. A key without a value counts as absent; keys
/// that start with `x-` belong to the user.
///
///     var fields = Fields(value, declared: [kind, gateway], of: "node 'pc'", &diagnostics)
///     let gateway = fields.read(gateway, &diagnostics)
public struct Fields: Sendable {
  public let value: Value
  /// What the map describes, as it appears in messages: "node 'pc'".
  public let what: String
  /// False when the value was no map at all; every field then reads as absent.
  public let isMap: Bool

  private let mapping: Mapping
  private let names: [String]

  public init(
    _ value: Value, declared: [any FieldDeclaration], of what: String, _ diagnostics: inout Diagnostics
  ) {
    self.value = value
    self.what = what
    names = declared.map { $0.name }
    isMap = value.map != nil
    mapping = value.map ?? Mapping()
    guard isMap else {
      diagnostics.report(.expected("a map of fields for \(what)", found: value))
      return
    }
    reportUnknown(&diagnostics)
    for field in declared where field.isRequired && !has(field.name) {
      diagnostics.report(
        "\(what) has no '\(field.name)'", .missingField, at: value.location,
        notes: ["\(field.name): \(field.summary)"])
    }
  }

  /// The field's value, or nil if it is absent or wrong; what is wrong has been reported then.
  public func read<Output>(_ field: Field<Output>, _ diagnostics: inout Diagnostics) -> Output? {
    value(of: field).flatMap { field.shape.read($0, &diagnostics) }
  }

  /// The field's value, or `other` if it is absent or wrong.
  public func read<Output>(
    _ field: Field<Output>, default other: Output, _ diagnostics: inout Diagnostics
  ) -> Output {
    read(field, &diagnostics) ?? other
  }

  /// The value as written; nil if absent.
  public func value(of field: any FieldDeclaration) -> Value? {
    precondition(names.contains(field.name), "field '\(field.name)' is read from \(what) but not declared")
    return has(field.name) ? mapping[field.name] : nil
  }

  public func has(_ field: any FieldDeclaration) -> Bool { value(of: field) != nil }

  /// Where the field's value stands, or the map itself if it is absent.
  public func location(of field: any FieldDeclaration) -> SourceLocation {
    value(of: field)?.location ?? value.location
  }

  /// Where the field's key stands, or the map itself if it is absent.
  public func keyLocation(of field: any FieldDeclaration) -> SourceLocation {
    mapping.entry(field.name)?.keyLocation ?? value.location
  }

  private func has(_ name: String) -> Bool { mapping[name].map { !$0.isNull } ?? false }

  private func reportUnknown(_ diagnostics: inout Diagnostics) {
    // A dozen names are compared sooner than hashed.
    for entry in mapping.entries where !names.contains(entry.key) && !entry.key.hasPrefix("x-") {
      diagnostics.report(
        "\(what) has no field '\(entry.key)'", .unknownField, at: entry.keyLocation,
        notes: Diagnostic.Note.suggestion(for: entry.key, among: names, called: "fields"))
    }
  }
}
