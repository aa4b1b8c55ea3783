import Packets
import Simulation

/// One way to reach a block of addresses.
public struct Route: Hashable, Sendable, BitwiseCopyable {
  public enum Kind: UInt8, Hashable, Sendable, BitwiseCopyable {
    case unicast
    /// Refused with ICMP 3/1.
    case unreachable
    /// Refused with ICMP 3/13.
    case prohibit
    /// Refused in silence.
    case blackhole
  }

  public var prefix: IPv4Prefix
  /// The router to hand packets to; nil where the destination is on the link itself.
  public var nextHop: IPv4Address?
  public var port: PortNumber
  /// Among routes to the same block, the lowest is taken.
  public var metric: UInt32
  /// The address to send from where the sender has no wish.
  public var source: IPv4Address?
  public var kind: Kind
  /// Who wrote it.
  public var origin: Origin

  public init(
    to prefix: IPv4Prefix, via nextHop: IPv4Address? = nil, on port: PortNumber, metric: UInt32 = 0,
    source: IPv4Address? = nil, kind: Kind = .unicast, origin: Origin
  ) {
    self.prefix = prefix
    self.nextHop = nextHop
    self.port = port
    self.metric = metric
    self.source = source
    self.kind = kind
    self.origin = origin
  }
}

/// Routes by prefix: the longest that holds the destination wins, then the lowest metric, then the first inserted.
///
/// One hash table per prefix length in use, so a lookup costs at most 33 probes however many routes there are.
public struct RoutingTable: Sendable {
  /// How long a redirect is obeyed (Linux's `gc_timeout` for routes).
  public static let redirectLifetime = TimeSpan.seconds(300)

  /// By prefix length, then by network; the best of each block first.
  private var routes: [[UInt32: [Route]]] = Array(repeating: [:], count: 33)
  /// Bit n is set while there are routes of prefix length n.
  private var lengthsInUse: UInt64 = 0
  private var redirects: [IPv4Address: Redirect] = [:]  // looked up, never iterated

  private struct Redirect {
    var gateway: IPv4Address
    var port: PortNumber
    var expires: Instant
  }

  public init() {}

  /// Adds a route; one with the same prefix, next hop, port, metric and kind is replaced.
  public mutating func insert(_ route: Route) {
    let length = Int(route.prefix.length)
    var rivals = routes[length][route.prefix.network.rawValue] ?? []
    rivals.removeAll { $0.isSame(as: route) }
    let place = rivals.firstIndex { $0.metric > route.metric } ?? rivals.endIndex
    rivals.insert(route, at: place)
    routes[length][route.prefix.network.rawValue] = rivals
    lengthsInUse |= 1 << UInt64(length)
  }

  /// Removes the routes that leave through `port`, as when its link goes down, and what redirects said of it.
  public mutating func removeAll(on port: PortNumber) {
    remove { $0.port == port && $0.kind == .unicast }
    redirects = redirects.filter { $0.value.port != port }
  }

  /// Removes the routes for which `isUnwanted` holds.
  public mutating func remove(where isUnwanted: (Route) -> Bool) {
    for length in 0...32 where lengthsInUse & 1 << UInt64(length) != 0 {
      routes[length] = routes[length].compactMapValues { rivals in
        let kept = rivals.filter { !isUnwanted($0) }
        return kept.isEmpty ? nil : kept
      }
      if routes[length].isEmpty { lengthsInUse &= ~(1 << UInt64(length)) }
    }
  }

  /// The route to `address`, with the gateway a redirect named where one is in force.
  public func lookup(_ address: IPv4Address, now: Instant) -> Route? {
    guard var route = configuredRoute(to: address) else { return nil }
    if !redirects.isEmpty, let redirect = redirects[address], now < redirect.expires,
      redirect.port == route.port, route.nextHop != nil
    {
      route.nextHop = redirect.gateway
    }
    return route
  }

  /// Obeys an ICMP redirect, where RFC 1122, 3.2.2.2, allows it: it came from the gateway in use, and the new one is on the
  /// link it came through. False where it was ignored.
  @discardableResult
  public mutating func redirect(
    _ destination: IPv4Address, to gateway: IPv4Address, from sender: IPv4Address, on port: PortNumber,
    now: Instant
  ) -> Bool {
    guard let route = lookup(destination, now: now), route.kind == .unicast, route.port == port,
      route.nextHop == sender, sender != gateway,
      let way = configuredRoute(to: gateway), way.kind == .unicast, way.nextHop == nil, way.port == port
    else { return false }
    redirects = redirects.filter { now < $0.value.expires }
    redirects[destination] = Redirect(
      gateway: gateway, port: port, expires: now + RoutingTable.redirectLifetime)
    return true
  }

  /// All routes: the longest prefixes first, then by network, then as preferred.
  public var all: [Route] {
    routes.reversed().flatMap { $0.sorted { $0.key < $1.key }.flatMap(\.value) }
  }

  private func configuredRoute(to address: IPv4Address) -> Route? {
    var remaining = lengthsInUse
    while remaining != 0 {
      let length = 63 - remaining.leadingZeroBitCount
      let mask = length == 0 ? 0 : UInt32.max << UInt32(32 - length)
      if let route = routes[length][address.rawValue & mask]?.first { return route }
      remaining &= ~(1 << UInt64(length))
    }
    return nil
  }
}

extension Route {
  fileprivate func isSame(as other: Route) -> Bool {
    nextHop == other.nextHop && port == other.port && metric == other.metric && kind == other.kind
  }
}
