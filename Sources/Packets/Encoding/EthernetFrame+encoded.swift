extension EthernetFrame {
  /// The bytes of the frame from the destination address on; neither padding nor frame check sequence is made.
  public func encoded(_ messages: MessageTable) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(length)
    append(to: &bytes, messages)
    return bytes
  }

  /// Appends what `encoded` makes.
  public func append(to bytes: inout [UInt8], _ messages: MessageTable) {
    // Both addresses and the type behind them are 14 bytes.
    let type = tag == nil ? payload.type : .vlan
    bytes.append(
      header: (
        (destination.rawValue << 16 | source.rawValue >> 32).bigEndian,
        UInt32(truncatingIfNeeded: source.rawValue).bigEndian, type.rawValue.bigEndian
      ))
    if let tag { bytes.append(header: (tag.control.bigEndian, payload.type.rawValue.bigEndian)) }
    switch payload {
    case .arp(let packet): packet.append(to: &bytes)
    case .ipv4(let packet): packet.append(to: &bytes, messages)
    case .other(_, let content): content.append(to: &bytes, messages)
    }
  }

  /// How many bytes `encoded` makes: header, tag and payload.
  ///
  /// Inlined, as it is asked for each frame: so only the few fields it needs are read.
  @inlinable
  public var length: Int {
    @inline(__always) get {
      let header = tag == nil ? EthernetFrame.headerLength : EthernetFrame.headerLength + VLANTag.length
      return header + payload.length
    }
  }

  /// Two addresses and the type (IEEE 802.3, 3.1.1).
  @inlinable static var headerLength: Int { 14 }
}

extension VLANTag {
  /// Tag protocol identifier and control information (IEEE 802.1Q, 9.4).
  @inlinable static var length: Int { 4 }
}

extension EthernetPayload {
  /// The type field in front of this payload.
  public var type: EtherType {
    switch self {
    case .arp: .arp
    case .ipv4: .ipv4
    case .other(let type, _): type
    }
  }

  @inlinable
  var length: Int {
    @inline(__always) get {
      switch self {
      case .arp: ARPPacket.length
      case .ipv4(let packet): packet.length
      case .other(_, let content): Int(content.length)
      }
    }
  }
}

extension ARPPacket {
  /// RFC 826 with addresses of six and four bytes.
  @inlinable static var length: Int { 28 }
  /// Hardware type 1, protocol type IPv4, lengths 6 and 4, as the first six bytes show them.
  static let hardwareAndProtocol: (UInt16, UInt16, UInt16) = (1, EtherType.ipv4.rawValue, 0x0604)

  func append(to bytes: inout [UInt8]) {
    bytes.append(word: ARPPacket.hardwareAndProtocol.0)
    bytes.append(word: ARPPacket.hardwareAndProtocol.1)
    bytes.append(word: ARPPacket.hardwareAndProtocol.2)
    bytes.append(word: operation.rawValue)
    bytes.append(senderHardware)
    bytes.append(senderAddress)
    bytes.append(targetHardware)
    bytes.append(targetAddress)
  }
}
