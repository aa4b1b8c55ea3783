/// A packet with what it refers to, comparable across message tables.
///
/// Two are equal when they say the same: headers by their fields; content by its message if it is a whole one, otherwise by its bytes. So
/// are a pattern too short to be known again and the bytes it made, a cut quote and the bytes of the cut, and a frame in a
/// tunnel and its bytes, which nothing tells from others where the port is not VXLAN's.
public struct Resolved<Packet: Equatable & Sendable>: Equatable, Sendable {
  /// The headers, with nothing that is not on the wire.
  public let packet: Packet
  public let content: ResolvedContent
}

public indirect enum ResolvedContent: Equatable, Sendable {
  /// A whole message other than a quote or bytes.
  case message(Message)
  /// A whole quoted packet.
  case quote(Resolved<IPv4Packet>)
  case bytes([UInt8])
}

extension EthernetFrame {
  public func resolved(_ messages: MessageTable) -> Resolved<EthernetFrame> {
    var frame = self
    let content: ResolvedContent
    switch payload {
    case .arp: content = .bytes([])
    case .ipv4(let packet):
      let resolved = packet.resolved(messages)
      frame.payload = .ipv4(resolved.packet)
      content = resolved.content
    case .other(let type, let inner):
      frame.payload = .other(type, .pattern(length: inner.length))
      content = .bytes(inner.bytes(messages))
    }
    return Resolved(packet: frame, content: content)
  }
}

extension IPv4Packet {
  public func resolved(_ messages: MessageTable) -> Resolved<IPv4Packet> {
    var packet = self
    packet.optionsLength = UInt8(headerLength - 20)
    packet.unfragmentedLength = 0
    switch payload {
    case .udp(var datagram):
      let length = UInt16(clamping: payload.length)
      datagram.length = moreFragments ? max(length, datagram.length) : length
      packet.payload = .udp(datagram)
    case .tcp(var segment):
      let others = segment.headerLength - 20 - segment.knownOptionsLength
      segment.otherOptionsLength = others < 4 ? 0 : UInt8(others)
      packet.payload = .tcp(segment)
    case .icmp, .other: break
    }
    packet.payload.content = .pattern(length: payload.content.length)
    return Resolved(packet: packet, content: resolvedContent(messages))
  }

  /// Only behind a header that says what follows, and only in a whole packet, are bytes a message.
  private func resolvedContent(_ messages: MessageTable) -> ResolvedContent {
    if case .other = payload { return .bytes(payload.content.bytes(messages)) }
    guard !moreFragments, fragmentOffset == 0 else { return .bytes(payload.content.bytes(messages)) }
    return payload.content.resolved(messages)
  }
}

extension Content {
  func resolved(_ messages: MessageTable) -> ResolvedContent {
    guard let id = message, let message = messages[id], offset == 0,
      message.length(in: messages) == Int(length)
    else { return .bytes(bytes(messages)) }
    switch message {
    case .dhcp, .dns, .http, .bridge, .aggregation, .selective: return .message(message)
    case .quote(let quote) where Int(length) == quote.packet.length:
      return .quote(quote.packet.resolved(messages))
    case .quote, .encapsulated, .bytes: return .bytes(bytes(messages))
    }
  }
}

/// Whether two frames say the same, each with its own table of messages.
public func isEqual(
  _ a: EthernetFrame, in messages: MessageTable, _ b: EthernetFrame, in otherMessages: MessageTable
) -> Bool {
  a.resolved(messages) == b.resolved(otherMessages)
}
