extension Message {
  /// The bytes of the message; a quote's are its packet's, cut to its length.
  public func encoded(_ messages: MessageTable) -> [UInt8] {
    switch self {
    case .dhcp(let message): message.encoded()
    case .dns(let message): message.encoded()
    case .http(let message): message.encoded()
    case .bridge(let unit): unit.encoded()
    case .aggregation(let unit): unit.encoded()
    case .quote(let quote): Array(quote.packet.encoded(messages).prefix(Int(quote.length)))
    case .encapsulated(let inside): inside.encoded(messages)
    case .selective: []
    case .bytes(let bytes): bytes
    }
  }

  /// How many bytes `encoded` makes; only for DNS, whose names are compressed, must they be made to be counted.
  public func length(in messages: MessageTable) -> Int {
    switch self {
    case .dhcp(let message): message.length
    case .dns(let message): message.encoded().count
    case .http(let message): message.length
    case .bridge(let unit): BridgeProtocolDataUnit.header.count + unit.length
    case .aggregation: LinkAggregationUnit.length
    case .quote(let quote): min(Int(quote.length), quote.packet.length)
    case .encapsulated(let inside): inside.length
    case .selective: 0
    case .bytes(let bytes): bytes.count
    }
  }
}

extension MessageTable {
  /// Stores `message` with no reference yet and returns the content that carries all of it.
  ///
  /// A content counts up to 65535 bytes, so that of a longer message carries only its beginning.
  public mutating func content(of message: Message) -> Content {
    let length = UInt16(clamping: message.length(in: self))
    return .message(insert(message), length: length)
  }
}
