/// Writes a JSON Schema (draft 2020-12), the same text for the same declarations.
public struct SchemaWriter: Sendable {
  public var title: String
  /// If given, every scalar may also be a text of this pattern: a `$variable` can stand for any value.
  public var variablePattern: String?
  /// What the schema is called by others; nil where only editors read it.
  public var id: String?
  public var subject: Subject

  /// Whose values are described.
  public enum Subject: Sendable {
    /// Of files that people write: a text may look like a number, and keys that start with `x-` are theirs.
    case written
    /// Of files that programs read: everything is exactly what it is said to be.
    case output
  }

  public init(title: String, variablePattern: String? = nil, id: String? = nil, subject: Subject = .written) {
    self.title = title
    self.variablePattern = variablePattern
    self.id = id
    self.subject = subject
  }

  public func write(_ root: SchemaNode) -> String {
    var parts = Parts()
    var members = [
      JSONValue.Member("$schema", .text("https://json-schema.org/draft/2020-12/schema"))
    ]
    if let id { members.append(JSONValue.Member("$id", .text(id))) }
    members.append(JSONValue.Member("title", .text(title)))
    guard case .object(let body) = json(root, &parts, isBranch: true) else { return "" }
    members += body
    if !parts.definitions.isEmpty {
      parts.definitions.sort { $0.name < $1.name }
      members.append(
        JSONValue.Member("$defs", .object(parts.definitions.map { JSONValue.Member($0.name, $0.schema) })))
    }
    return JSONValue.object(members).written()
  }

  /// What is written once, under `$defs`.
  private struct Parts {
    var definitions: [(name: String, schema: JSONValue)] = []
    /// Marked before it is written, so that a shape that contains itself ends.
    var known: Set<String> = []  // looked up, never iterated
  }

  /// - Parameter isBranch: Whether it is one of several that may stand there, where a variable is another.
  private func json(_ node: SchemaNode, _ parts: inout Parts, isBranch: Bool = false) -> JSONValue {
    switch node {
    case .any: return .object([])
    case .null: return .members([("type", .text("null"))])
    case .string, .integer, .boolean, .choice, .constant, .list, .map, .object, .keyed:
      let own = JSONValue.members(own(node, &parts))
      return isBranch || node.isAnyText ? own : union([own], &parts)
    case .anyOf(let nodes):
      let branches = nodes.map { json($0, &parts, isBranch: true) }
      return nodes.contains(where: \.isAnyText) ? .members([("anyOf", .list(branches))]) : union(branches, &parts)
    case .allOf(let nodes):
      return .members([("allOf", .list(nodes.map { json($0, &parts, isBranch: true) }))])
    case .reference(let name): return SchemaWriter.reference(name)
    case .named(let name, let inner):
      if parts.known.insert(name).inserted {
        let schema = json(inner, &parts)
        parts.definitions.append((name, schema))
      }
      return SchemaWriter.reference(name)
    case .described(let inner, let summary):
      guard case .object(let members) = json(inner, &parts, isBranch: isBranch) else { return .object([]) }
      guard !summary.isEmpty else { return .object(members) }
      return .object([JSONValue.Member("description", .text(summary))] + members.filter { $0.name != "description" })
    }
  }

  /// One of these, or a variable, where such are known.
  private func union(_ branches: [JSONValue], _ parts: inout Parts) -> JSONValue {
    guard let variablePattern else { return branches.count == 1 ? branches[0] : .members([("anyOf", .list(branches))]) }
    if parts.known.insert(SchemaWriter.variable).inserted {
      let schema = JSONValue.members([("type", .text("string")), ("pattern", .text(variablePattern))])
      parts.definitions.append((SchemaWriter.variable, schema))
    }
    return .members([("anyOf", .list(branches + [SchemaWriter.reference(SchemaWriter.variable)]))])
  }

  private static let variable = "variable"

  private static func reference(_ name: String) -> JSONValue { .members([("$ref", .text("#/$defs/\(name)"))]) }

  /// What is said of a value that is no union and no reference.
  private func own(_ node: SchemaNode, _ parts: inout Parts) -> [(String, JSONValue?)] {
    switch node {
    case .list(let item, let minimum):
      return [
        ("type", .text("array")), ("items", json(item, &parts)), ("minItems", minimum > 0 ? .integer(minimum) : nil),
      ]
    case .map(let item): return object([], others: json(item, &parts), &parts)
    case .keyed(let properties, let others): return object(properties, others: json(others, &parts), &parts)
    case .object(let properties, let isOpen):
      return object(properties, others: isOpen ? nil : .boolean(false), &parts)
    default: return scalar(node)
    }
  }

