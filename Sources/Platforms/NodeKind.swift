import Configuration

/// One word behind `kind:` of a node: it writes the node down in the plain language, as machines with devices and links.
///
/// A node kind holds wiring, rules and addresses, never behaviour.
public protocol NodeKind: Sendable {
  static var word: String { get }
  /// One sentence for the schema and for help.
  static var summary: String { get }
  /// The fields of the node beside `kind`.
  static var fields: [any FieldDeclaration] { get }
  /// Mistakes are reported to the reader.
  static func expand(_ node: inout NodeReader) -> Expansion
}

/// A node in the plain language.
///
/// Each machine is a value of the form that `kind: machine` has, so what a platform wires can be printed, read again and
/// edited like anything a person wrote. Values taken over from the user keep their locations.
public struct Expansion: Sendable {
  public var machines: [(name: String, value: Value)] = []
  /// Links between machines, in the form of the scenario's `links`.
  public var links: [Value] = []

  public init() {}

  public init(machine name: String, _ value: Value) { machines = [(name, value)] }

  /// The same, where whatever has no place in a file points to that one.
  func located(at location: SourceLocation) -> Expansion {
    var result = self
    for place in machines.indices { result.machines[place].value = machines[place].value.located(at: location) }
    result.links = links.map { $0.located(at: location) }
    return result
  }
}

/// Hands a node kind its fields.
public struct NodeReader: Sendable {
  public let name: String
  public internal(set) var value: Value
  /// The interfaces that links name, in the order of the links: what a node without `interfaces` needs to have.
  public let linkedInterfaces: [String]
  /// The `mtu` of links that say one, by the node's interface they go to.
  public internal(set) var linkMTUs: [String: Value] = [:]  // looked up, never iterated
  public var fields: Fields
  public var files: TextFiles
  public var diagnostics: Diagnostics

  public init(
    name: String, value: Value, linkedInterfaces: [String] = [], fields: Fields, files: TextFiles = TextFiles(),
    diagnostics: Diagnostics
  ) {
    self.name = name
    self.value = value
    self.linkedInterfaces = linkedInterfaces
    self.fields = fields
    self.files = files
    self.diagnostics = diagnostics
  }

  public mutating func read<T>(_ field: Field<T>) -> T? { fields.read(field, &diagnostics) }

  /// The text file that a field names; nil when it cannot be read, which has been reported.
  public mutating func file(_ name: Located<String>) -> TextFile? { files.file(name, &diagnostics) }
}
