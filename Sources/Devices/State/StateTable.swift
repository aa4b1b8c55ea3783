import Configuration
import Packets
import Protocols
import Simulation

/// One table of what devices know, as `hoplab show` prints it: a conforming type has a file of its own, and its word in
/// `stateTables`.
public protocol StateTable: Sendable {
  /// The word behind `hoplab show`.
  static var word: String { get }
  /// One sentence for help.
  static var summary: String { get }
  static var columns: [StateColumn] { get }
  /// What a device has to say; nil where it has no such table, which is not the same as an empty one.
  static func sections(of device: any Device, _ view: StateView) -> [StateSection]?
}

/// Every table there is.
public let stateTables: [any StateTable.Type] = [
  NeighborTable.self, StationTable.self, RouteTable.self, LeaseTable.self, TranslationTable.self, FilterTable.self,
  TrackingTable.self, TrafficTable.self, SocketsTable.self, NameTable.self, TreeTable.self, BondTable.self,
]

/// What stands in a column, and how the tool that people know prints it.
public struct StateColumn: Sendable {
  public enum Style: Sendable {
    /// Below a heading.
    case headed(String)
    /// The same, to the right.
    case number(String)
    /// Behind a word of its own, as in `dev eth0`.
    case behind(String)
    case plain
  }

  /// Where a row is broken that is wider than the terminal.
  public enum Fold: Int, Sendable, CaseIterable {
    /// Before any other; what stands behind it explains itself.
    case first
    case second
  }

  /// The name in JSON.
  public var name: String
  public var style: Style
  public var fold: Fold?

  init(_ name: String, _ style: Style = .plain, fold: Fold? = nil) {
    self.name = name
    self.style = style
    self.fold = fold
  }
}

/// Rows under a title of their own; most tables have one without.
public struct StateSection: Sendable {
  /// `chain FORWARD`, in two parts.
  public var title: (kind: String, name: String)?
  /// One cell for each column; nil where there is nothing to say.
  public var rows: [[StateCell?]]

  init(_ rows: [[StateCell?]], title: (kind: String, name: String)? = nil) {
    self.rows = rows
    self.title = title
  }
}

public enum StateCell: Hashable, Sendable {
  case text(String)
  case number(UInt64)
  /// Whole nanoseconds in JSON.
  case span(TimeSpan)

  static func shown(_ value: some CustomStringConvertible) -> StateCell { .text(value.description) }

  public var words: String {
    switch self {
    case .text(let text): text
    case .number(let number): String(number)
    case .span(let span): span.description
    }
  }

  public var json: JSONValue {
    switch self {
    case .text(let text): .text(text)
    case .number(let number): .integer(number)
    case .span(let span): .integer(span.nanoseconds)
    }
  }
}

/// What a table may know beside the device.
public struct StateView: Sendable {
  public var now: Instant
  /// What people call the ports of the device.
  public var portNames: [String]
  /// What went through each of its ports.
  public var traffic: [PortTraffic]
  /// Where a piece of configuration was written: `vmware.yaml:33`.
  public var line: @Sendable (Origin) -> String?

  public init(
    now: Instant, portNames: [String], traffic: [PortTraffic] = [],
    line: @escaping @Sendable (Origin) -> String? = { _ in nil }
  ) {
    self.now = now
    self.portNames = portNames
    self.traffic = traffic
    self.line = line
  }

  func name(_ port: PortNumber) -> String {
    let place = Int(port.index)
    guard port != .none, place < portNames.count else { return "-" }
    return portNames[place].isEmpty ? "port\(place)" : portNames[place]
  }

  func port(_ port: PortNumber) -> StateCell { .text(name(port)) }

  func written(_ origin: Origin) -> StateCell? { line(origin).map { .text($0) } }
}

/// What went through one port.
public struct PortTraffic: Hashable, Sendable {
  public var sentFrames: UInt64 = 0
  public var sentBytes: UInt64 = 0
  public var receivedFrames: UInt64 = 0
  public var receivedBytes: UInt64 = 0
  /// How many frames died here, by reason, in the order of the reasons.
  public var drops: [(reason: DropReason, frames: UInt64)] {
    dropped.sorted { $0.key.rawValue < $1.key.rawValue }.map { ($0.key, $0.value) }
  }
  private var dropped: [DropReason: UInt64] = [:]  // looked up, or sorted

  public init() {}

  public mutating func addDrops(_ reason: DropReason, _ frames: UInt64 = 1) { dropped[reason, default: 0] += frames }
}