  private func object(
    _ properties: [SchemaNode.Property], others: JSONValue?, _ parts: inout Parts
  ) -> [(String, JSONValue?)] {
    let written = properties.map { property -> (String, JSONValue?) in
      (property.name, json(.described(property.schema, property.summary), &parts))
    }
    let required = properties.filter(\.isRequired).map { JSONValue.text($0.name) }
    return [
      ("type", .text("object")), ("properties", written.isEmpty ? nil : .members(written)),
      ("required", required.isEmpty ? nil : .list(required)), ("patternProperties", others == nil ? nil : ownKeys),
      ("additionalProperties", others),
    ]
  }

  /// Keys that belong to the user.
  private var ownKeys: JSONValue? { subject == .written ? .members([("^x-", .object([]))]) : nil }

  private func scalar(_ node: SchemaNode) -> [(String, JSONValue?)] {
    switch node {
    case .string(let pattern?): return [("type", .text("string")), ("pattern", .text(pattern))]
    case .string(nil) where subject == .output: return [("type", .text("string"))]
    case .string(nil):
      // Text as written: an editor reads `name: 5` as a number, Hoplab as the text it is.
      return [("type", .list([.text("string"), .text("number"), .text("boolean")]))]
    case .integer(let range):
      var members: [(String, JSONValue?)] = [("type", .text("integer"))]
      if range.lowerBound != .min { members.append(("minimum", .integer(range.lowerBound))) }
      if range.upperBound != .max { members.append(("maximum", .integer(range.upperBound))) }
      return members
    case .boolean: return [("type", .text("boolean"))]
    case .choice(let words): return [("enum", .list(words.map { constant($0) }))]
    case .constant(let word): return [("const", constant(word))]
    default: return []
    }
  }

  /// A word as an editor reads it: `true` is a truth value and `4` a number there.
  private func constant(_ word: String) -> JSONValue {
    if word == "true" || word == "false" { return .boolean(word == "true") }
    if let number = Int(word), String(number) == word { return .integer(number) }
    return .text(word)
  }
}

extension SchemaNode {
  /// Whether every text fits, a variable among them.
  fileprivate var isAnyText: Bool {
    switch self {
    case .any, .string(nil): true
    case .described(let node, _): node.isAnyText
    default: false
    }
  }
}

extension SchemaNode {
  /// What a merge patch of such a value may be (RFC 7396): nothing is required, and null removes.
  ///
  /// Names get `-patch` at their end, since the patch of a part is another part.
  public var mergePatch: SchemaNode {
    switch self {
    case .any, .string, .integer, .boolean, .null, .list, .choice, .constant: self
    case .map(let item): .map(of: .anyOf([item.mergePatch, .null]))
    case .object(let properties, let isOpen):
      .object(properties.map(\.mergePatch), isOpen: isOpen)
    case .keyed(let properties, let others):
      .keyed(properties.map(\.mergePatch), others: .anyOf([others.mergePatch, .null]))
    case .anyOf(let nodes): .anyOf(nodes.map(\.mergePatch))
    case .allOf(let nodes): .allOf(nodes.map(\.mergePatch))
    case .named(let name, let node):
      // A scalar or list is replaced whole, so its patch is itself.
      node.isPatchedWhole ? self : .named("\(name)-patch", node.mergePatch)
    case .reference(let name): .reference("\(name)-patch")
    case .described(let node, let summary): .described(node.mergePatch, summary)
    }
  }

  private var isPatchedWhole: Bool {
    switch self {
    case .any, .string, .integer, .boolean, .null, .list, .choice, .constant: true
    case .map, .object, .keyed, .reference: false
    case .anyOf(let nodes), .allOf(let nodes): nodes.allSatisfy { $0.isPatchedWhole }
    case .named(_, let node), .described(let node, _): node.isPatchedWhole
    }
  }
}

extension SchemaNode.Property {
  fileprivate var mergePatch: SchemaNode.Property {
    SchemaNode.Property(name: name, schema: .anyOf([schema.mergePatch, .null]), summary: summary)
  }
}
