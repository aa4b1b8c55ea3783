/// A unit travels in an LLC frame, whose type field is a length (IEEE 802.3-2018, 3.2.6; IEEE 802.1D-2004, 9.1, 7.12.3).
extension BridgeProtocolDataUnit {
  /// LLC: both service access points 0x42, and an unnumbered information frame.
  static let header: [UInt8] = [0x42, 0x42, 0x03]
  /// The bridge group address (IEEE 802.1D-2004, table 7-10).
  public static let destination = MACAddress(rawValue: 0x0180_c200_0000)

  /// The payload of the frame that carries the unit.
  public func payload(in messages: inout MessageTable) -> EthernetPayload {
    let content = messages.content(of: .bridge(self))
    return .other(EtherType(rawValue: content.length), content)
  }

  /// With the LLC header.
  func encoded() -> [UInt8] {
    // Protocol identifier and version are zero (9.3.1).
    var bytes = BridgeProtocolDataUnit.header + [0, 0, 0]
    guard case .configuration(let unit) = self else { return bytes + [0x80] }
    bytes.append(0)
    bytes.append((unit.isTopologyChange ? 0x01 : 0) | (unit.isTopologyChangeAcknowledged ? 0x80 : 0))
    bytes.append(unit.root)
    bytes.append(long: unit.rootPathCost)
    bytes.append(unit.bridge)
    bytes.append(word: unit.port.rawValue)
    for time in [unit.messageAge, unit.maxAge, unit.helloTime, unit.forwardDelay] { bytes.append(word: time) }
    return bytes
  }

  /// Nil for anything that does not encode to these bytes again.
  init?(_ bytes: ArraySlice<UInt8>) {
    guard bytes.starts(with: BridgeProtocolDataUnit.header + [0, 0, 0]) else { return nil }
    let unit = bytes.dropFirst(6)
    if unit.elementsEqual([0x80]) {
      self = .topologyChange
      return
    }
    guard unit.count == 32, unit.byte(0) == 0, unit.byte(1) & 0x7e == 0 else { return nil }
    var configuration = Configuration(
      root: unit.identifier(2), rootPathCost: unit.long(10), bridge: unit.identifier(14),
      port: BridgePortIdentifier(rawValue: unit.word(22)), messageAge: unit.word(24), maxAge: unit.word(26),
      helloTime: unit.word(28), forwardDelay: unit.word(30))
    configuration.isTopologyChange = unit.byte(1) & 0x01 != 0
    configuration.isTopologyChangeAcknowledged = unit.byte(1) & 0x80 != 0
    self = .configuration(configuration)
  }

  /// The unit in a frame with that length field; what stands behind its end is padding.
  init?(body: ArraySlice<UInt8>, lengthField: UInt16) {
    guard Int(lengthField) <= body.count else { return nil }
    self.init(body.prefix(Int(lengthField)))
  }

  /// In tcpdump's words.
  var described: String {
    switch self {
    case .topologyChange: return "STP 802.1d, Topology Change"
    case .configuration(let unit):
      var flags: [String] = []
      if unit.isTopologyChange { flags.append("Topology change") }
      if unit.isTopologyChangeAcknowledged { flags.append("Topology change ACK") }
      return "STP 802.1d, Config, Flags [\(flags.isEmpty ? "none" : flags.joined(separator: ", "))], bridge-id "
        + "\(unit.bridge).\(hexadecimal(unit.port.rawValue).dropFirst(2)), root \(unit.root), "
        + "cost \(unit.rootPathCost), length \(length)"
    }
  }
}

extension [UInt8] {
  fileprivate mutating func append(_ bridge: BridgeIdentifier) {
    append(word: bridge.priority)
    append(bridge.address)
  }
}

extension ArraySlice<UInt8> {
  fileprivate func identifier(_ offset: Int) -> BridgeIdentifier {
    BridgeIdentifier(priority: word(offset), address: hardware(offset + 2))
  }
}
