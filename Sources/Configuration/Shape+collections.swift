/// An entry of a map that was read: its key, where that stands, and the value.
public struct ReadEntry<Item: Sendable>: Sendable {
  public var key: String
  public var keyLocation: SourceLocation
  public var value: Item

  public init(key: String, keyLocation: SourceLocation, value: Item) {
    self.key = key
    self.keyLocation = keyLocation
    self.value = value
  }
}

extension Shape {
  /// A list; every wrong item is reported, and one of them makes the whole list unread.
  public static func list<Item>(of item: Shape<Item>, atLeast minimum: Int = 0) -> Shape
  where Output == [Item] {
    let expecting = "a list, each \(item.expecting)"
    return Shape(expecting: expecting, schema: .list(of: item.schema, atLeast: minimum)) {
      value, diagnostics in
      guard let items = value.list else {
        diagnostics.report(.expected(expecting, found: value))
        return nil
      }
      guard items.count >= minimum else {
        let wanted = "a list of at least \(minimum) \(minimum == 1 ? "item" : "items")"
        diagnostics.report(
          "expected \(wanted), found \(items.isEmpty ? "an empty list" : "\(items.count)")", .outOfRange,
          at: value.location)
        return nil
      }
      return readAll(items, item, &diagnostics)
    }
  }

  /// One item, or a list of them.
  public static func oneOrMany<Item>(of item: Shape<Item>) -> Shape where Output == [Item] {
    let schema = SchemaNode.anyOf([item.schema, .list(of: item.schema)])
    return Shape(expecting: "\(item.expecting), or a list of such", schema: schema) { value, diagnostics in
      guard let items = value.list else { return item.read(value, &diagnostics).map { [$0] } }
      return readAll(items, item, &diagnostics)
    }
  }

  /// A map with keys of the user's choice, in the order written; keys that start with `x-` are left out.
  public static func map<Item>(of item: Shape<Item>) -> Shape where Output == [ReadEntry<Item>] {
    let expecting = "a map, each value \(item.expecting)"
    return Shape(expecting: expecting, schema: .map(of: item.schema)) { value, diagnostics in
      guard let mapping = value.map else {
        diagnostics.report(.expected(expecting, found: value))
        return nil
      }
      var result: [ReadEntry<Item>] = []
      var isWhole = true
      for entry in mapping.entries where !entry.key.hasPrefix("x-") {
        if let read = item.read(entry.value, &diagnostics) {
          result.append(ReadEntry(key: entry.key, keyLocation: entry.keyLocation, value: read))
        } else {
          isWhole = false
        }
      }
      return isWhole ? result : nil
    }
  }

  /// A map with declared fields, built into something by `build`.
  public static func object(
    _ what: String, _ declared: [any FieldDeclaration],
    build: @escaping @Sendable (Fields, inout Diagnostics) -> Output?
  ) -> Shape {
    Shape(expecting: what, schema: .object(declared)) { value, diagnostics in
      let fields = Fields(value, declared: declared, of: what, &diagnostics)
      return fields.isMap ? build(fields, &diagnostics) : nil
    }
  }

  /// The first of several shapes that fits.
  ///
  /// If none does, and only one of them takes such a value (a list, a map, a scalar) at all, that one says why not.
  public static func either(_ shapes: Shape...) -> Shape { .either(shapes) }

  public static func either(_ shapes: [Shape]) -> Shape {
    let expecting = shapes.map(\.expecting).joined(separator: ", or ")
    let schema = SchemaNode.anyOf(shapes.map(\.schema))
    return Shape(expecting: expecting, schema: schema) { value, diagnostics in
      let candidates = shapes.filter { $0.schema.admits(value.content) }
      if candidates.count == 1 { return candidates[0].read(value, &diagnostics) }
      for shape in candidates {
        var attempt = Diagnostics()
        if let output = shape.read(value, &attempt), !attempt.hasErrors {
          diagnostics.report(attempt)
          return output
        }
      }
      diagnostics.report(
        .expected(expecting, found: value, code: candidates.isEmpty ? .wrongType : .malformedText))
      return nil
    }
  }
}

private func readAll<Item>(
  _ values: [Value], _ item: Shape<Item>, _ diagnostics: inout Diagnostics
) -> [Item]? {
  var result: [Item] = []
  for value in values {
    if let read = item.read(value, &diagnostics) { result.append(read) }
  }
  return result.count == values.count ? result : nil
}
