/// The segment that a frame in a tunnel belongs to (RFC 7348, 5: the VXLAN network identifier, 24 bits).
public struct VirtualNetworkID: Hashable, Sendable, BitwiseCopyable {
  public let rawValue: UInt32

  public init?(rawValue: UInt32) {
    guard rawValue < 1 << 24 else { return nil }
    self.rawValue = rawValue
  }
}

/// A whole frame as the data of a datagram, in the format of VXLAN (RFC 7348, 5): eight bytes of header, and the frame
/// without its check sequence.
public struct EncapsulatedFrame: Hashable, Sendable, BitwiseCopyable {
  /// Eight flags, and 24 bits that are reserved.
  public var flags: UInt32
  /// The identifier in the upper 24 bits, and a reserved octet.
  public var identifier: UInt32
  public var frame: EthernetFrame

  /// Reserved bits are zero on transmission.
  public init(_ frame: EthernetFrame, network: VirtualNetworkID) {
    flags = EncapsulatedFrame.networkFlag
    identifier = network.rawValue << 8
    self.frame = frame
  }

  init(flags: UInt32, identifier: UInt32, frame: EthernetFrame) {
    self.flags = flags
    self.identifier = identifier
    self.frame = frame
  }

  /// The port assigned to VXLAN (Service Name and Port Number Registry, IANA).
  public static let port: UInt16 = 4789
  static let headerLength = 8
  /// The I flag: there is a valid identifier.
  private static let networkFlag: UInt32 = 1 << 27

  /// Nil without the I flag; whatever is reserved is not looked at.
  public var network: VirtualNetworkID? {
    flags & EncapsulatedFrame.networkFlag == 0 ? nil : VirtualNetworkID(rawValue: identifier >> 8)
  }

  /// Header and frame.
  public var length: Int { EncapsulatedFrame.headerLength + frame.length }

  func encoded(_ messages: MessageTable) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(length)
    bytes.append(long: flags)
    bytes.append(long: identifier)
    frame.append(to: &bytes, messages)
    return bytes
  }

  /// Nil unless what is read makes exactly these bytes again, as with a frame that is padded or whose checksums are wrong.
  static func decode(
    _ bytes: ArraySlice<UInt8>, depth: Int, into messages: inout MessageTable
  ) -> EncapsulatedFrame? {
    guard depth < Quote.deepest, bytes.count >= headerLength else { return nil }
    let inside = bytes.dropFirst(headerLength)
    guard let frame = try? EthernetFrame.decode(inside, depth: depth + 1, into: &messages) else { return nil }
    if frame.encoded(messages)[...] == inside {
      return EncapsulatedFrame(flags: bytes.long(0), identifier: bytes.long(4), frame: frame)
    }
    if let id = frame.message { messages.discardUnused(id) }
    return nil
  }
}
