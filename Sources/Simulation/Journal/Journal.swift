import Packets

/// The ordered record of everything that happened; every report is a view of it and of nothing else.
public struct Journal: Sendable {
  /// What is kept: everything; everything but the many frames of a bulk transfer that are alike, of which a sum is
  /// kept; or only the counters.
  public enum Detail: Sendable { case full, folded, counters }

  public let detail: Detail
  public private(set) var records: [Record] = []
  public internal(set) var counters = Counters()
  var folds = Folds()

  public init(detail: Detail = .full) { self.detail = detail }

  public init(records: [Record], counters: Counters) {
    detail = .full
    self.records = records
    self.counters = counters
  }

  public var keepsRecords: Bool { detail != .counters }

  mutating func append(_ record: Record) { records.append(record) }

  /// About how many bytes the records take.
  public var memoryInUse: Int { records.count * MemoryLayout<Record>.stride }
}

/// Where every frame went; `isBalanced` must hold at the end of every run.
public struct Counters: Hashable, Sendable {
  public var events: UInt64 = 0
  /// Frames put on a link.
  public var sent: UInt64 = 0
  /// Frames a link handed to a device.
  public var arrived: UInt64 = 0
  /// Frames that died on a link.
  public var lostOnLinks: UInt64 = 0
  /// Frames on links at the moment.
  public var inFlight: UInt64 = 0

  /// What became of the frames that arrived.
  public var forwarded: UInt64 = 0
  public var absorbed: UInt64 = 0
  /// Of the absorbed, those that a program took in: neither ARP nor ICMP.
  public var delivered: UInt64 = 0
  public var dropped: UInt64 = 0
  public var held: UInt64 = 0
  /// A device gave a frame no fate, or two: a mistake in the device.
  public var withoutFate: UInt64 = 0
  public var withTwoFates: UInt64 = 0

  /// Frames waiting in devices at the moment, their own included.
  public var waiting: UInt64 = 0

  public init() {}

  /// Conservation of frames: what was sent arrived, died or is under way, and what arrived met exactly one fate.
  public var isBalanced: Bool {
    sent == arrived + lostOnLinks + inFlight
      && arrived == forwarded + absorbed + dropped + held
      && withoutFate == 0 && withTwoFates == 0
  }
}
