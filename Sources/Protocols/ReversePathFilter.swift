import Packets
import Simulation

/// Whether a packet may come from where it says (RFC 3704, 2).
public enum ReversePathFilter: String, Hashable, Sendable, BitwiseCopyable, CaseIterable {
  /// Linux, `rp_filter` 0.
  case off
  /// Some route leads to its source: `rp_filter` 2 (RFC 3704, 2.4).
  case loose
  /// The answer would leave by the interface it came by: `rp_filter` 1 (RFC 3704, 2.2).
  case strict

  /// - Parameter back: The route to the packet's source.
  public func accepts(comingBy port: PortNumber, back: Route?) -> Bool {
    switch self {
    case .off: true
    case .loose: back?.kind == .unicast
    case .strict: back?.kind == .unicast && back?.port == port
    }
  }
}
