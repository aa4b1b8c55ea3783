import Packets
import Simulation

/// The longest packets that get through to destinations, as routers on the way have told (RFC 1191).
public struct PathMTUCache: Sendable {
  /// Linux, `mtu_expires`; RFC 1191, 6.3 says ten minutes.
  public static let lifetime = TimeSpan.seconds(600)
  /// Linux, `min_pmtu`: nobody makes us send smaller packets than this, but what may be split on the way then is.
  public static let least = 552

  public struct Entry: Sendable, BitwiseCopyable {
    public var mtu: Int
    /// A router told less than the least: packets go without "don't fragment".
    public var mayBeSplit: Bool
    var expires: Instant
  }

  private var entries = FlatTable<UInt64, Entry>()

  public init() {}

  /// What is known of the way there; nil where the link decides.
  @inline(__always)
  public func entry(for destination: IPv4Address, now: Instant) -> Entry? {
    guard !entries.isEmpty, let entry = entries[UInt64(destination.rawValue)], now < entry.expires else { return nil }
    return entry
  }

  /// A router says that packets of `mtu` bytes would get through.
  public mutating func learn(_ mtu: UInt16, toward destination: IPv4Address, now: Instant) {
    let told = max(Int(mtu), PathMTUCache.least)
    // RFC 1191, 5: a message never makes an estimate greater.
    if let known = entry(for: destination, now: now), known.mtu < told { return }
    entries[UInt64(destination.rawValue)] = Entry(
      mtu: told, mayBeSplit: Int(mtu) < PathMTUCache.least, expires: now + PathMTUCache.lifetime)
  }
}
