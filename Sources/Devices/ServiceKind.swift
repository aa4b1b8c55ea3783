import Configuration
import Packets
import Simulation

/// A server that an IP stack runs: what it may be told, and the program it is.
///
/// A conforming type stands at the end of its program's file, and its word in `serviceKinds`.
protocol ServiceKind: Sendable {
  static var word: String { get }
  static var summary: String { get }
  /// Whether a second one would have nothing to listen on.
  static var isAlone: Bool { get }
  static var fields: [any FieldDeclaration] { get }
  /// What is wrong is reported to the reader; nil when nothing can be run.
  init?(_ fields: Fields, of interfaces: [Interface], at location: SourceLocation, _ reader: inout DeviceReader)
  /// For drawings.
  var remark: Remark { get }
  func program() -> any Application
}

extension ServiceKind {
  static var isAlone: Bool { false }
}

/// Every service there is.
let serviceKinds: [any ServiceKind.Type] = [
  LeaseServerSettings.self, LeaseRelaySettings.self, NameServerSettings.self, HTTPServerSettings.self,
  HTTPProxySettings.self,
]

/// A service of a stack, once read.
struct Service: Sendable {
  var remark: Remark
  /// What steps may call it.
  var names: [String]
  var make: @Sendable () -> any Application
}

enum ServiceReader {
  static let kind = Field("kind", .string, "Which service it is", required: true)

  /// `tcp/22`, or a map with a `kind`.
  static let shape = Shape<Value>(expecting: "a port such as tcp/22, or a service", schema: schema) { value, _ in value
  }

  private static var schema: SchemaNode {
    let kinds = serviceKinds.map { type in
      SchemaNode.object(
        [
          SchemaNode.Property(
            name: kind.name, schema: .constant(type.word), summary: type.summary, isRequired: true)
        ] + type.fields.map { $0.property })
    }
    return .named("service", .anyOf([Shape<PortService>.portService.schema] + kinds))
  }

  /// All services of a stack.
  static func read(all values: [Value], of interfaces: [Interface], _ reader: inout DeviceReader) -> [Service] {
    for type in serviceKinds where type.isAlone {
      let same = values.compactMap { $0[kind.name] }.filter { $0.text == type.word }
      guard same.count > 1 else { continue }
      reader.diagnostics.report(
        "there are two services '\(type.word)' on one machine", .duplicateName, at: same[1].location,
        notes: ["one takes all interfaces: write them as a list"])
    }
    return values.compactMap { read($0, of: interfaces, &reader) }
  }

  private static func read(_ value: Value, of interfaces: [Interface], _ reader: inout DeviceReader) -> Service? {
    guard value.map != nil else {
      guard let port = Shape<PortService>.portService.read(value, &reader.diagnostics) else { return nil }
      return service(on: port)
    }
    guard let word = value[kind.name]?.text,
      let type = serviceKinds.first(where: { $0.word == word })
    else {
      let words = serviceKinds.map { $0.word }
      let written = value[kind.name]
      reader.diagnostics.report(
        "there is no service '\(written?.text ?? "")'", .unknownService, at: written?.location ?? value.location,
        notes: Diagnostic.Note.suggestion(for: written?.text ?? "", among: words, called: "services"))
      return nil
    }
    return read(type, value, of: interfaces, &reader)
  }

  private static func read<Kind: ServiceKind>(
    _ type: Kind.Type, _ value: Value, of interfaces: [Interface], _ reader: inout DeviceReader
  ) -> Service? {
    let fields = Fields(
      value, declared: [kind] + Kind.fields, of: "service '\(Kind.word)'", &reader.diagnostics)
    guard let settings = Kind(fields, of: interfaces, at: value.location, &reader) else { return nil }
    return Service(remark: settings.remark, names: [Kind.word, shortName(Kind.word)]) { settings.program() }
  }

  /// `dns` for `dns-server`.
  private static func shortName(_ word: String) -> String {
    word.hasSuffix("-server") ? String(word.dropLast(7)) : word
  }

  private static func service(on port: PortService) -> Service {
    let number = port.port
    let name = (port.transport == .tcp ? "tcp" : "udp") + "/\(number)"
    switch port.transport {
    case .tcp where number == 80:
      return Service(remark: .text("HTTP"), names: [name, "http"]) { HTTPServer(port: number) }
    case .tcp: return Service(remark: .text(name), names: [name]) { TCPListener(port: number) }
    // RFC 863: the port that everything may be thrown at.
    case .udp where number == 9: return Service(remark: .text(name), names: [name]) { UDPDiscard(port: number) }
    default: return Service(remark: .text(name), names: [name]) { UDPEcho(port: number) }
    }
  }
}
