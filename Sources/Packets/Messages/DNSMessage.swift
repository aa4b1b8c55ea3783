/// A domain name message (RFC 1035, section 4).
public struct DNSMessage: Hashable, Sendable {
  public var identifier: UInt16
  public var isResponse: Bool
  public var isAuthoritative = false
  public var recursionDesired = true
  public var recursionAvailable = false
  public var code: ResponseCode = .noError
  public var questions: [Question]
  public var answers: [ResourceRecord] = []

  public init(identifier: UInt16, isResponse: Bool, questions: [Question]) {
    self.identifier = identifier
    self.isResponse = isResponse
    self.questions = questions
  }

  /// RFC 1035, 4.1.1, RCODE.
  public struct ResponseCode: Hashable, Sendable {
    public let rawValue: UInt8
    public init(rawValue: UInt8) { self.rawValue = rawValue & 15 }
    public static let noError = ResponseCode(rawValue: 0)
    public static let formatError = ResponseCode(rawValue: 1)
    public static let serverFailure = ResponseCode(rawValue: 2)
    public static let nameError = ResponseCode(rawValue: 3)
    public static let notImplemented = ResponseCode(rawValue: 4)
    public static let refused = ResponseCode(rawValue: 5)
  }

  /// 1 is A, 5 is CNAME (RFC 1035, 3.2.2).
  public struct RecordType: Hashable, Sendable {
    public let rawValue: UInt16
    public init(rawValue: UInt16) { self.rawValue = rawValue }
    public static let a = RecordType(rawValue: 1)
    public static let cname = RecordType(rawValue: 5)
  }

  public struct Question: Hashable, Sendable {
    public var name: DomainName
    public var type: RecordType
    public init(_ name: DomainName, _ type: RecordType) {
      self.name = name
      self.type = type
    }
  }

  public struct ResourceRecord: Hashable, Sendable {
    public var name: DomainName
    /// Seconds the answer may be kept.
    public var timeToLive: UInt32
    public var data: RecordData
    public init(_ name: DomainName, timeToLive: UInt32, _ data: RecordData) {
      self.name = name
      self.timeToLive = timeToLive
      self.data = data
    }
  }

  public enum RecordData: Hashable, Sendable {
    case address(IPv4Address)
    case canonicalName(DomainName)
    case other(RecordType, [UInt8])
  }
}

/// A domain name in lower case without the final dot (RFC 1034, 3.1: names compare without case).
public struct DomainName: Hashable, Sendable {
  public let text: String

  /// Nil when a label is empty or longer than 63 bytes, or the whole is longer than 253 (RFC 1035, 2.3.4).
  public init?(_ text: String) {
    var name = text.lowercased()
    if name.hasSuffix(".") { name.removeLast() }
    // Bytes, not characters: a combining mark behind a dot would hide it.
    let labels = name.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
    guard (1...253).contains(name.utf8.count), labels.allSatisfy({ (1...63).contains($0.count) }) else {
      return nil
    }
    self.text = name
  }
}

extension DomainName: CustomStringConvertible {
  public var description: String { text }
}
