/// Writes a JSON Schema (draft 2020-12), the same text for the same declarations.
public struct SchemaWriter: Sendable {
  public var title: String
  /// If given, every scalar may also be a text of this pattern: a `$variable` can stand for any value.
  public var variablePattern: String?

  public init(title: String, variablePattern: String? = nil) {
    self.title = title
    self.variablePattern = variablePattern
  }

  public func write(_ root: SchemaNode) -> String {
    var definitions: [(name: String, schema: JSONValue)] = []
    var known: Set<String> = []  // looked up, never iterated
    var members = [
      JSONValue.Member("$schema", .text("https://json-schema.org/draft/2020-12/schema")),
      JSONValue.Member("title", .text(title)),
    ]
    guard case .object(let body) = json(root, &definitions, &known) else { return "" }
    members += body
    if !definitions.isEmpty {
      definitions.sort { $0.name < $1.name }
      members.append(
        JSONValue.Member("$defs", .object(definitions.map { JSONValue.Member($0.name, $0.schema) })))
    }
    return JSONValue.object(members).written()
  }

  private func json(
    _ node: SchemaNode, _ definitions: inout [(name: String, schema: JSONValue)], _ known: inout Set<String>
  ) -> JSONValue {
    switch node {
    case .any: return .object([])
    case .null: return .members([("type", .text("null"))])
    case .string, .integer, .boolean, .choice, .constant: return orVariable(scalar(node), node)
    case .list(let item, let minimum):
      var members: [(String, JSONValue?)] = [
        ("type", .text("array")), ("items", json(item, &definitions, &known)),
      ]
      if minimum > 0 { members.append(("minItems", .integer(minimum))) }
      return .members(members)
    case .map(let item):
      return .members([
        ("type", .text("object")),
        ("patternProperties", .members([("^x-", .object([]))])),
        ("additionalProperties", json(item, &definitions, &known)),
      ])
    case .object(let properties, let isOpen):
      return object(properties, isOpen: isOpen, &definitions, &known)
    case .anyOf(let nodes):
      return .members([("anyOf", .list(nodes.map { json($0, &definitions, &known) }))])
    case .reference(let name): return .members([("$ref", .text("#/$defs/\(name)"))])
    case .named(let name, let inner):
      // Marked as known before it is written, so that a shape that contains itself ends.
      if known.insert(name).inserted {
        let schema = json(inner, &definitions, &known)
        definitions.append((name, schema))
      }
      return .members([("$ref", .text("#/$defs/\(name)"))])
    case .described(let inner, let summary):
      guard case .object(let members) = json(inner, &definitions, &known) else { return .object([]) }
      return .object([JSONValue.Member("description", .text(summary))] + members.filter { $0.name != "description" })
    }
  }

  private func object(
    _ properties: [SchemaNode.Property], isOpen: Bool,
    _ definitions: inout [(name: String, schema: JSONValue)], _ known: inout Set<String>
  ) -> JSONValue {
    var written: [(String, JSONValue?)] = []
    for property in properties {
      let schema = SchemaNode.described(property.schema, property.summary)
      written.append((property.name, json(schema, &definitions, &known)))
    }
    var members: [(String, JSONValue?)] = [("type", .text("object")), ("properties", .members(written))]
    let required = properties.filter(\.isRequired).map { JSONValue.text($0.name) }
    if !required.isEmpty { members.append(("required", .list(required))) }
    if !isOpen {
      members.append(("patternProperties", .members([("^x-", .object([]))])))
      members.append(("additionalProperties", .boolean(false)))
    }
    return .members(members)
  }

  private func scalar(_ node: SchemaNode) -> [(String, JSONValue?)] {
    switch node {
    case .string(let pattern?): return [("type", .text("string")), ("pattern", .text(pattern))]
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

  private func orVariable(_ members: [(String, JSONValue?)], _ node: SchemaNode) -> JSONValue {
    if case .string(nil) = node { return .members(members) }
    guard let variablePattern else { return .members(members) }
    let variable = JSONValue.members([("type", .text("string")), ("pattern", .text(variablePattern))])
    return .members([("anyOf", .list([.members(members), variable]))])
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
    case .anyOf(let nodes): .anyOf(nodes.map(\.mergePatch))
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
    case .map, .object, .reference: false
    case .anyOf(let nodes): nodes.allSatisfy { $0.isPatchedWhole }
    case .named(_, let node), .described(let node, _): node.isPatchedWhole
    }
  }
}

extension SchemaNode.Property {
  fileprivate var mergePatch: SchemaNode.Property {
    SchemaNode.Property(name: name, schema: .anyOf([schema.mergePatch, .null]), summary: summary)
  }
}
