/// What a value may be, as the JSON Schema for editors says it.
public indirect enum SchemaNode: Sendable {
  case any
  case string(pattern: String?)
  case integer(ClosedRange<Int>)
  case boolean
  case null
  case list(of: SchemaNode, atLeast: Int = 0)
  case map(of: SchemaNode)
  case object([Property], isOpen: Bool = false)
  /// A map with these keys, and others whose values are of one kind.
  case keyed([Property], others: SchemaNode)
  case anyOf([SchemaNode])
  /// What fits each of them; only outputs are described so.
  case allOf([SchemaNode])
  case choice([String])
  case constant(String)
  /// A part written once under `$defs` and referred to by its name.
  case named(String, SchemaNode)
  /// A name that some `named` part has; for shapes that contain themselves.
  case reference(String)
  case described(SchemaNode, String)

  public struct Property: Sendable {
    public var name: String
    public var schema: SchemaNode
    public var summary: String
    public var isRequired: Bool

    public init(name: String, schema: SchemaNode, summary: String, isRequired: Bool = false) {
      self.name = name
      self.schema = schema
      self.summary = summary
      self.isRequired = isRequired
    }
  }

  public static func object(_ fields: [any FieldDeclaration]) -> SchemaNode {
    .object(fields.map(\.property))
  }

  /// Whether a value of this outer form (scalar, list or map) could fit; `either` asks, to blame the right branch.
  func admits(_ content: Value.Content) -> Bool {
    switch self {
    case .any, .reference: return true
    case .string, .integer, .boolean, .null, .choice, .constant:
      if case .scalar = content { return true } else { return false }
    case .list: if case .list = content { return true } else { return false }
    case .map, .object, .keyed: if case .map = content { return true } else { return false }
    case .anyOf(let nodes): return nodes.contains { $0.admits(content) }
    case .allOf(let nodes): return nodes.allSatisfy { $0.admits(content) }
    case .named(_, let node), .described(let node, _): return node.admits(content)
    }
  }
}
