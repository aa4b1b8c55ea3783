import Configuration

/// Reads `steps` and what is expected of them.
struct StepsReader {
  let places: Places

  static let id = Field(
    "id", Shape<String>.string.located, "What expectations and pictures call it; step1, step2 … unless set")
  static let title = Field("title", .string, "What it shows, in your own words")
  static let shorthands = ["reply", "connected", "refused"]

  func read(
    _ steps: Value?, expect: Value?, _ diagnostics: inout Diagnostics
  ) -> [Step] {
    var result: [Step] = []
    var ids = StepIDs()
    var flowCount = 0
    if let steps {
      if let items = steps.list {
        for (index, item) in items.enumerated() {
          readStep(item, number: index + 1, &ids, &result, &flowCount, &diagnostics)
        }
      } else {
        diagnostics.report(.expected("a list of steps", found: steps))
      }
    }
    if let expect { readExpectations(expect, ids, &result, &diagnostics) }
    return result
  }

  private func readStep(
    _ value: Value, number: Int, _ ids: inout StepIDs, _ result: inout [Step],
    _ flowCount: inout Int, _ diagnostics: inout Diagnostics
  ) {
    guard let mapping = value.map else {
      return diagnostics.report(.expected("a step such as { id: out, ping: vm1 -> peer }", found: value))
    }
    let id = readID(mapping, value, number, &ids, &diagnostics)
    let title = mapping[Self.title.name].flatMap { Self.title.shape.read($0, &diagnostics) }
    guard let (kind, written) = verb(of: mapping, value, &diagnostics) else { return }
    var reader = StepReader(places: places, diagnostics: diagnostics, flowCount: flowCount)
    let verb = kind.init(written, &reader)
    diagnostics = reader.diagnostics
    flowCount = reader.flowCount
    guard let verb, let id else { return }
    ids.places[id] = result.count
    result.append(Step(id: id, title: title, verb: verb, location: value.location))
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
    let others = mapping.entries.filter {
      $0.key != Self.id.name && $0.key != Self.title.name && !$0.key.hasPrefix("x-")
    }
    let verbs = others.filter { words.contains($0.key) }
    let unknown = others.filter { !words.contains($0.key) }
    for (index, entry) in unknown.enumerated() {
      let isVerb = verbs.isEmpty && index == 0
      diagnostics.report(
        isVerb ? "there is no verb '\(entry.key)'" : "a step has no field '\(entry.key)'",
        isVerb ? .unknownVerb : .unknownField, at: entry.keyLocation,
        notes: Diagnostic.Note.suggestion(
          for: entry.key, among: isVerb ? words : [Self.id.name, Self.title.name] + words,
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
private struct StepIDs {
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

/// Expectations.
extension StepsReader {
  private func readExpectations(
    _ expect: Value, _ ids: StepIDs, _ steps: inout [Step], _ diagnostics: inout Diagnostics
  ) {
    guard let entries = expect.map?.entries else {
      return diagnostics.report(
        .expected("a map from the ids of steps to what is expected of them", found: expect))
    }
    for entry in entries where !entry.key.hasPrefix("x-") && !entry.value.isNull {
      guard ids.contains(entry.key) else {
        diagnostics.report(
          "there is no step '\(entry.key)'", .unknownStep, at: entry.keyLocation,
          notes: Diagnostic.Note.suggestion(for: entry.key, among: ids.all, called: "steps"))
        continue
      }
      // A step that could not be read has been reported; what is expected of it cannot be understood without its verb.
      guard let place = ids.places[entry.key] else { continue }
      steps[place].expectations = readWords(entry.value, of: steps[place], &diagnostics)
    }
  }

  private func readWords(_ value: Value, of step: Step, _ diagnostics: inout Diagnostics) -> [Expected] {
    var result: [Expected] = []
    switch value.content {
    case .scalar(let text, _):
      guard Self.shorthands.contains(text) else {
        diagnostics.report(
          "'\(text)' cannot be expected by itself", .unknownExpectation, at: value.location,
          notes: Diagnostic.Note.suggestion(for: text, among: Self.shorthands, called: "words that can"))
        return []
      }
      let truth = Value.boolean(true, at: value.location)
      read(
        Mapping.Entry(key: text, keyLocation: value.location, value: truth), of: step, &result, &diagnostics)
    case .map(let mapping):
      for entry in mapping.entries where !entry.key.hasPrefix("x-") && !entry.value.isNull {
        read(entry, of: step, &result, &diagnostics)
      }
    case .list:
      diagnostics.report(
        .expected("a map of expectations, or one of reply, connected, refused", found: value))
    }
    reportContradiction(result, &diagnostics)
    return result
  }

  private func read(
    _ entry: Mapping.Entry, of step: Step, _ result: inout [Expected], _ diagnostics: inout Diagnostics
  ) {
    let words = expectationKinds.map { $0.word }
    guard let kind = expectationKinds.first(where: { $0.word == entry.key }) else {
      return diagnostics.report(
        "'\(entry.key)' cannot be expected of a step", .unknownExpectation, at: entry.keyLocation,
        notes: Diagnostic.Note.suggestion(for: entry.key, among: words, called: "expectations"))
    }
    let family = type(of: step.verb).family
    guard kind.suits.contains(family) else {
      let suitable = expectationKinds.filter { $0.suits.contains(family) }.map { $0.word }
      return diagnostics.report(
        "'\(entry.key)' cannot be expected of '\(type(of: step.verb).word)'", .unsuitableExpectation,
        at: entry.keyLocation,
        notes: [
          suitable.isEmpty
            ? "nothing can be expected of it" : "what can is \(suitable.joined(separator: ", "))"
        ])
    }
    var reader = ExpectationReader(places: places, diagnostics: diagnostics)
    let expectation = kind.init(entry.value, &reader)
    diagnostics = reader.diagnostics
    if let expectation { result.append(Expected(expectation, at: entry.keyLocation)) }
  }

  private func reportContradiction(_ expected: [Expected], _ diagnostics: inout Diagnostics) {
    guard let success = expected.first(where: { $0.expectation.wantsSuccess == true }),
      let failure = expected.first(where: { $0.expectation.wantsSuccess == false })
    else { return }
    let (first, second) = success.location < failure.location ? (success, failure) : (failure, success)
    diagnostics.report(
      "'\(second.word)' contradicts '\(first.word)': one needs success, the other failure", .contradiction,
      at: second.location, notes: [Diagnostic.Note("'\(first.word)' stands here", at: first.location)])
  }
}
