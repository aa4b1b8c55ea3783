/// IEEE 802.1AX-2014, figure 6-7.
extension LinkAggregationUnit {
  /// The slow protocols multicast address (IEEE 802.3-2018, 57A.3): no bridge passes it on.
  public static let destination = MACAddress(rawValue: 0x0180_c200_0002)
  /// Bytes behind the type field.
  public static let length = 110

  /// Subtype and version in front, and the end with its reserved bytes.
  private static let head: [UInt8] = [1, 1]
  private static let collector: [UInt8] = [3, 16] + Array(repeating: 0, count: 14)
  private static let end = [UInt8](repeating: 0, count: 52)

  /// The payload of the frame that carries the unit.
  public func payload(in messages: inout MessageTable) -> EthernetPayload {
    .other(.slowProtocols, messages.content(of: .aggregation(self)))
  }

  func encoded() -> [UInt8] {
    var bytes = LinkAggregationUnit.head
    bytes.append(actor, type: 1)
    bytes.append(partner, type: 2)
    return bytes + LinkAggregationUnit.collector + LinkAggregationUnit.end
  }

  /// Nil for anything that does not encode to these bytes again.
  init?(_ bytes: ArraySlice<UInt8>) {
    guard bytes.count == LinkAggregationUnit.length, bytes.starts(with: LinkAggregationUnit.head) else { return nil }
    self.init(actor: Port(bytes.dropFirst(4)), partner: Port(bytes.dropFirst(24)))
    guard bytes.elementsEqual(encoded()) else { return nil }
  }

  /// In tcpdump's words.
  var described: String { "LACPv1, length \(LinkAggregationUnit.length)" }
}

extension LinkAggregationUnit.Port {
  fileprivate init(_ bytes: ArraySlice<UInt8>) {
    self.init(
      systemPriority: bytes.word(0), system: bytes.hardware(2), key: bytes.word(8), portPriority: bytes.word(10),
      port: bytes.word(12), state: State(rawValue: bytes.byte(14)))
  }
}

extension [UInt8] {
  fileprivate mutating func append(_ port: LinkAggregationUnit.Port, type: UInt8) {
    self += [type, 20]
    append(word: port.systemPriority)
    append(port.system)
    append(word: port.key)
    append(word: port.portPriority)
    append(word: port.port)
    append(port.state.rawValue)
    append(repeating: 0, count: 3)
  }
}
