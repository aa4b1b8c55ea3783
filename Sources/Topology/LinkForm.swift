import Configuration
import Devices

/// A link as it is written: a pair of ends, or a map with more about the cable.
public struct LinkForm: Sendable {
  public var ends: [Located<String>]
  /// From the first end to the second, and from the second to the first.
  public var there: Cable
  public var back: Cable
  public var location: SourceLocation

  private static let endpoints = Field(
    "endpoints", .list(of: Shape<String>.string.located), "The two ends, as node:interface or node",
    required: true)
  private static let there = Field("there", direction, "What holds only from the first end to the second")
  private static let back = Field("back", direction, "What holds only from the second end to the first")
  private static let declared: [any FieldDeclaration] = [endpoints] + cableFields
  private static let direction = Shape<Value>(
    expecting: "what one direction of a link does", schema: .named("cable", .object(Cable.fields))
  ) { value, _ in value }

  public static let shape = Shape<LinkForm>(
    expecting: "a link such as [pc:eth0, lan]",
    schema: .named("link", .anyOf([endpoints.schema, .object(declared)]))
  ) { value, diagnostics in
    switch value.content {
    case .list: pair(value, Cable(), Cable(), at: value.location, &diagnostics)
    case .map: readMap(value, &diagnostics)
    case .scalar:
      refuse(value, at: value.location, &diagnostics)
    }
  }

  private static func readMap(_ value: Value, _ diagnostics: inout Diagnostics) -> LinkForm? {
    let fields = Fields(value, declared: declared, of: "a link", &diagnostics)
    let cables = cables((Cable(), Cable()), changedBy: fields, &diagnostics)
    guard let ends = fields.value(of: endpoints) else { return nil }
    return pair(ends, cables.there, cables.back, at: value.location, &diagnostics)
  }

  /// What a step may say of a link, beside which one it is.
  public static let cableFields: [any FieldDeclaration] = Cable.fields + [there, back]

  /// Both directions, but for what the fields say of them.
  public static func cables(
    _ cables: (there: Cable, back: Cable), changedBy fields: Fields, _ diagnostics: inout Diagnostics
  ) -> (there: Cable, back: Cable) {
    (
      direction(fields, there, cables.there.changed(by: fields, &diagnostics), &diagnostics),
      direction(fields, back, cables.back.changed(by: fields, &diagnostics), &diagnostics)
    )
  }

  /// What is said of both directions, but for what is said of one.
  private static func direction(
    _ fields: Fields, _ field: Field<Value>, _ cable: Cable, _ diagnostics: inout Diagnostics
  ) -> Cable {
    guard let value = fields.value(of: field) else {
      // What is wrong with both is said once.
      if field.name == there.name || fields.has(there) { cable.check(fields, &diagnostics) }
      return cable
    }
    let own = Fields(value, declared: Cable.fields, of: "one direction of a link", &diagnostics)
    let result = cable.changed(by: own, &diagnostics)
    result.check(own, &diagnostics)
    return result
  }

  private static func pair(
    _ value: Value, _ there: Cable, _ back: Cable, at location: SourceLocation, _ diagnostics: inout Diagnostics
  ) -> LinkForm? {
    guard value.list?.count == 2 else { return refuse(value, at: value.location, &diagnostics) }
    guard let ends = endpoints.shape.read(value, &diagnostics) else { return nil }
    return LinkForm(ends: ends, there: there, back: back, location: location)
  }

  private static func refuse(
    _ value: Value, at location: SourceLocation, _ diagnostics: inout Diagnostics
  ) -> LinkForm? {
    let found = value.list.map { "a list of \($0.count)" } ?? value.brief
    diagnostics.report(
      "a link joins two ends, found \(found)", .badLink, at: location, notes: ["write [pc:eth0, lan]"])
    return nil
  }
}

/// A name for one end of a link, taken apart: `node`, `node:interface`, `machine.device`, `machine.device:port`.
public struct EndpointName: Hashable, Sendable {
  /// What stands before the colon and the point.
  public var first: String
  /// What stands behind the point.
  public var device: String?
  /// What stands behind the colon.
  public var port: String?

  public init(_ text: String) {
    // By bytes: both signs are ASCII, and there are as many names as ends of links.
    let bytes = text.utf8
    let colon = bytes.firstIndex(of: UInt8(ascii: ":"))
    let names = bytes[..<(colon ?? bytes.endIndex)]
    let point = names.firstIndex(of: UInt8(ascii: "."))
    first = String(text[..<(point ?? names.endIndex)])
    device = point.map { String(text[bytes.index(after: $0)..<names.endIndex]) }
    port = colon.map { String(text[bytes.index(after: $0)...]) }
  }
}

/// What machines and devices may be called.
public enum NameRule {
  /// Reports a name that endpoints could not name; true when it is fine.
  @discardableResult
  public static func check(
    _ name: String, of what: String, at location: SourceLocation, _ diagnostics: inout Diagnostics
  ) -> Bool {
    if name == "none" {
      diagnostics.report("'none' means nobody and cannot name \(what)", .reservedName, at: location)
      return false
    }
    func isFine(_ character: Character) -> Bool {
      // Looking a property up takes its time, and nearly all names are ASCII.
      if let byte = character.asciiValue {
        return (0x30...0x39).contains(byte) || (0x61...0x7A).contains(byte | 0x20)
      }
      return character.isLetter || character.isNumber
    }
    if let first = name.first, isFine(first), name.allSatisfy({ isFine($0) || $0 == "-" || $0 == "_" }) {
      return true
    }
    diagnostics.report(
      "'\(name)' cannot name \(what)", .badName, at: location,
      notes: ["names start with a letter or digit and go on with letters, digits, '-' and '_'"])
    return false
  }
}
