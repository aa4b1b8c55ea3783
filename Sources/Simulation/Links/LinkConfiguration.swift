/// How one direction of a link treats frames.
public struct LinkConfiguration: Hashable, Sendable, BitwiseCopyable {
  /// Propagation time.
  public var delay: TimeSpan
  /// Bits per second; 0 takes no time to send.
  public var rate: UInt64
  /// Probability that a frame dies on the way, 0 to 1.
  public var loss: Double
  /// Frames that may wait for a busy transmitter; Linux calls it `txqueuelen`.
  public var queueLimit: UInt32
  /// The longest packet inside a frame, in bytes: 1500 unless set.
  public var mtu: UInt16
  /// Whether it is half duplex, as a link to a hub is (IEEE 802.3-2018, 9.1): several stations may hear it.
  public var isShared = false

  public init(
    delay: TimeSpan = .zero, rate: UInt64 = 0, loss: Double = 0, queueLimit: UInt32 = 1000,
    mtu: UInt16 = 1500
  ) {
    self.delay = delay
    self.rate = rate
    self.loss = loss
    self.queueLimit = queueLimit
    self.mtu = mtu
  }

  /// A wire inside a machine: no delay, no limit of rate.
  public static let inside = LinkConfiguration()

  /// Time on the wire of `length` bytes of frame: at least 60, and 24 for preamble, check sequence and gap
  /// (IEEE 802.3-2018, 3.1.1, 4.4.2).
  package func transmissionTime(ofLength length: Int) -> TimeSpan {
    guard rate > 0 else { return .zero }
    let bits = UInt64(max(length, 60) + 24) * 8
    return TimeSpan(nanoseconds: bits * 1_000_000_000 / rate)
  }
}

/// One end of a link.
public struct LinkEnd: Hashable, Sendable, BitwiseCopyable {
  public var device: DeviceID
  public var port: PortNumber

  public init(_ device: DeviceID, _ port: PortNumber) {
    self.device = device
    self.port = port
  }
}
