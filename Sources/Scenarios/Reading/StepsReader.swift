import Configuration
import Devices
import Simulation

/// Reads `steps` and what is expected of them.
struct StepsReader {
  let places: Places

  static let id = Field(
    "id", Shape<String>.string.located, "What expectations and pictures call it; step1, step2 … unless set")
  static let title = Field("title", .string, "What it shows, in your own words")
  static let at = Field(
    "at", Shape<TimeSpan>.duration.located,
    "When it begins, counted from the start of the play; at once after the step before unless set")
  static let background = Field(
    "background", .boolean, "Whether the steps behind it go on meanwhile; it is judged when it has ended")
  /// What a step may say beside its verb.
  static let fields: [any FieldDeclaration] = [id, title, at, background]
  static let shorthands = ["reply", "connected", "refused"]

  /// - Parameter origins: Takes in what the steps configure.
  func read(
    _ steps: Value?, expect: Value?, _ origins: inout OriginTable, _ diagnostics: inout Diagnostics
  ) -> [Step] {
    var result: [Step] = []
    var ids = StepIDs()
    var timetable = Timetable()
    var reader = StepReader(places: places, diagnostics: diagnostics)
    if let steps {
      if let items = steps.list {
        for (index, item) in items.enumerated() {
          readStep(item, number: index + 1, &ids, &result, &timetable, &reader)
        }
      } else {
        reader.diagnostics.report(.expected("a list of steps", found: steps))
      }
    }
    diagnostics = reader.diagnostics
    origins = reader.origins
    if let expect { readExpectations(expect, ids, &result, &diagnostics) }
    return result
  }

  private func readStep(
    _ value: Value, number: Int, _ ids: inout StepIDs, _ result: inout [Step], _ timetable: inout Timetable,
    _ reader: inout StepReader
  ) {
    guard let mapping = value.map else {
      return reader.diagnostics.report(.expected("a step such as { id: out, ping: a -> b }", found: value))
    }
    let id = readID(mapping, value, number, &ids, &reader.diagnostics)
    let title = Self.read(Self.title, of: mapping, &reader.diagnostics)
    let time = Self.read(Self.at, of: mapping, &reader.diagnostics)
    let isInBackground = Self.read(Self.background, of: mapping, &reader.diagnostics) ?? false
    guard let (kind, written) = verb(of: mapping, value, &reader.diagnostics) else { return }
    let verb = kind.init(written, &reader)
    if isInBackground, kind.family == .change {
      reader.diagnostics.report(
        "'\(kind.word)' is done at once and cannot go on in the background", .unsuitableField,
        at: mapping.entry(Self.background.name)?.keyLocation ?? value.location)
    }
    guard let verb, let id else { return }
    timetable.add(verb, at: time, isInBackground, &reader.diagnostics)
    ids.places[id] = result.count
    var step = Step(id: id, title: title, verb: verb, location: value.location)
    step.start = time.map { .start + $0.value }
    step.isInBackground = isInBackground
    result.append(step)
  }

  /// Nil where it is absent or wrong, which has been reported.
  private static func read<T>(_ field: Field<T>, of step: Mapping, _ diagnostics: inout Diagnostics) -> T? {
    step[field.name].flatMap { $0.isNull ? nil : field.shape.read($0, &diagnostics) }
  }

  /// Nil for an id that is taken or no name.
  private func readID(
    _ mapping: Mapping, _ step: Value, _ number: Int, _ ids: inout StepIDs, _ diagnostics: inout Diagnostics
  ) -> String? {
    var id = Located("step\(number)", at: step.location)
    if let written = mapping[Self.id.name], !written.isNull {
      guard let read = Self.id.shape.read(written, &diagnostics),
        FileName.check(read.value, of: "a step", at: read.location, &diagnostics)
      else { return nil }
      id = read
    }
    guard let other = ids.add(id.value) else { return id.value }
    diagnostics.report(
      "there is already a step '\(id.value)'", .duplicateStep, at: id.location,
      notes: other == id.value ? [] : ["'\(other)' differs only in case, and files are named after them"])
    return nil
  }

  private func verb(
    of mapping: Mapping, _ step: Value, _ diagnostics: inout Diagnostics
  ) -> (kind: any StepKind.Type, value: Value)? {
    let words = stepKinds.map { $0.word }
    let own = Self.fields.map { $0.name }
    let others = mapping.entries.filter { !own.contains($0.key) && !$0.key.hasPrefix("x-") }
    let verbs = others.filter { words.contains($0.key) }
    let unknown = others.filter { !words.contains($0.key) }
    for (index, entry) in unknown.enumerated() {
      let isVerb = verbs.isEmpty && index == 0
      diagnostics.report(
        isVerb ? "there is no verb '\(entry.key)'" : "a step has no field '\(entry.key)'",
        isVerb ? .unknownVerb : .unknownField, at: entry.keyLocation,
        notes: Diagnostic.Note.suggestion(
          for: entry.key, among: isVerb ? words : own + words,
          called: isVerb ? "verbs" : "fields"))
    }
    guard let first = verbs.first else {
      if unknown.isEmpty {
        diagnostics.report(
          "the step does not say what to do", .unknownVerb, at: step.location,
          notes: ["the verbs are \(words.joined(separator: ", "))"])
      }
      return nil
    }
    guard verbs.count == 1 else {
      diagnostics.report(
        "a step does one thing, and this one has '\(first.key)' and '\(verbs[1].key)'", .severalVerbs,
        at: verbs[1].keyLocation)
      return nil
    }
    return stepKinds.first { $0.word == first.key }.map { ($0, first.value) }
  }
}

/// Ids of all steps that were written, those that could not be read among them.
struct StepIDs {
  private(set) var all: [String] = []
  private var folded: [String: String] = [:]  // looked up, never iterated
  /// Where among the steps that could be read each is; looked up, never iterated.
  var places: [String: Int] = [:]

  /// Gives back the one that is in the way, if one is.
  mutating func add(_ id: String) -> String? {
    if let other = folded[FileName.folded(id)] { return other }
    folded[FileName.folded(id)] = id
    all.append(id)
    return nil
  }

  func contains(_ id: String) -> Bool { folded[FileName.folded(id)] == id }
}
