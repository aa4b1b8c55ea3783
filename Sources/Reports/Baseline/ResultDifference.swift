import Configuration

/// What two results of a variant differ in, for what no story tells: numbers, and the flows a story leaves out.
struct ResultDifference {
  private(set) var changes: [BaselineChange] = []

  /// - Parameter told: The steps of which a difference is known already; theirs goes without saying.
  init(_ kept: JSONValue, _ made: JSONValue, told: [String]) {
    compare(kept["steps"]?.list ?? [], made["steps"]?.list ?? [], told)
    guard changes.isEmpty, told.isEmpty else { return }
    let names = ["counters", "duration", "limit", "holds", "title", "start"]
    for name in names { tell(name, kept[name], made[name], nil) }
    guard changes.isEmpty, kept != made else { return }
    let isJournal = kept["journal"] != made["journal"]
    changes.append(
      BaselineChange(
        step: nil,
        words: isJournal
          ? "every report says the same, but the journal is another: something happened in another order or beside it"
          : "result.json is written in another way"))
  }

  private mutating func compare(_ kept: [JSONValue], _ made: [JSONValue], _ told: [String]) {
    for step in made {
      guard let id = step["id"]?.text, !told.contains(id),
        let before = kept.first(where: { $0["id"]?.text == id })
      else { continue }
      tell("", before, step, id)
    }
  }

  /// Goes down to the values that differ.
  private mutating func tell(_ path: String, _ kept: JSONValue?, _ made: JSONValue?, _ step: String?) {
    guard kept != made else { return }
    switch (kept, made) {
    case (.object(let before)?, .object(let after)?):
      let names = before.map(\.name) + after.map(\.name).filter { name in !before.contains { $0.name == name } }
      for name in names { tell(path.isEmpty ? name : "\(path) \(name)", kept?[name], made?[name], step) }
    case (.list(let before)?, .list(let after)?) where before.count == after.count:
      for (number, pair) in zip(before, after).enumerated() { tell("\(path) \(number + 1)", pair.0, pair.1, step) }
    default: changes.append(BaselineChange(step: step, words: "\(path): now \(words(made)); was \(words(kept))"))
    }
  }

  private func words(_ value: JSONValue?) -> String {
    guard let text = value?.oneLine else { return "nothing" }
    return text.count > 100 ? "\(text.prefix(100)) …" : text
  }
}
