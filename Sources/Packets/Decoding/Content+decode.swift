extension Content {
  /// What bytes may turn out to be, by what stands in front of them.
  enum Form {
    case plain
    /// Behind UDP, by its ports, in a packet that stands in so many others.
    case datagram(UInt16, UInt16, depth: Int)
    /// Behind TCP.
    case segment
    /// Behind an ICMP error that stands in so many quotes.
    case quote(depth: Int)
  }

  /// Ports the protocols are assigned (Service Name and Port Number Registry, IANA).
  static let dhcpPorts: ClosedRange<UInt16> = 67...68
  static let dnsPort: UInt16 = 53

  /// The pattern these bytes are, or the message, or themselves.
  static func decode(
    _ bytes: ArraySlice<UInt8>, as form: Form, into messages: inout MessageTable
  ) -> Content {
    guard !bytes.isEmpty else { return .empty }
    if let pattern = Pattern.recognize(bytes) { return pattern }
    let content = messages.content(of: message(bytes, as: form, into: &messages))
    return content
  }

  private static func message(
    _ bytes: ArraySlice<UInt8>, as form: Form, into messages: inout MessageTable
  ) -> Message {
    switch form {
    case .plain: break
    case .datagram(let source, let destination, let depth):
      if dhcpPorts.contains(source) || dhcpPorts.contains(destination) {
        if let message = DHCPMessage(bytes), message.length <= longestDatagram { return .dhcp(message) }
      } else if source == dnsPort || destination == dnsPort {
        if let message = DNSMessage(bytes), message.encoded().count <= longestDatagram {
          return .dns(message)
        }
      } else if source == EncapsulatedFrame.port || destination == EncapsulatedFrame.port {
        if let inside = EncapsulatedFrame.decode(bytes, depth: depth, into: &messages) { return .encapsulated(inside) }
      }
    case .segment:
      if let message = HTTPMessage(bytes) { return .http(message) }
    case .quote(let depth):
      if let quote = Quote.decode(bytes, depth: depth, into: &messages) { return .quote(quote) }
    }
    return .bytes(Array(bytes))
  }

  /// What an Internet packet with all its options leaves for the data of UDP.
  private static let longestDatagram = 65535 - 60 - UDPDatagram.headerLength
}

extension Quote {
  /// RFC 1122, 3.2.2 forbids errors about errors; who sends them, or tunnels in tunnels, gets so many read, and then bytes.
  static let deepest = 8

  /// Reads the start of a packet; nil unless what is read makes exactly these bytes again.
  ///
  /// Of a packet that is cut, the content can be told only if it is a pattern.
  static func decode(
    _ bytes: ArraySlice<UInt8>, depth: Int, into messages: inout MessageTable
  ) -> Quote? {
    guard depth < deepest, let packet = packet(startingWith: bytes, depth: depth, into: &messages) else {
      return nil
    }
    if packet.encoded(messages).prefix(bytes.count) == bytes {
      return Quote(packet, length: UInt16(clamping: bytes.count))
    }
    if let id = packet.message { messages.discardUnused(id) }
    return nil
  }

  private static func packet(
    startingWith bytes: ArraySlice<UInt8>, depth: Int, into messages: inout MessageTable
  ) -> IPv4Packet? {
    do throws(PacketError) {
      let header = try IPv4Header(bytes)
      guard bytes.count <= header.totalLength else { return nil }
      if bytes.count == header.totalLength {
        return try IPv4Packet.decode(bytes, depth: depth + 1, into: &messages)
      }
      return try cutPacket(header, bytes.dropFirst(header.length))
    } catch {
      return nil
    }
  }

  private static func cutPacket(
    _ header: IPv4Header, _ data: ArraySlice<UInt8>
  ) throws(PacketError) -> IPv4Packet? {
    var packet = header.packet
    if packet.fragmentOffset == 0 {
      switch header.number {
      case .icmp:
        guard data.count >= ICMPMessage.headerLength else { return nil }
        packet.payload = .icmp(ICMPMessage(header: data))
      case .udp:
        guard data.count >= UDPDatagram.headerLength else { return nil }
        packet.payload = .udp(UDPDatagram(header: data))
      case .tcp: packet.payload = .tcp(try TCPSegment(header: data))
      default: break
      }
    }
    let payloadHeader = packet.payload.headerLength
    guard data.count >= payloadHeader, var content = Pattern.recognize(data.dropFirst(payloadHeader)) else {
      return nil
    }
    content.length = UInt16(header.totalLength - header.length - payloadHeader)
    packet.payload.content = content
    return packet
  }
}
