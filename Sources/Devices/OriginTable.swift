import Configuration
import Simulation

/// The pieces of configuration that decide something, each with what it says and where it was written.
public struct OriginTable: Hashable, Sendable {
  public struct Entry: Hashable, Sendable {
    /// What it says, as in `route 0.0.0.0/0 via 192.168.1.1`.
    public var label: String
    public var machine: String
    public var device: String
    /// `none` for what nobody wrote.
    public var location: SourceLocation
    /// Of a rule, the chain it stands in, as in `forward`; nil for what is no rule.
    public var chain: String?

    public init(label: String, machine: String, device: String, location: SourceLocation, chain: String? = nil) {
      self.label = label
      self.machine = machine
      self.device = device
      self.location = location
      self.chain = chain
    }
  }

  public private(set) var entries: [Entry] = []

  public init() {}

  public mutating func add(_ entry: Entry) -> Origin {
    entries.append(entry)
    return Origin(index: entries.count - 1)
  }

  /// Nil for `Origin.none`.
  public subscript(origin: Origin) -> Entry? {
    Int(origin.index) < entries.count ? entries[Int(origin.index)] : nil
  }

  /// Which rule of its chain it is, from 1; nil for what is no rule.
  public func number(of origin: Origin) -> Int? {
    guard let rule = self[origin], rule.chain != nil else { return nil }
    return entries[...Int(origin.index)].count {
      $0.chain == rule.chain && $0.machine == rule.machine && $0.device == rule.device
    }
  }
}
