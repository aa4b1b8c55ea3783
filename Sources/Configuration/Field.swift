/// What the reader of a map and the JSON Schema need to know of a field, whatever its type.
public protocol FieldDeclaration: Sendable {
  var name: String { get }
  var schema: SchemaNode { get }
  var summary: String { get }
  var isRequired: Bool { get }
}

extension FieldDeclaration {
  public var property: SchemaNode.Property {
    SchemaNode.Property(name: name, schema: schema, summary: summary, isRequired: isRequired)
  }
}

/// One key of a map: how it is read, described and suggested, in one declaration.
public struct Field<Output: Sendable>: FieldDeclaration {
  public let name: String
  public let shape: Shape<Output>
  public let summary: String
  public let isRequired: Bool

  public init(_ name: String, _ shape: Shape<Output>, _ summary: String, required: Bool = false) {
    self.name = name
    self.shape = shape
    self.summary = summary
    isRequired = required
  }

  public var schema: SchemaNode { shape.schema }
}
