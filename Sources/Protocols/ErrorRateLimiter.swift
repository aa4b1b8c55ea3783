import Packets
import Simulation

/// How many ICMP errors a stack sends (RFC 1812, 4.3.2.8), rationed as by Linux.
///
/// There are three limits: one for all errors together, one for each destination, and one of the routing code for each
/// source that it has no way for. The last two draw on the same tokens (`inet_peer`), which is why a source hears of a
/// missing route twice and not five times.
public struct ErrorRateLimiter: Sendable {
  /// One error to a destination costs this much of its time; zero is no limit (`icmp_ratelimit`).
  public var interval = TimeSpan.seconds(1)
  /// The types that are rationed, a bit for each: 3, 4, 11 and 12 (`icmp_ratemask`).
  public var types: UInt32 = 6168

  /// Errors a destination may be sent at once (`XRLIM_BURST_FACTOR`).
  static let destinationBurst: UInt64 = 6
  /// What the routing code has for a source at once, and what one error costs (`error_burst`, `error_cost`).
  static let routeBurst = TimeSpan.seconds(5)
  static let routeCost = TimeSpan.seconds(1)
  /// Errors that may be sent in a second, and at once (`icmp_msgs_per_sec`, `icmp_msgs_burst`).
  static let errorsPerSecond: UInt64 = 1000
  static let errorsAtOnce = 50
  /// Credit is given no more often (`icmp_global_allow`).
  static let leastRefill = TimeSpan.milliseconds(20)
  /// Redirects without effect before no more are sent (`redirect_number`).
  static let redirectsAtMost: UInt8 = 9
  /// Between the first two redirects, with every further one twice as long (`redirect_load`, shifted by the number sent).
  static let redirectLoad = TimeSpan.milliseconds(20)
  /// Without a packet to be redirected for so long everything begins anew (`redirect_silence`).
  static let redirectSilence = TimeSpan.milliseconds(20_480)
  /// Stations that are remembered (`inet_peer_threshold`); beyond, all are forgotten.
  static let peersAtMost = 65_664

  private struct Peer: Sendable, BitwiseCopyable {
    /// Saved up time; a stranger has saved a minute.
    var tokens = TimeSpan.seconds(60)
    /// When tokens were counted last, or a redirect was due; never for a stranger.
    var last = Instant.never
    var redirects: UInt8 = 0

    /// Gives what has been saved since, and takes `cost` of it where there is so much.
    mutating func pay(_ cost: TimeSpan, atMost burst: TimeSpan, now: Instant) -> Bool {
      tokens = min(burst, last == .never ? tokens : tokens + (now - last))
      last = now
      guard tokens >= cost else { return false }
      tokens = TimeSpan(nanoseconds: tokens.nanoseconds - cost.nanoseconds)
      return true
    }
  }

  private var peers = FlatTable<UInt64, Peer>()
  private var credit = ErrorRateLimiter.errorsAtOnce
  private var refilled = Instant.start

  public init() {}

  /// Whether an error may be sent.
  ///
  /// - Parameter destination: Nil where it does not leave the machine; then only the limit for all of them holds.
  public mutating func allows(
    _ kind: ICMPMessage.Kind, to destination: IPv4Address?, now: Instant, random: inout RandomSource
  ) -> Bool {
    guard isRationed(kind) else { return true }
    guard hasCredit(now) else { return false }
    if let destination, interval > .zero {
      let (cost, burst) = (interval, interval * ErrorRateLimiter.destinationBurst)
      guard change(destination, { $0.pay(cost, atMost: burst, now: now) }) else { return false }
    }
    // Nobody shall learn from the outside how much credit is left: one error costs 0 to 2 of it.
    credit -= Int(random.below(3))
    return true
  }

  /// Whether the routing code tells a source that there is no way for its packet (`ip_error`); `allows` is asked after it.
  public mutating func allowsRouteError(to source: IPv4Address, now: Instant) -> Bool {
    change(source) { $0.pay(ErrorRateLimiter.routeCost, atMost: ErrorRateLimiter.routeBurst, now: now) }
  }

  /// Whether a source is told of a better gateway: more and more seldom as long as it takes no notice
  /// (`ip_rt_send_redirect`).
  public mutating func allowsRedirect(to source: IPv4Address, now: Instant) -> Bool {
    change(source) { peer in
      if peer.last == .never || now - peer.last > ErrorRateLimiter.redirectSilence {
        peer.tokens = .zero
        peer.redirects = 0
      }
      guard peer.redirects < ErrorRateLimiter.redirectsAtMost else {
        peer.last = now
        return false
      }
      guard peer.redirects == 0 || now - peer.last > ErrorRateLimiter.redirectLoad * (1 << UInt64(peer.redirects))
      else {
        return false
      }
      peer.last = now
      peer.redirects += 1
      return true
    }
  }

  /// What tells of the path MTU is never held back.
  private func isRationed(_ kind: ICMPMessage.Kind) -> Bool {
    if case .unreachable(.fragmentationNeeded, _) = kind { return false }
    return kind.type < 32 && types & 1 << UInt32(kind.type) != 0
  }

  private mutating func hasCredit(_ now: Instant) -> Bool {
    if credit > 0 { return true }
    let span = min(now - refilled, .seconds(1))
    guard span >= ErrorRateLimiter.leastRefill else { return false }
    let gained = span.nanoseconds * ErrorRateLimiter.errorsPerSecond / TimeSpan.seconds(1).nanoseconds
    credit = min(credit + Int(gained), ErrorRateLimiter.errorsAtOnce)
    refilled = now
    return true
  }

  private mutating func change(_ address: IPv4Address, _ decide: (inout Peer) -> Bool) -> Bool {
    if peers.count >= ErrorRateLimiter.peersAtMost { peers = FlatTable() }
    var peer = peers[UInt64(address.rawValue)] ?? Peer()
    let decision = decide(&peer)
    peers[UInt64(address.rawValue)] = peer
    return decision
  }
}
