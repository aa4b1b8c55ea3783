import Packets

/// Why an activity failed, as its sender learned it: the words of `fails:`, one closed list.
public enum FailureReason: UInt8, Error, Hashable, Sendable, BitwiseCopyable, CaseIterable {
  case noAnswer = 1
  case noRoute, networkUnreachable, hostUnreachable, protocolUnreachable, portUnreachable
  case fragmentationNeeded, prohibited, networkProhibited, hostProhibited, adminProhibited, timeExceeded
  case refused, reset
  case noAddress, noLease, noNameserver, nameNotFound, nameRefused, nameUnresolved
  case interrupted, notSupported, switchedOff
  case nameWithoutAddress, portTaken

  public var word: String { FailureReason.table[Int(rawValue) - 1].word }
  /// The ICMP code, errno or silence it stands for.
  public var meaning: String { FailureReason.table[Int(rawValue) - 1].meaning }

  public init?(word: String) {
    guard let match = FailureReason.allCases.first(where: { $0.word == word }) else { return nil }
    self = match
  }

  private static let table: [(word: String, meaning: String)] = [
    ("no-answer", "silence: nothing came back in time (ETIMEDOUT)"),
    ("no-route", "the sender itself has no route; nothing was sent (ENETUNREACH)"),
    ("network-unreachable", "a router answered ICMP 3/0, 3/6 or 3/11: no route from there"),
    (
      "host-unreachable",
      "ARP failed at the sender (EHOSTUNREACH), or a router answered ICMP 3/1, 3/7 or 3/12"
    ),
    ("protocol-unreachable", "the host answered ICMP 3/2"),
    ("port-unreachable", "ICMP 3/3: no program on that port, or a filter that rejects"),
    ("fragmentation-needed", "ICMP 3/4, or the packet is too big for what the sender knows of the way (EMSGSIZE)"),
    ("prohibited", "the sender's own rules or routes forbid it; nothing was sent (EPERM, EACCES)"),
    ("network-prohibited", "ICMP 3/9: a filter forbids the way to that network (ENETUNREACH)"),
    ("host-prohibited", "ICMP 3/10: a filter forbids the way to that host (EHOSTUNREACH)"),
    ("admin-prohibited", "ICMP 3/13 to 3/15: a filter or a route forbids it, and says so openly (EHOSTUNREACH)"),
    ("time-exceeded", "ICMP 11: the time to live or the reassembly time ran out"),
    ("refused", "TCP RST to the SYN (ECONNREFUSED)"),
    ("reset", "TCP RST on an open connection (ECONNRESET)"),
    ("no-address", "one of the two ends has no address yet"),
    ("no-lease", "no DHCP server gave an address"),
    ("no-nameserver", "no name server is configured"),
    ("name-not-found", "DNS answered NXDOMAIN"),
    ("name-refused", "DNS answered REFUSED"),
    ("name-unresolved", "no DNS server answered, or it failed (SERVFAIL)"),
    ("interrupted", "the run ended first"),
    ("not-supported", "that machine cannot do this"),
    ("switched-off", "the machine that should begin is switched off"),
    ("name-without-address", "DNS answered that the name is there, but no address for it (NODATA)"),
    ("port-taken", "a program of the sender has that port already, or all are taken (EADDRINUSE)"),
  ]
}

/// How an activity ended, with what its sender saw.
public struct Outcome: Hashable, Sendable, BitwiseCopyable {
  /// Nil when it succeeded.
  public var failure: FailureReason?
  /// From the first packet to the end.
  public var roundTrip: TimeSpan = .zero
  /// Who answered.
  public var responder = IPv4Address.any
  /// The time to live of the answer as it arrived; 0 if none did.
  public var timeToLive: UInt8 = 0
  /// What was learned: the leased address, the resolved address.
  public var address = IPv4Address.any
  /// The HTTP status, the length of the lease's prefix.
  public var detail: UInt32 = 0
  /// Of a transfer, the bytes of application data that the peer acknowledged.
  public var bytes: UInt64 = 0
  /// Of a transfer, from the first byte sent to the last one acknowledged.
  public var duration = TimeSpan.zero
  /// Of a transfer, how many segments were sent again.
  public var repeats: UInt32 = 0

  public init(failure: FailureReason? = nil) { self.failure = failure }

  public static let success = Outcome()
  public static func failure(_ reason: FailureReason) -> Outcome { Outcome(failure: reason) }

  public var succeeded: Bool { failure == nil }
}
