/// A segment of a transmission control connection (RFC 9293).
public struct TCPSegment: Hashable, Sendable, BitwiseCopyable {
  public var sourcePort: UInt16
  public var destinationPort: UInt16
  public var sequence: UInt32
  public var acknowledgment: UInt32
  public var window: UInt16
  public var flags: Flags
  /// Kind 2 of the options; zero where the option is absent.
  public var maximumSegmentSize: UInt16
  /// Kind 3 (RFC 7323); 255 where the option is absent.
  public var windowScale: UInt8
  /// Kind 4 (RFC 2018).
  public var permitsSelectiveAcknowledgment: Bool
  /// Other options as no-operations: bytes beyond those above, so that the header length is kept.
  public var otherOptionsLength: UInt8
  /// Kind 5 (RFC 2018): so many blocks, at most four; they stand in the message that `content` refers to.
  ///
  /// Only a segment without data and without the options of an opening one carries them.
  public var selectiveBlockCount: UInt8
  public var urgentPointer: UInt16
  public var content: Content

  public init(
    sourcePort: UInt16, destinationPort: UInt16, sequence: UInt32, acknowledgment: UInt32 = 0,
    flags: Flags, window: UInt16 = 65535, content: Content = .empty
  ) {
    self.sourcePort = sourcePort
    self.destinationPort = destinationPort
    self.sequence = sequence
    self.acknowledgment = acknowledgment
    self.flags = flags
    self.window = window
    self.content = content
    maximumSegmentSize = 0
    windowScale = TCPSegment.noWindowScale
    permitsSelectiveAcknowledgment = false
    otherOptionsLength = 0
    selectiveBlockCount = 0
    urgentPointer = 0
  }

  @inlinable public static var noWindowScale: UInt8 { 255 }

  /// RFC 9293, 3.1, control bits, lowest first.
  public struct Flags: OptionSet, Hashable, Sendable, BitwiseCopyable {
    public let rawValue: UInt8
    public init(rawValue: UInt8) { self.rawValue = rawValue }
    public static let fin = Flags(rawValue: 1)
    public static let syn = Flags(rawValue: 2)
    public static let rst = Flags(rawValue: 4)
    public static let psh = Flags(rawValue: 8)
    public static let ack = Flags(rawValue: 16)
    public static let urg = Flags(rawValue: 32)
    public static let ece = Flags(rawValue: 64)
    public static let cwr = Flags(rawValue: 128)
  }

  /// How far this segment moves the sequence on: its data, and one each for SYN and FIN (RFC 9293, 3.4).
  public var sequenceLength: UInt32 {
    UInt32(content.length) + (flags.contains(.syn) ? 1 : 0) + (flags.contains(.fin) ? 1 : 0)
  }
}
