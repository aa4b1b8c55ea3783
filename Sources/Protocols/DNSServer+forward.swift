import Packets
import Simulation

/// Questions under way to upstream servers, and what they answered lately.
struct DNSForwarder: Sendable {
  private struct Pending: Sendable {
    var client: Endpoint
    /// The answer so far, under the client's identifier and question.
    var known: DNSMessage
    var question: DNSMessage.Question
    /// The server asked last; where all were asked, none.
    var upstream: Int
    /// Servers that may still answer.
    var outstanding: Int
    var since: Instant
  }

  private struct Cached: Sendable {
    var answers: [DNSMessage.ResourceRecord]
    var since: Instant
    var expiry: Instant
  }

  private let upstream: [IPv4Address]
  private let asksAll: Bool
  private let timeout: TimeSpan
  private let cacheSize: Int
  private let pendingLimit: Int
  /// By our identifier; looked up, and searched only through `order`.
  private var pending: [UInt16: Pending] = [:]
  /// Identifiers in the order of asking, so that the oldest time out first.
  private var order: [UInt16] = []
  /// Looked up, never iterated.
  private var cache: [DNSMessage.Question: Cached] = [:]
  /// What the cache holds, the oldest first.
  private var cacheOrder: [DNSMessage.Question] = []

  /// What is remembered at that moment, the oldest first.
  func remembered(at now: Instant) -> [(answers: [DNSMessage.ResourceRecord], until: Instant)] {
    cacheOrder.compactMap { question in
      guard let known = cache[question], now < known.expiry else { return nil }
      return (known.answers, known.expiry)
    }
  }

  init(_ configuration: DNSServer.Configuration) {
    upstream = configuration.upstream
    asksAll = configuration.asksAll
    timeout = configuration.timeout
    cacheSize = configuration.cacheSize
    pendingLimit = configuration.pendingLimit
  }

  /// Asks the first upstream server, or the next one if the client asks again before an answer came; or else all.
  ///
  /// Nil when too many questions are under way.
  mutating func forward(
    _ question: DNSMessage.Question, answering known: DNSMessage, _ client: Endpoint, _ now: Instant,
    _ random: inout RandomSource
  ) -> DNSServer.Action? {
    forget(now)
    if let again = order.first(where: { isRepeat($0, known, client) }), var old = pending[again] {
      if !asksAll { old.upstream = (old.upstream + 1) % upstream.count }
      old.outstanding = asksAll ? upstream.count : 1
      pending[again] = old
      return ask(again, old)
    }
    guard pending.count < pendingLimit else { return nil }
    var identifier: UInt16
    repeat { identifier = UInt16(truncatingIfNeeded: random.next() >> 48) } while pending[identifier] != nil
    let entry = Pending(
      client: client, known: known, question: question, upstream: 0, outstanding: asksAll ? upstream.count : 1,
      since: now)
    pending[identifier] = entry
    order.append(identifier)
    return ask(identifier, entry)
  }

  /// The client's answer; where a server fails or refuses the next is asked, or the others are waited for.
  mutating func reply(_ message: DNSMessage, from server: IPv4Address, _ now: Instant) -> DNSServer.Action {
    forget(now)
    guard message.isResponse, let entry = pending[message.identifier], upstream.contains(server),
      message.questions == [entry.question]
    else { return .silent(.unexpected) }
    if message.code == .serverFailure || message.code == .refused, let other = askAnother(message.identifier, entry) {
      return other
    }
    keep(message, as: entry.question, now)
    return answer(message.identifier, entry, message.code, message.answers)
  }

  /// Who cannot even be asked counts as one who refuses; dnsmasq then says so itself.
  mutating func unsendable(_ message: DNSMessage, to server: IPv4Address) -> DNSServer.Action {
    guard let entry = pending[message.identifier] else { return .silent(.unexpected) }
    return askAnother(message.identifier, entry) ?? answer(message.identifier, entry, .refused, [])
  }

  /// What to do after one server was of no use; nil when it was the last.
  private mutating func askAnother(_ identifier: UInt16, _ entry: Pending) -> DNSServer.Action? {
    var entry = entry
    guard !asksAll else {
      entry.outstanding -= 1
      pending[identifier] = entry
      return entry.outstanding > 0 ? .silent(.unexpected) : nil
    }
    guard entry.upstream + 1 < upstream.count else { return nil }
    entry.upstream += 1
    pending[identifier] = entry
    return ask(identifier, entry)
  }

  private mutating func answer(
    _ identifier: UInt16, _ entry: Pending, _ code: DNSMessage.ResponseCode, _ records: [DNSMessage.ResourceRecord]
  ) -> DNSServer.Action {
    pending[identifier] = nil
    order.removeAll { $0 == identifier }
    var answer = entry.known
    answer.code = code
    answer.answers += records
    return .answer(answer, to: entry.client)
  }

  /// What is known of the question, its times to live less the time it was kept (RFC 1035, 6.1.3).
  func cached(_ question: DNSMessage.Question, _ now: Instant) -> [DNSMessage.ResourceRecord]? {
    guard let entry = cache[question], now < entry.expiry else { return nil }
    let age = UInt32(clamping: (now - entry.since).nanoseconds / 1_000_000_000)
    return entry.answers.map {
      DNSMessage.ResourceRecord($0.name, timeToLive: $0.timeToLive - age, $0.data)
    }
  }

  /// Only answers with records are kept: how long a missing name stays missing is said in a part we do not carry.
  private mutating func keep(_ message: DNSMessage, as question: DNSMessage.Question, _ now: Instant) {
    guard message.code == .noError, let shortest = message.answers.map(\.timeToLive).min(), shortest > 0,
      cacheSize > 0
    else { return }
    if cache[question] == nil {
      if cacheOrder.count >= cacheSize { cache[cacheOrder.removeFirst()] = nil }
      cacheOrder.append(question)
    }
    cache[question] = Cached(
      answers: message.answers, since: now, expiry: now + .seconds(UInt64(shortest)))
  }

  private mutating func forget(_ now: Instant) {
    let late = order.prefix { now - (pending[$0]?.since ?? .start) >= timeout }
    for identifier in late { pending[identifier] = nil }
    order.removeFirst(late.count)
  }

  private func isRepeat(_ identifier: UInt16, _ known: DNSMessage, _ client: Endpoint) -> Bool {
    guard let entry = pending[identifier] else { return false }
    return entry.client == client && entry.known.identifier == known.identifier
      && entry.known.questions == known.questions
  }

  private func ask(_ identifier: UInt16, _ entry: Pending) -> DNSServer.Action {
    let message = DNSMessage(identifier: identifier, isResponse: false, questions: [entry.question])
    return .forward(message, to: asksAll ? upstream : [upstream[entry.upstream]])
  }
}
