import Configuration

/// A node kind whose nodes are one installation: what one of them is depends on the others.
///
/// It has a section of its own at the top of a scenario, and writes all its nodes down at once.
public protocol InstallationKind: NodeKind {
  static var section: PlatformSection { get }
  /// What `set: { node: … }` may change about its guests, beside what it may about any machine.
  static var changes: [any FieldDeclaration] { get }
  /// One expansion for each node, in their order; mistakes are reported to the reader.
  static func expand(_ installation: inout InstallationReader) -> [Expansion]
}

/// Puts what a step changes about an installation into the plain language.
///
/// It is asked about one step after the other, so it knows what the earlier ones have changed.
public protocol ChangeTranslator: Sendable {
  /// What stands behind `set`, in plain words; nil where it is nothing of the product's.
  mutating func plain(_ change: Value, _ diagnostics: inout Diagnostics) -> Value?
}

extension InstallationKind {
  public static var changes: [any FieldDeclaration] { [] }

  /// A node alone is an installation of one, about which no section says anything.
  public static func expand(_ node: inout NodeReader) -> Expansion {
    let fields = Fields(.map([]), declared: section.fields, of: "'\(section.name)'", &node.diagnostics)
    var installation = InstallationReader(
      nodes: [node], section: fields, files: node.files, diagnostics: node.diagnostics)
    let expansion = expand(&installation).first ?? Expansion()
    node.files = installation.files
    node.diagnostics = installation.diagnostics
    return expansion
  }
}

/// A section at the top of a scenario for what holds for all nodes of a kind: `nova: { … }`.
///
/// Variants change it like everything else in the file.
public struct PlatformSection: FieldDeclaration {
  public let name: String
  public let summary: String
  public let fields: [any FieldDeclaration]

  public init(_ name: String, _ summary: String, _ fields: [any FieldDeclaration]) {
    self.name = name
    self.summary = summary
    self.fields = fields
  }

  public var schema: SchemaNode { .object(fields) }
  public var isRequired: Bool { false }
}

/// Hands an installation its section and its nodes.
public struct InstallationReader: Sendable {
  /// In the order of the file. Their `diagnostics` and `files` are not the installation's: report to the reader itself.
  public let nodes: [NodeReader]
  /// Empty when the scenario has no such section.
  public var section: Fields
  public var files: TextFiles
  /// Where its guests can be changed by steps.
  public var changes: (any ChangeTranslator)?
  public var diagnostics: Diagnostics

  public init(nodes: [NodeReader], section: Fields, files: TextFiles, diagnostics: Diagnostics) {
    self.nodes = nodes
    self.section = section
    self.files = files
    self.diagnostics = diagnostics
  }

  public mutating func read<T>(_ field: Field<T>) -> T? { section.read(field, &diagnostics) }

  /// A field of one of the nodes.
  public mutating func read<T>(_ field: Field<T>, of node: NodeReader) -> T? {
    node.fields.read(field, &diagnostics)
  }

  /// The text file that a field names; nil when it cannot be read, which has been reported.
  public mutating func file(_ name: Located<String>) -> TextFile? { files.file(name, &diagnostics) }
}
