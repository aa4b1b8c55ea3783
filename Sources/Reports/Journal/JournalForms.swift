import Configuration
import Packets
import Simulation

/// What stands in `journal.json`: its head and what all records have, member by member, and the facts of each event.
enum JournalForms {
  static let head: [JSONMember<JournalFile>] = [
    JSONMember("version", .constant(JournalFile.version), "Of this form") { _ in JournalFile.version },
    JSONMember("scenario", .text, "Its name") { $0.scenario },
    JSONMember("variant", .text, "`default` where there are none") { $0.variant },
    JSONMember("seed", .number, "Where chance came from") { $0.seed },
    JSONMember(
      "limit", JSONForm<String>.choice(JournalFile.limitWords).orNull, "What ended the play before its last step"
    ) { JournalFile.word(of: $0.limit) },
    JSONMember("steps-played", .number, "Steps that were played to their end") { $0.stepsPlayed },
    JSONMember("duration", .number, "Virtual time at the end, in nanoseconds") { $0.duration.nanoseconds },
    JSONMember("counters", Counters.form, "Where every frame went") { $0.journal.counters },
  ]

  static let record: [JSONMember<Record>] = [
    JSONMember("time", .number, "In nanoseconds from the start") { $0.time.nanoseconds },
    JSONMember(optional: "device", .number, "By its place in the topology; none for the run itself") {
      $0.device == .none ? nil : $0.device.index
    },
    JSONMember(optional: "port", .number, "From 0") { $0.port == .none ? nil : $0.port.index },
    JSONMember(optional: "frame", .number, "The sending it is about; each has its own number") {
      $0.frame == .none ? nil : $0.frame.rawValue
    },
    JSONMember(optional: "cause", .number, "The frame that brought it about") {
      $0.cause == .none ? nil : $0.cause.rawValue
    },
    JSONMember(
      "relation", JSONForm<UInt8>(.integer(1...4)) { .integer($0) },
      "To the cause: 1 begins an activity, 2 continues the same packet, 3 answers, 4 serves"
    ) { $0.relation.rawValue },
    JSONMember(optional: "activity", .number, "Whose first packet it is") {
      $0.activity == .none ? nil : $0.activity.rawValue
    },
    JSONMember(optional: "origin", .number, "The piece of configuration that decided") {
      $0.origin == .none ? nil : $0.origin.index
    },
  ]

  static let schema = SchemaNode.object(
    head.map(\.property) + [
      SchemaNode.Property(
        name: "records", schema: .list(of: .named("record", recordSchema)), summary: "What happened, in order",
        isRequired: true)
    ])

  private static var recordSchema: SchemaNode {
    let event = SchemaNode.Property(
      name: "event", schema: .choice(EventForm.kinds.map(\.word.rawValue)), summary: "What happened", isRequired: true)
    let facts = SchemaNode.Property(name: "facts", schema: .any, summary: "What there is to say of it")
    return .allOf([
      .object(record.map(\.property) + [event, facts]),
      .anyOf(EventForm.kinds.filter { !$0.facts.isEmpty }.map(schema) + [withoutFacts]),
    ])
  }

  private static func schema(of kind: EventForm.Kind) -> SchemaNode {
    let facts = kind.facts.map { fact in
      SchemaNode.Property(name: fact.name, schema: fact.schema, summary: fact.summary, isRequired: !fact.isOptional)
    }
    return .object(
      [
        SchemaNode.Property(
          name: "event", schema: .constant(kind.word.rawValue), summary: kind.summary, isRequired: true),
        SchemaNode.Property(name: "facts", schema: .object(facts), summary: "", isRequired: true),
      ], isOpen: true)
  }

  private static var withoutFacts: SchemaNode {
    let words = EventForm.kinds.filter(\.facts.isEmpty).map(\.word.rawValue)
    return .object(
      [
        SchemaNode.Property(
          name: "event", schema: .choice(words), summary: "An event without facts", isRequired: true)
      ], isOpen: true)
  }
}

extension JournalReport {
  public static let schema = JournalForms.schema
}
