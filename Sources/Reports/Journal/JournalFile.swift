import Configuration
import Packets
import Simulation

/// Why a file is no journal that can be read.
public struct JournalFileError: Error, Hashable, CustomStringConvertible {
  public var description: String
  init(_ description: String) { self.description = description }
}

/// `journal.json`: every record, one to a line, and what else a play left behind, so that all reports can be made from it.
public struct JournalFile: Sendable {
  /// Rises when an older reader could not understand a newer file.
  public static let version = 1

  public var scenario: String
  public var variant: String
  public var seed: UInt64
  public var journal: Journal
  public var messages: MessageTable
  public var limit: Simulator.Stop?
  public var stepsPlayed: Int
  public var duration: Instant

  public init(
    scenario: String, variant: String, seed: UInt64, journal: Journal, messages: MessageTable,
    limit: Simulator.Stop?, stepsPlayed: Int, duration: Instant
  ) {
    self.scenario = scenario
    self.variant = variant
    self.seed = seed
    self.journal = journal
    self.messages = messages
    self.limit = limit
    self.stepsPlayed = stepsPlayed
    self.duration = duration
  }

  private static let limits: [(Simulator.Stop, String)] = [
    (.tooManyEvents, "too-many-events"), (.tooLate, "too-late"), (.tooMuchMemory, "too-much-memory"),
  ]

  /// The word of a limit in files; nil where none was reached.
  static func word(of limit: Simulator.Stop?) -> String? { limits.first { $0.0 == limit }?.1 }
  static var limitWords: [String] { limits.map { $0.1 } }
}

// MARK: - Writing

extension JournalFile {
  public func written() -> String {
    var text = "{\n"
    for member in JournalForms.head {
      guard let value = member.write(self) else { continue }
      text += "  \(JSONValue.text(member.property.name).oneLine): \(value.oneLine),\n"
    }
    text += "  \"records\": ["
    for (place, record) in journal.records.enumerated() {
      text += place > 0 ? ",\n    " : "\n    "
      text += json(record).oneLine
    }
    return text + "\n  ]\n}\n"
  }

  private func json(_ record: Record) -> JSONValue {
    var members: [(String, JSONValue?)] = JournalForms.record.map { ($0.property.name, $0.write(record)) }
    let form = EventForm(record.event, messages)
    let facts = form.facts.map { ($0.name, $0.fact.json) }
    members.append(("event", .text(form.word)))
    if !facts.isEmpty { members.append(("facts", .members(facts))) }
    return .members(members)
  }
}

extension EventForm.Fact {
  fileprivate var json: JSONValue {
    switch self {
    case .number(let number): .integer(number)
    case .text(let text): .text(text)
    case .bytes(let bytes): .text(bytes.hexadecimal)
    }
  }
}

extension Counters {
  private static let fields: [(String, any WritableKeyPath<Counters, UInt64> & Sendable)] = [
    ("events", \.events), ("sent", \.sent), ("arrived", \.arrived), ("lost-on-links", \.lostOnLinks),
    ("in-flight", \.inFlight), ("forwarded", \.forwarded), ("absorbed", \.absorbed), ("delivered", \.delivered),
    ("dropped", \.dropped), ("held", \.held), ("without-fate", \.withoutFate), ("with-two-fates", \.withTwoFates),
    ("waiting", \.waiting),
  ]

  static let form = JSONForm<Counters>.object(
    fields.map { name, path in
      JSONMember(name, .number, "Frames, but for `events`: what the simulator handled") { $0[keyPath: path] }
    }
  ).named("counters")

  init(_ json: JSONValue) throws(JournalFileError) {
    self.init()
    for (name, path) in Counters.fields {
      guard let count = json[name]?.integer(as: UInt64.self) else {
        throw JournalFileError("the counter '\(name)' is missing or wrong")
      }
      self[keyPath: path] = count
    }
  }
}

// MARK: - Reading

extension JournalFile {
  /// Reads what `written` wrote.
  public init(reading text: String) throws(JournalFileError) {
    let json: JSONValue
    do { json = try JSONValue(parsing: text) } catch { throw JournalFileError("not JSON: \(error)") }
    guard json["version"]?.integer() == JournalFile.version else {
      throw JournalFileError("not a journal of version \(JournalFile.version)")
    }
    guard let scenario = json["scenario"]?.text, let variant = json["variant"]?.text,
      let seed = json["seed"]?.integer(as: UInt64.self), let counters = json["counters"],
      let played = json["steps-played"]?.integer(as: Int.self),
      let duration = json["duration"]?.integer(as: UInt64.self), let records = json["records"]?.list
    else { throw JournalFileError("the head of the journal is not whole") }
    var messages = MessageTable()
    var read: [Record] = []
    read.reserveCapacity(records.count)
    for record in records { read.append(try Record(record, into: &messages)) }
    let word = json["limit"]?.text
    self.init(
      scenario: scenario, variant: variant, seed: seed,
      journal: Journal(records: read, counters: try Counters(counters)), messages: messages,
      limit: JournalFile.limits.first { $0.1 == word }?.0, stepsPlayed: played,
      duration: Instant(nanoseconds: duration))
  }
}

extension Record {
  fileprivate init(_ json: JSONValue, into messages: inout MessageTable) throws(JournalFileError) {
    guard let time = json["time"]?.integer(as: UInt64.self), let word = json["event"]?.text,
      let relation = json["relation"]?.integer(as: UInt8.self).flatMap(Relation.init(rawValue:))
    else { throw JournalFileError("a record without time, relation or event") }
    func number(_ name: String) -> UInt32? { json[name]?.integer(as: UInt32.self) }
    var form = EventForm(word)
    if case .object(let members)? = json["facts"] {
      form.facts = members.compactMap { member in
        if let text = member.value.text { return (member.name, .text(text)) }
        return member.value.integer(as: UInt64.self).map { (member.name, .number($0)) }
      }
    }
    self.init(
      time: Instant(nanoseconds: time), device: number("device").map { DeviceID(index: Int($0)) } ?? .none,
      port: number("port").map { PortNumber(stored: UInt64($0)) } ?? .none,
      frame: FrameID(rawValue: number("frame") ?? 0), cause: FrameID(rawValue: number("cause") ?? 0),
      relation: relation, activity: ActivityID(rawValue: number("activity") ?? 0),
      origin: number("origin").map { Origin(index: Int($0)) } ?? .none, event: try form.event(into: &messages)
    )
  }
}
