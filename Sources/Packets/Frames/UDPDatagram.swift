/// A user datagram (RFC 768).
public struct UDPDatagram: Hashable, Sendable, BitwiseCopyable {
  public var sourcePort: UInt16
  public var destinationPort: UInt16
  /// The length field: header and data of the whole datagram, which in a first fragment is more than `content` holds.
  public var length: UInt16
  /// False where the sender wrote zero for "no checksum".
  public var hasChecksum: Bool
  public var content: Content

  public init(sourcePort: UInt16, destinationPort: UInt16, content: Content) {
    self.sourcePort = sourcePort
    self.destinationPort = destinationPort
    self.content = content
    length = UInt16(clamping: 8 + Int(content.length))
    hasChecksum = true
  }
}
