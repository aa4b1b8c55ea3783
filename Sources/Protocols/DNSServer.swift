import Packets
import Simulation

/// A name server: a zone of its own, and for other names a forwarder with a small cache if it has somebody to ask.
///
/// It has no timer: a question nobody answered is forgotten when the next message comes after its time.
public struct DNSServer: Sendable {
  public struct Record: Hashable, Sendable {
    public var name: DomainName
    public var timeToLive: UInt32
    public var data: DNSMessage.RecordData

    public init(_ name: DomainName, _ data: DNSMessage.RecordData, timeToLive: UInt32 = 3600) {
      self.name = name
      self.data = data
      self.timeToLive = timeToLive
    }
  }

  public struct Configuration: Hashable, Sendable {
    /// What it knows itself.
    public var records: [Record] = []
    /// Domains it is the authority for: names in them that have no record do not exist.
    public var domains: [DomainName] = []
    /// Authoritative for every name there is.
    public var isRoot = false
    /// Asked in order; none means that other names are refused.
    public var upstream: [IPv4Address] = []
    /// How long an answer from upstream is waited for.
    public var timeout: TimeSpan = .seconds(5)
    /// Names kept, dnsmasq's `cache-size`.
    public var cacheSize = 150
    /// Questions under way, dnsmasq's `dns-forward-max`.
    public var pendingLimit = 150

    public init(records: [Record] = [], domains: [DomainName] = [], upstream: [IPv4Address] = []) {
      self.records = records
      self.domains = domains
      self.upstream = upstream
    }
  }

  public enum Action: Hashable, Sendable {
    /// To the client, from port 53.
    case answer(DNSMessage, to: Endpoint)
    /// To port 53 of an upstream server; what comes back goes to `reply`.
    case forward(DNSMessage, to: IPv4Address)
    case silent(DropReason)
  }

  public let configuration: Configuration
  /// Looked up, never iterated.
  private var records: [DomainName: [Record]] = [:]
  private var domains: Set<DomainName> = []
  var forwarder: DNSForwarder

  public init(_ configuration: Configuration) {
    self.configuration = configuration
    for record in configuration.records { records[record.name, default: []].append(record) }
    domains = Set(configuration.domains)
    forwarder = DNSForwarder(configuration)
  }

  /// Takes a question from a client.
  public mutating func query(
    _ message: DNSMessage, from client: Endpoint, now: Instant, random: inout RandomSource
  ) -> Action {
    guard !message.isResponse else { return .silent(.unexpected) }
    guard message.questions.count == 1, let question = message.questions.first else {
      return .answer(answer(message, .formatError), to: client)
    }
    var known = answer(message, .noError)
    var name = question.name
    // RFC 1034, 4.3.2: a canonical name starts the search anew; as many steps as there are records, then it is a loop.
    for _ in 0...configuration.records.count {
      guard let found = records[name] else { break }
      known.isAuthoritative = true
      let matching = found.filter { $0.data.type == question.type }
      guard matching.isEmpty else {
        known.answers += matching.map(\.resource)
        return .answer(known, to: client)
      }
      guard let alias = found.first(where: { $0.data.type == .cname }),
        case .canonicalName(let next) = alias.data
      else { return .answer(known, to: client) }
      known.answers.append(alias.resource)
      name = next
    }
    guard records[name] == nil else { return .answer(answer(message, .serverFailure), to: client) }
    return other(name, question, known, message, client, now, &random)
  }

  /// Takes an answer that came to the port the forwarded questions went out from.
  public mutating func reply(_ message: DNSMessage, from server: IPv4Address, now: Instant) -> Action {
    forwarder.reply(message, from: server, now)
  }

  /// A name without records here: it does not exist, or others are asked, or the question is refused.
  private mutating func other(
    _ name: DomainName, _ question: DNSMessage.Question, _ known: DNSMessage, _ message: DNSMessage,
    _ client: Endpoint, _ now: Instant, _ random: inout RandomSource
  ) -> Action {
    var known = known
    guard !isOurs(name) else {
      known.isAuthoritative = true
      known.code = .nameError
      return .answer(known, to: client)
    }
    guard !configuration.upstream.isEmpty, message.recursionDesired else {
      // What the zone says of an alias stands even if its target is another's.
      return .answer(known.answers.isEmpty ? answer(message, .refused) : known, to: client)
    }
    let asked = DNSMessage.Question(name, question.type)
    known.isAuthoritative = false
    if let cached = forwarder.cached(asked, now) {
      known.answers += cached
      return .answer(known, to: client)
    }
    guard let forwarded = forwarder.forward(asked, answering: known, client, now, &random) else {
      return .answer(answer(message, .refused), to: client)
    }
    return forwarded
  }

  private func answer(_ message: DNSMessage, _ code: DNSMessage.ResponseCode) -> DNSMessage {
    var answer = DNSMessage(identifier: message.identifier, isResponse: true, questions: message.questions)
    answer.recursionDesired = message.recursionDesired
    answer.recursionAvailable = !configuration.upstream.isEmpty
    answer.code = code
    return answer
  }

  /// The name is one of our domains or below one.
  private func isOurs(_ name: DomainName) -> Bool {
    if configuration.isRoot { return true }
    var rest = Substring(name.text)
    while true {
      if let domain = DomainName(String(rest)), domains.contains(domain) { return true }
      guard let dot = rest.firstIndex(of: ".") else { return false }
      rest = rest[rest.index(after: dot)...]
    }
  }
}

extension DNSServer.Record {
  fileprivate var resource: DNSMessage.ResourceRecord {
    DNSMessage.ResourceRecord(name, timeToLive: timeToLive, data)
  }
}
