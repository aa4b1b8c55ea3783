/// Names a device by its place in the simulator.
public struct DeviceID: Hashable, Sendable, BitwiseCopyable {
  public let index: UInt32
  public init(index: Int) { self.index = UInt32(index) }
  private init(none: ()) { index = .max }
  /// The run itself, or nobody.
  public static let none = DeviceID(none: ())
}

/// Where a frame enters or leaves a device, counted from 0.
public struct PortNumber: Hashable, Sendable, BitwiseCopyable {
  public let index: UInt16
  public init(_ index: Int) { self.index = UInt16(index) }
  @usableFromInline init(none: ()) { index = .max }
  @inlinable public static var none: PortNumber { PortNumber(none: ()) }
}

extension PortNumber: ExpressibleByIntegerLiteral {
  public init(integerLiteral value: UInt16) { index = value }
}

extension PortNumber: Comparable {
  public static func < (a: PortNumber, b: PortNumber) -> Bool { a.index < b.index }
}

/// One direction of a link; link n has the directions 2n (from its first end) and 2n + 1.
public struct DirectionID: Hashable, Sendable, BitwiseCopyable {
  public let index: UInt32
  public init(index: Int) { self.index = UInt32(index) }
  private init(none: ()) { index = .max }
  public static let none = DirectionID(none: ())

  public var link: Int { Int(index >> 1) }
  public var isForward: Bool { index & 1 == 0 }
}

/// Names one sending of a frame; forwarding gives a new id whose cause is the old one. Ids rise in play order from 1.
public struct FrameID: Hashable, Sendable, BitwiseCopyable {
  public let rawValue: UInt32
  public init(rawValue: UInt32) { self.rawValue = rawValue }
  public static let none = FrameID(rawValue: 0)
  /// Any of the many frames of which the journal only tells how many they were.
  static let folded = FrameID(rawValue: 1 << 31)
  var isFolded: Bool { rawValue >= FrameID.folded.rawValue }
}

/// One thing somebody asked a device to do, such as a ping. Ids rise in play order from 1.
public struct ActivityID: Hashable, Sendable, BitwiseCopyable {
  public let rawValue: UInt32
  public init(rawValue: UInt32) { self.rawValue = rawValue }
  public static let none = ActivityID(rawValue: 0)
}

/// The piece of configuration that decided something: a rule, a route, an address, a default.
///
/// What it says and where it was written stands in the topology's table of origins.
public struct Origin: Hashable, Sendable, BitwiseCopyable {
  public let index: UInt32
  public init(index: Int) { self.index = UInt32(index) }
  @usableFromInline init(none: ()) { index = .max }
  /// Nothing was configured: the behaviour every such device has.
  @inlinable public static var none: Origin { Origin(none: ()) }
}
