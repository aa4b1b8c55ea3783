import Configuration
import Devices

/// A guest of a virtualising host, as a machine of the plain language.
enum GuestMachine {
  /// - Parameters:
  ///   - host: The machine it is drawn in.
  ///   - interfaces: What the platform makes of its cards.
  ///   - written: The guest as its owner wrote it; fields of a stack are handed on, but for `interfaces`.
  static func inside(_ host: String, _ interfaces: Value, written: Value) -> Value {
    var stack = Mapping([("kind", "ip-stack"), ("interfaces", interfaces)])
    for field in HandedField.ofStack where field.name != "interfaces" {
      guard let entry = written.map?.entry(field.name), !entry.value.isNull else { continue }
      stack.set(field.name, to: entry.value, keyLocation: entry.keyLocation)
    }
    return [
      "kind": "machine", "shows-as": "host", "inside": .string(host), "devices": ["stack": .map(stack)],
    ]
  }
}
