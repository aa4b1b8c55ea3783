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
    /// Asked about other names; none means that those are refused.
    public var upstream: [IPv4Address] = []
    /// Asks all of them at once and takes the first good answer (dnsmasq's `all-servers`), instead of one after the other.
    public var asksAll = false
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
    /// To port 53 of upstream servers; what comes back goes to `reply`, and what cannot be sent to `unsendable`.
    case forward(DNSMessage, to: [IPv4Address])
    case silent(DropReason)
  }

  public let configuration: Configuration
  /// Looked up, never iterated.
  private var records: [DomainName: [Record]] = [:]
  private var domains: Set<DomainName> = []
  /// Names that have no record but stand above one that has (RFC 8020, 2).
  private var nodes: Set<DomainName> = []
  var forwarder: DNSForwarder

  public init(_ configuration: Configuration) {
    self.configuration = configuration
    for record in configuration.records {
      records[record.name, default: []].append(record)
      nodes.formUnion(record.name.ancestors)
    }
    domains = Set(configuration.domains)
    forwarder = DNSForwarder(configuration)
  }

  /// Takes a question from a client.
  ///
  /// - Parameter leased: The address of the machine that the question names, where a DHCP lease tells of one.
  public mutating func query(
    _ message: DNSMessage, leased: IPv4Address?, from client: Endpoint, now: Instant, random: inout RandomSource
  ) -> Action {
    guard !message.isResponse else { return .silent(.unexpected) }
    guard message.questions.count == 1, let question = message.questions.first else {
      return .answer(answer(message, .formatError), to: client)
    }
    var known = answer(message, .noError)
    var name = question.name
    if let leased, records[name] == nil {
      known.isAuthoritative = true
      // dnsmasq, `dhcp-ttl`: nobody is to keep what may change before the lease ends.
      if question.type == .a { known.answers = [.init(name, timeToLive: 0, .address(leased))] }
      return .answer(known, to: client)
    }
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

  /// A question that went out to that server did not even leave the machine.
  public mutating func unsendable(_ message: DNSMessage, to server: IPv4Address) -> Action {
    forwarder.unsendable(message, to: server)
  }

  /// What it remembers of others' answers at that moment, the oldest first.
  public func remembered(at now: Instant) -> [(answers: [DNSMessage.ResourceRecord], until: Instant)] {
    forwarder.remembered(at: now)
  }

  /// What was asked and what was learned from others is gone, as when the daemon is started anew.

  public mutating func restart() { forwarder = DNSForwarder(configuration) }

  /// A name without records here: it does not exist, or others are asked, or the question is refused.
  private mutating func other(
    _ name: DomainName, _ question: DNSMessage.Question, _ known: DNSMessage, _ message: DNSMessage,
    _ client: Endpoint, _ now: Instant, _ random: inout RandomSource
  ) -> Action {
    var known = known
    guard !isOurs(name) else {
      known.isAuthoritative = true
      if !nodes.contains(name) { known.code = .nameError }
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
    configuration.isRoot || domains.contains(name) || name.ancestors.contains { domains.contains($0) }
  }
}

extension DomainName {
  /// The names above it, the nearest first.
  fileprivate var ancestors: [DomainName] {
    var names: [DomainName] = []
    var rest = Substring(text)
    while let dot = rest.firstIndex(of: ".") {
      rest = rest[rest.index(after: dot)...]
      if let name = DomainName(String(rest)) { names.append(name) }
    }
    return names
  }
}

extension DNSServer.Record {
  fileprivate var resource: DNSMessage.ResourceRecord {
    DNSMessage.ResourceRecord(name, timeToLive: timeToLive, data)
  }
}
