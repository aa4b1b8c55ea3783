import Configuration

/// Expectations.
extension StepsReader {
  func readExpectations(
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
      let clients = clients(in: mapping, of: step)
      for entry in mapping.entries where !entry.key.hasPrefix("x-") && !entry.value.isNull {
        if clients[entry.key] == nil { read(entry, of: step, &result, &diagnostics) }
      }
      if let first = clients.entries.first {
        let lease = Mapping.Entry(
          key: LeaseExpectation.word, keyLocation: first.keyLocation, value: .map(clients, at: value.location))
        read(lease, of: step, &result, &diagnostics)
      }
    case .list:
      diagnostics.report(
        .expected("a map of expectations, or one of reply, connected, refused", found: value))
    }
    reportContradiction(result, &diagnostics)
    return result
  }

  /// Of a `dhcp` step, what is said of clients by their names alone: `{ vm1: 10.0.0.2 }` is `{ lease: { vm1: 10.0.0.2 } }`.
  private func clients(in mapping: Mapping, of step: Step) -> Mapping {
    var clients = Mapping()
    guard type(of: step.verb).family == .lease else { return clients }
    for entry in mapping.entries where !entry.value.isNull && places.hasMachine(entry.key) {
      guard !expectationKinds.contains(where: { $0.word == entry.key }) else { continue }
      clients.set(entry.key, to: entry.value, keyLocation: entry.keyLocation)
    }
    return clients
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
