import Configuration
import Packets

/// `nat` and `filter` of a stack where they stand apart from it, for what changes them during a play.
public enum StackRules {
  public static let translation = Field(
    "nat", TranslationReader.shape, "All its rules of translation from now on; known connections stay as they are")
  public static let filter = Field("filter", FilterReader.shape, "All rules of its packet filter from now on")

  /// - Parameter reader: Of the stack's machine and device.
  public static func readTranslation(
    _ value: Value, of ports: [PortDescription], _ reader: inout DeviceReader
  ) -> TranslationRules {
    let result = TranslationReader(interfaces: ports.map(Interface.init)).read(value, &reader)
    if let outside = result.owned.first {
      reader.diagnostics.report(
        "\(outside) would become an address of '\(reader.machine)', and rules alone can no longer make it one",
        .noAddress, at: value.location,
        notes: ["give it to an interface, in the file or with 'interfaces' of this step"])
    }
    return TranslationRules(result.rules, behavior: result.behavior)
  }

  public static func readFilter(
    _ value: Value, of ports: [PortDescription], _ reader: inout DeviceReader
  ) -> PacketFilter {
    FilterReader.read(value, of: ports.map(Interface.init), &reader)
  }
}

extension Interface {
  /// As far as rules ask.
  fileprivate init(_ port: PortDescription) {
    self.init(name: port.name, hardwareAddress: port.hardwareAddress ?? .zero, addresses: port.addresses)
  }
}
