import Packets
import Protocols
import Simulation
import Testing

/// Linux's three rations of ICMP errors, and that of redirects.
@Suite("Rationing of ICMP errors") struct ErrorRateLimiterTests {
  private let station = IPv4Address(10, 0, 0, 1)
  private let expiry = ICMPMessage.Kind.timeExceeded(code: 0)
  private let noRoute = ICMPMessage.Kind.unreachable(.network, mtu: 0)

  private func at(_ nanoseconds: UInt64) -> Instant { Instant(nanoseconds: nanoseconds) }
  private func seconds(_ count: UInt64) -> Instant { .start + .seconds(count) }

  /// How many of 20 are sent, from the beginning to the end of one second.
  private func sent(_ limiter: ErrorRateLimiter, _ kind: ICMPMessage.Kind, routing: Bool = false) -> Int {
    var limiter = limiter
    var random = RandomSource(seed: 1)
    var count = 0
    for number in 0..<20 as Range<UInt64> {
      let now = at(number * 1_000_000_000 / 19)
      if routing, !limiter.allowsRouteError(to: station, now: now) { continue }
      if limiter.allows(kind, to: station, now: now, random: &random) { count += 1 }
    }
    return count
  }

  @Test(
    "of 20 packets in a second, 7 are told of their expiry and 2 of the missing route; with icmp_ratemask 0, 20 and 6")
  func measured() {
    var limiter = ErrorRateLimiter()
    #expect(sent(limiter, expiry) == 7)
    #expect(sent(limiter, noRoute, routing: true) == 2)
    #expect(sent(limiter, .echoReply(identifier: 1, sequence: 1)) == 20)
    #expect(sent(limiter, .unreachable(.fragmentationNeeded, mtu: 1400)) == 20, "the path MTU is always told")
    limiter.types = 0
    #expect(sent(limiter, expiry) == 20)
    #expect(sent(limiter, noRoute, routing: true) == 6)
  }

  @Test(
    "only the types of the mask are rationed",
    arguments: [
      (.unreachable(.port, mtu: 0), 3), (.timeExceeded(code: 1), 11), (.other(type: 4, code: 0, rest: 0), 4),
      (.other(type: 12, code: 0, rest: 0), 12), (.redirect(code: 1, gateway: .any), 5),
      (.other(type: 40, code: 0, rest: 0), 40),
    ] as [(ICMPMessage.Kind, Int)])
  func types(kind: ICMPMessage.Kind, type: Int) {
    let isRationed = [3, 4, 11, 12].contains(type)
    #expect(sent(ErrorRateLimiter(), kind) == (isRationed ? 7 : 20))
  }

  @Test(
    "six at once to each destination, and the next after a second, not before",
    arguments: [
      (999_999_999, false), (1_000_000_000, true),
    ])
  func destination(later: UInt64, isSent: Bool) {
    var limiter = ErrorRateLimiter()
    var random = RandomSource(seed: 1)
    let atOnce = (0..<7).map { _ in limiter.allows(expiry, to: station, now: .start, random: &random) }
    #expect(atOnce == [true, true, true, true, true, true, false])
    let other = limiter.allows(expiry, to: IPv4Address(10, 0, 0, 2), now: .start, random: &random)
    #expect(other)
    let next = limiter.allows(expiry, to: station, now: at(later), random: &random)
    #expect(next == isSent)
  }

  /// `error_burst`, `error_cost`.
  @Test(
    "five at once to each source without a way, and the next after a second, not before",
    arguments: [(999_999_999, false), (1_000_000_000, true)])
  func route(later: UInt64, isSent: Bool) {
    var limiter = ErrorRateLimiter()
    let atOnce = (0..<6).map { _ in limiter.allowsRouteError(to: station, now: .start) }
    #expect(atOnce == [true, true, true, true, true, false])
    let other = limiter.allowsRouteError(to: IPv4Address(10, 0, 0, 2), now: .start)
    #expect(other)
    let next = limiter.allowsRouteError(to: station, now: at(later))
    #expect(next == isSent)
  }

  @Test("an interval of zero is no limit for a destination")
  func unlimited() {
    var limiter = ErrorRateLimiter()
    limiter.interval = .zero
    #expect(sent(limiter, expiry) == 20)
  }

  @Test(
    "about fifty at once to all of them together, and nothing more for 20 ms",
    arguments: [(19_999_999, 0), (20_000_000, 8)])
  func atOnce(later: UInt64, least: Int) {
    var limiter = ErrorRateLimiter()
    var random = RandomSource(seed: 3)
    func count(_ now: Instant, _ limiter: inout ErrorRateLimiter) -> Int {
      (0..<300 as Range<UInt32>).filter { number in
        limiter.allows(expiry, to: IPv4Address(rawValue: 0x0a00_0000 + number), now: now, random: &random)
      }.count
    }
    let now = seconds(5)
    // What is full stays as it is; the first refill after it is of up to a second.
    let first = count(now, &limiter)
    #expect((60...160).contains(first), "fifty that were there and fifty of five idle seconds")
    let second = count(at(now.nanoseconds + later), &limiter)
    #expect(second >= least && second <= (least == 0 ? 0 : 45), "a thousand a second are twenty in 20 ms")
  }

  @Test("about a thousand a second in the long run, also to itself")
  func overall() {
    var limiter = ErrorRateLimiter()
    var random = RandomSource(seed: 5)
    var count = 0
    for number in 0..<50_000 as Range<UInt64> {
      if limiter.allows(expiry, to: nil, now: at(number * 100_000), random: &random) { count += 1 }
    }
    #expect((4500...5600).contains(count))
  }

  /// `redirect_load` 20 ms, doubled with each, `redirect_number` 9.
  @Test("who pings once a second and takes no notice is redirected nine times, more and more seldom")
  func redirects() {
    var limiter = ErrorRateLimiter()
    let told = (0..<100 as Range<UInt64>).filter { limiter.allowsRedirect(to: station, now: seconds($0)) }
    #expect(told == [0, 1, 2, 3, 4, 5, 7, 10, 16])
  }

  @Test("a second redirect comes after more than 40 ms", arguments: [(40_000_000, false), (40_000_001, true)])
  func secondRedirect(later: UInt64, isSent: Bool) {
    var limiter = ErrorRateLimiter()
    let first = limiter.allowsRedirect(to: station, now: .start)
    let second = limiter.allowsRedirect(to: station, now: at(later))
    #expect(first)
    #expect(second == isSent)
  }

  @Test(
    "after 20.48 s without such a packet it begins anew", arguments: [(20_480_000_000, false), (20_480_000_001, true)])
  func redirectSilence(later: UInt64, isSent: Bool) {
    var limiter = ErrorRateLimiter()
    for second in 0..<17 as Range<UInt64> { _ = limiter.allowsRedirect(to: station, now: seconds(second)) }
    let next = limiter.allowsRedirect(to: station, now: at(seconds(16).nanoseconds + later))
    #expect(next == isSent)
  }
}
