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

  /// With the LLC header. The protocol identifier is zero; then come version and type (9.3.1 to 9.3.3).
  func encoded() -> [UInt8] {
    var bytes = BridgeProtocolDataUnit.header + [0, 0]
    switch self {
    case .topologyChange: bytes += [0, 0x80]
    case .configuration(let unit): bytes.append(unit, version: 0, type: 0, flags: 0)
    case .rapid(let unit, let rapid):
      bytes.append(unit, version: 2, type: 2, flags: rapid.flags)
      // The length of what version 1 would add.
      bytes.append(0)
    }
    return bytes
  }

  /// Nil for anything that does not encode to these bytes again.
  init?(_ bytes: ArraySlice<UInt8>) {
    guard bytes.starts(with: BridgeProtocolDataUnit.header + [0, 0]) else { return nil }
    let unit = bytes.dropFirst(5)
    if unit.elementsEqual([0, 0x80]) {
      self = .topologyChange
      return
    }
    guard unit.count >= 33 else { return nil }
    switch (unit.byte(0), unit.byte(1), unit.count) {
    case (0, 0, 33) where unit.byte(2) & 0x7e == 0: self = .configuration(Configuration(unit))
    case (2, 2, 34) where unit.byte(33) == 0: self = .rapid(Configuration(unit), Rapid(flags: unit.byte(2)))
    default: return nil
    }
  }

  /// The unit in a frame with that length field; what stands behind its end is padding.
  init?(body: ArraySlice<UInt8>, lengthField: UInt16) {
    guard Int(lengthField) <= body.count else { return nil }
    self.init(body.prefix(Int(lengthField)))
  }

  /// In tcpdump's words.
  var described: String {
    switch self {
    case .topologyChange: "STP 802.1d, Topology Change"
    case .configuration(let unit): "STP 802.1d, Config, " + unit.described([], "", length: length)
    case .rapid(let unit, let rapid):
      "STP 802.1w, Rapid STP, " + unit.described(rapid.words, ", port-role \(rapid.role.word)", length: length)
    }
  }
}

extension BridgeProtocolDataUnit.Configuration {
  /// Behind protocol identifier come version, type and flags, and then these.
  fileprivate init(_ unit: ArraySlice<UInt8>) {
    self.init(
      root: unit.identifier(3), rootPathCost: unit.long(11), bridge: unit.identifier(15),
      port: BridgePortIdentifier(rawValue: unit.word(23)), messageAge: unit.word(25), maxAge: unit.word(27),
      helloTime: unit.word(29), forwardDelay: unit.word(31))
    isTopologyChange = unit.byte(2) & 0x01 != 0
    isTopologyChangeAcknowledged = unit.byte(2) & 0x80 != 0
  }

  fileprivate func described(_ others: [String], _ role: String, length: Int) -> String {
    var flags = others
    if isTopologyChange { flags.insert("Topology change", at: 0) }
    if isTopologyChangeAcknowledged { flags.append("Topology change ACK") }
    return "Flags [\(flags.isEmpty ? "none" : flags.joined(separator: ", "))], bridge-id "
      + "\(bridge).\(hexadecimal(port.rawValue).dropFirst(2)), root \(root), cost \(rootPathCost)\(role), "
      + "length \(length)"
  }
}

/// IEEE 802.1D-2004, 9.3.3: bits 2 to 7 of the flags.
extension BridgeProtocolDataUnit.Rapid {
  fileprivate init(flags: UInt8) {
    self.init(Role(rawValue: flags >> 2 & 3) ?? .unknown)
    isProposal = flags & 0x02 != 0
    isLearning = flags & 0x10 != 0
    isForwarding = flags & 0x20 != 0
    isAgreement = flags & 0x40 != 0
  }

  fileprivate var flags: UInt8 {
    (isProposal ? 0x02 : 0) | role.rawValue << 2 | (isLearning ? 0x10 : 0) | (isForwarding ? 0x20 : 0)
      | (isAgreement ? 0x40 : 0)
  }

  fileprivate var words: [String] {
    let words = [
      (isProposal, "Proposal"), (isLearning, "Learn"), (isForwarding, "Forward"), (isAgreement, "Agreement"),
    ]
    return words.filter { $0.0 }.map { $0.1 }
  }
}

extension BridgeProtocolDataUnit.Rapid.Role {
  fileprivate var word: String {
    switch self {
    case .unknown: "Unknown"
    case .alternateOrBackup: "Alternate"
    case .root: "Root"
    case .designated: "Designated"
    }
  }
}

extension [UInt8] {
  fileprivate mutating func append(
    _ unit: BridgeProtocolDataUnit.Configuration, version: UInt8, type: UInt8, flags: UInt8
  ) {
    self += [version, type]
    append(flags | (unit.isTopologyChange ? 0x01 : 0) | (unit.isTopologyChangeAcknowledged ? 0x80 : 0))
    append(unit.root)
    append(long: unit.rootPathCost)
    append(unit.bridge)
    append(word: unit.port.rawValue)
    for time in [unit.messageAge, unit.maxAge, unit.helloTime, unit.forwardDelay] { append(word: time) }
  }

  private mutating func append(_ bridge: BridgeIdentifier) {
    append(word: bridge.priority)
    append(bridge.address)
  }
}

extension ArraySlice<UInt8> {
  fileprivate func identifier(_ offset: Int) -> BridgeIdentifier {
    BridgeIdentifier(priority: word(offset), address: hardware(offset + 2))
  }
}
