import Configuration
import Devices

/// The plain language: what `kind: machine` may say.
///
/// Everything else that a scenario calls a node is written down in it before it is read, and it can say all that a
/// platform can wire.
public enum PlainMachine {
  public static let word = "machine"
  public static let summary = "A box by its devices and the links between them"
  public static let fields: [any FieldDeclaration] = [showsAs, inside, devices, links, interfaces]

  static let kind = Field("kind", .string, "What it is")
  static let showsAs = Field("shows-as", .string, "The word for it in pictures: host, home-router, vmware")
  static let inside = Field("inside", Shape<String>.string.located, "The machine it runs in, for guests")
  static let devices = Field("devices", deviceMap, "Its parts by name", required: true)
  static let links = Field(
    "links", .list(of: LinkForm.shape), "Links between its parts, as device:port or device")
  static let interfaces = Field(
    "interfaces", .map(of: Shape<String>.string.located),
    "What links from outside plug into, each with the device:port it is; the ports of its one device unless set"
  )

  /// The fields of one kind of device, for node kinds that hand them on as they were written.
  public static func fields(ofDevice word: String) -> [any FieldDeclaration] {
    deviceKinds.first { $0.word == word }?.fields ?? []
  }

  static let deviceKind = Field("kind", .string, "Which kind of device it is", required: true)

  private static let deviceMap = Shape<[ReadEntry<Value>]>(
    expecting: "a map of devices",
    schema: .map(
      of: .named(
        "device",
        .anyOf(deviceKinds.map { PlainMachine.schema(of: $0.word, $0.summary, $0.fields) })))
  ) { value, diagnostics in
    Shape<[ReadEntry<Value>]>.map(of: .value).read(value, &diagnostics)
  }

  /// A map with a fixed `kind` and the fields that belong to it.
  public static func schema(of word: String, _ summary: String, _ fields: [any FieldDeclaration])
    -> SchemaNode
  {
    let kind = SchemaNode.Property(name: "kind", schema: .constant(word), summary: summary, isRequired: true)
    return .object([kind] + fields.map { $0.property })
  }
}
