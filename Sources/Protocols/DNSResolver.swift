import Packets
import Simulation

/// One look-up of a name by a host's stub resolver, as glibc does it.
///
/// It asks the name servers in order, and the whole list again, always with the same message. Nothing is remembered
/// afterwards, because glibc has no cache.
public struct DNSResolver: Sendable {
  public enum Action: Hashable, Sendable {
    /// To port 53, from the one port of this look-up.
    case send(DNSMessage, to: IPv4Address)
    /// Call `timerFired` when it is over; replaces the timer set before.
    case setTimer(TimeSpan)
    /// The end, with the first address.
    case resolved(IPv4Address)
    /// The end: nameNotFound, nameWithoutAddress, nameRefused, nameUnresolved or noNameserver.
    case failed(FailureReason)
    /// The message that came changes nothing.
    case silent(DropReason)
  }

  public let name: DomainName
  /// resolv.conf(5): at most three.
  public let nameservers: [IPv4Address]
  /// resolv.conf(5), `attempts`: rounds through the list.
  public static let attempts = 2
  /// resolv.conf(5), `timeout`.
  public static let timeout: UInt64 = 5

  private var identifier: UInt16 = 0
  /// Sendings so far; the current one is the last.
  private var sendings = 0
  private var isRefused = false
  private var isOver = false

  public init(_ name: DomainName, nameservers: [IPv4Address]) {
    self.name = name
    self.nameservers = Array(nameservers.prefix(3))
  }

  /// Asks the first server.
  public mutating func start(random: inout RandomSource) -> [Action] {
    guard !nameservers.isEmpty else { return end(.failed(.noNameserver)) }
    identifier = UInt16(truncatingIfNeeded: random.next() >> 48)
    return ask()
  }

  /// Takes a message that came to the look-up's port.
  public mutating func receive(_ message: DNSMessage, from server: IPv4Address) -> [Action] {
    guard !isOver, sendings > 0, server == nameserver, message.isResponse, message.identifier == identifier,
      message.questions == [question]
    else { return [.silent(.unexpected)] }
    switch message.code {
    case .noError:
      if let address = address(in: message) { return end(.resolved(address)) }
      // Neither an authority nor willing to ask one: no answer at all.
      guard message.isAuthoritative || message.recursionAvailable || !message.answers.isEmpty else {
        return moveOn(isRefused: false)
      }
      // RFC 2308, 2.2: the name is there, but not what was asked for.
      return end(.failed(.nameWithoutAddress))
    case .nameError: return end(.failed(.nameNotFound))
    case .refused: return moveOn(isRefused: true)
    case .serverFailure, .notImplemented: return moveOn(isRefused: false)
    default: return end(.failed(.nameUnresolved))
    }
  }

  /// Nobody answered in time.
  public mutating func timerFired() -> [Action] { isOver || sendings == 0 ? [] : moveOn(isRefused: false) }

  /// The current question cannot have arrived: ICMP says so, or there is no route (ECONNREFUSED, ENETUNREACH).
  public mutating func unreachable(_ server: IPv4Address) -> [Action] {
    isOver || sendings == 0 || server != nameserver ? [] : moveOn(isRefused: false)
  }

  private var question: DNSMessage.Question { DNSMessage.Question(name, .a) }

  private var place: Int { (sendings - 1) % nameservers.count }

  private var nameserver: IPv4Address { nameservers[place] }

  private mutating func ask() -> [Action] {
    sendings += 1
    let message = DNSMessage(identifier: identifier, isResponse: false, questions: [question])
    return [.send(message, to: nameserver), .setTimer(pause)]
  }

  /// glibc gives the first server the time in full; a later one twice as much as the one before it, divided by all.
  private var pause: TimeSpan {
    guard place > 0 else { return .seconds(DNSResolver.timeout) }
    return .seconds((DNSResolver.timeout << UInt64(place)) / UInt64(nameservers.count))
  }

  private mutating func moveOn(isRefused: Bool) -> [Action] {
    self.isRefused = isRefused
    guard sendings < DNSResolver.attempts * nameservers.count else {
      return end(.failed(isRefused ? .nameRefused : .nameUnresolved))
    }
    return ask()
  }

  private mutating func end(_ action: Action) -> [Action] {
    isOver = true
    return [action]
  }

  /// The first address of the name, or of what it is an alias for; each alias is followed once.
  private func address(in message: DNSMessage) -> IPv4Address? {
    var name = self.name
    for _ in 0...message.answers.count {
      for answer in message.answers where answer.name == name {
        if case .address(let address) = answer.data { return address }
      }
      let alias = message.answers.first { $0.name == name && $0.data.type == .cname }
      guard case .canonicalName(let next)? = alias?.data else { return nil }
      name = next
    }
    return nil
  }
}
