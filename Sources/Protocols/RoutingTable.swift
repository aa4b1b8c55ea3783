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
/// One hash table for all lengths, asked once for each length in use: at most 33 probes, however many routes there are.
public struct RoutingTable: Sendable {
  /// How long a redirect is obeyed (Linux's `gc_timeout` for routes).
  public static let redirectLifetime = TimeSpan.seconds(300)

  /// Where the best route of a block stands; the key is its length and its network.
  private var places = FlatTable<UInt64, UInt32>()
  private var nodes: [Node] = []
  private var free = Node.none
  /// Bit n is set while there are routes of prefix length n.
  private var lengthsInUse: UInt64 = 0
  private var redirects: [IPv4Address: Redirect] = [:]  // looked up, never iterated

  /// A route, and the next best to the same block.
  private struct Node: Sendable, BitwiseCopyable {
    var route: Route
    var next = Node.none
    static let none = UInt32.max
  }

  private struct Redirect {
    var gateway: IPv4Address
    var port: PortNumber
    var expires: Instant
  }

  public init() {}

  /// Adds a route; one with the same prefix, next hop, port, metric and kind is replaced.
  public mutating func insert(_ route: Route) {
    var rivals = rivals(for: route.prefix)
    rivals.removeAll { $0.isSame(as: route) }
    rivals.insert(route, at: rivals.firstIndex { $0.metric > route.metric } ?? rivals.endIndex)
    replace(route.prefix, by: rivals)
  }

  /// Removes the routes that leave through `port`, as when its link goes down, and what redirects said of it.
  public mutating func removeAll(on port: PortNumber) {
    remove { $0.port == port && $0.kind == .unicast }
    redirects = redirects.filter { $0.value.port != port }
  }

  /// Removes the routes for which `isUnwanted` holds.
  public mutating func remove(where isUnwanted: (Route) -> Bool) {
    for key in places.keys {
      let prefix = RoutingTable.prefix(of: key)
      let rivals = rivals(for: prefix)
      let kept = rivals.filter { !isUnwanted($0) }
      if kept.count < rivals.count { replace(prefix, by: kept) }
    }
    lengthsInUse = places.keys.reduce(0) { $0 | 1 << ($1 >> 32) }
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
    guard allowsRedirect(of: destination, to: gateway, from: sender, on: port, now: now) else { return false }
    redirects = redirects.filter { now < $0.value.expires }
    redirects[destination] = Redirect(
      gateway: gateway, port: port, expires: now + RoutingTable.redirectLifetime)
    return true
  }

  /// Whether a redirect may be obeyed.
  public func allowsRedirect(
    of destination: IPv4Address, to gateway: IPv4Address, from sender: IPv4Address, on port: PortNumber,
    now: Instant
  ) -> Bool {
    guard let route = lookup(destination, now: now), route.kind == .unicast, route.port == port,
      route.nextHop == sender, sender != gateway,
      let way = configuredRoute(to: gateway), way.kind == .unicast, way.nextHop == nil, way.port == port
    else { return false }
    return true
  }

  /// Forgets what redirects said, as Linux does when a route they spoke of is changed.
  public mutating func forgetRedirects() { redirects = [:] }

  /// All routes: the longest prefixes first, then by network, then as preferred.
  public var all: [Route] {
    let prefixes = places.keys.map(RoutingTable.prefix)
    return prefixes.sorted { ($1.length, $0.network) < ($0.length, $1.network) }.flatMap(rivals)
  }

  /// Which gateways redirects have named, by destination.
  public func redirects(at now: Instant) -> [(to: IPv4Address, via: IPv4Address, on: PortNumber, until: Instant)] {
    redirects.sorted { $0.key < $1.key }.filter { now < $0.value.expires }
      .map { ($0.key, $0.value.gateway, $0.value.port, $0.value.expires) }
  }

  private func configuredRoute(to address: IPv4Address) -> Route? {
    var remaining = lengthsInUse
    while remaining != 0 {
      let length = 63 - remaining.leadingZeroBitCount
      let mask = length == 0 ? 0 : UInt32.max &<< UInt32(32 - length)
      if let place = places[UInt64(length) << 32 | UInt64(address.rawValue & mask)] {
        return nodes[Int(place)].route
      }
      remaining &= ~(1 &<< UInt64(length))
    }
    return nil
  }
}

/// The table behind it.
extension RoutingTable {
  private static func key(of prefix: IPv4Prefix) -> UInt64 {
    UInt64(prefix.length) << 32 | UInt64(prefix.network.rawValue)
  }

  private static func prefix(of key: UInt64) -> IPv4Prefix {
    let network = IPv4Address(rawValue: UInt32(truncatingIfNeeded: key))
    guard let prefix = IPv4Prefix(holding: network, length: Int(key >> 32)) else {
      preconditionFailure("a route has a prefix of more than 32 bits")
    }
    return prefix
  }

  /// The routes to one block, as preferred.
  private func rivals(for prefix: IPv4Prefix) -> [Route] {
    var rivals: [Route] = []
    var place = places[RoutingTable.key(of: prefix)] ?? Node.none
    while place != Node.none {
      rivals.append(nodes[Int(place)].route)
      place = nodes[Int(place)].next
    }
    return rivals
  }

  private mutating func replace(_ prefix: IPv4Prefix, by rivals: [Route]) {
    let key = RoutingTable.key(of: prefix)
    let old = places[key]
    discard(old ?? Node.none)
    var first = Node.none
    for route in rivals.reversed() { first = add(Node(route: route, next: first)) }
    places[key] = first == Node.none ? nil : first
    if !rivals.isEmpty { lengthsInUse |= 1 << UInt64(prefix.length) }
  }

  private mutating func add(_ node: Node) -> UInt32 {
    guard free != Node.none else {
      nodes.append(node)
      return UInt32(nodes.count - 1)
    }
    let place = free
    free = nodes[Int(place)].next
    nodes[Int(place)] = node
    return place
  }

  private mutating func discard(_ first: UInt32) {
    var place = first
    while place != Node.none {
      let next = nodes[Int(place)].next
      nodes[Int(place)].next = free
      free = place
      place = next
    }
  }
}

extension Route {
  fileprivate func isSame(as other: Route) -> Bool {
    nextHop == other.nextHop && port == other.port && metric == other.metric && kind == other.kind
  }
}
