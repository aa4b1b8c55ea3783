/// What two stories of a variant differ in, in the words of the network.
struct StoryDifference {
  private(set) var changes: [BaselineChange] = []
  private var step = ""

  init(_ kept: String, _ made: String) {
    let (before, after) = (StoryOutline(kept), StoryOutline(made))
    tell(before.head, after.head)
    for old in before.steps where !after.steps.contains(where: { $0.id == old.id }) {
      changes.append(BaselineChange(step: old.id, words: "is no longer played"))
    }
    for new in after.steps {
      step = new.id
      guard let old = before.steps.first(where: { $0.id == new.id }) else {
        tell("is new: \(new.words)")
        continue
      }
      compare(old, new)
    }
  }

  private mutating func tell(_ words: String) {
    changes.append(BaselineChange(step: step.isEmpty ? nil : step, words: words.withoutMarks))
  }

  private mutating func compare(_ old: StoryOutline.Step, _ new: StoryOutline.Step) {
    if old.words != new.words { tell("now \(new.words); was \(old.words)") }
    if old.mark != new.mark { tell("now \(word(for: new.mark)); was \(word(for: old.mark))") }
    for leg in new.legs where !old.legs.contains(where: { $0.title == leg.title }) {
      tell("\(leg.title.lowercasedFirst) is new: \(way(of: leg))")
    }
    // A step may say the same title again: of a lease that is renewed, or of a trace.
    var titles: [String: Int] = [:]  // looked up, never iterated
    for leg in old.legs {
      let place = titles[leg.title, default: 0]
      titles[leg.title] = place + 1
      let others = new.legs.filter { $0.title == leg.title }
      guard place < others.count else {
        tell("\(leg.title.lowercasedFirst) is no longer sent: \(way(of: leg))")
        continue
      }
      compare(leg, others[place])
    }
    tell(old.others, new.others)
  }

  private func word(for mark: String) -> String {
    switch mark {
    case "✓": "held"
    case "✗": "failed"
    case "·": "not judged"
    default: "not played"
    }
  }

  // MARK: Ways

  private mutating func compare(_ old: StoryOutline.Leg, _ new: StoryOutline.Leg) {
    let name = new.title.lowercasedFirst
    if let words = Clauses.change(from: old.start, to: new.start) { tell("\(name): \(words)") }
    if old.hops.map(\.device) != new.hops.map(\.device), !old.hops.isEmpty, !new.hops.isEmpty {
      tell("\(name) takes another way: now \(way(of: new)); was \(way(of: old))")
    }
    for (before, after) in Alignment.pairs(old.hops, new.hops, by: \.device) {
      guard let words = Clauses.change(from: before.deeds, to: after.deeds) else { continue }
      let number = before.number == after.number ? "" : " (was \(before.number))"
      tell("hop \(after.number)\(number), \(after.device): \(words)")
    }
    if let words = Clauses.change(from: old.end, to: new.end) { tell("the end of \(name): \(words)") }
  }

  /// `vm1 → pc.VMnet8 → pc.nat8`
  private func way(of leg: StoryOutline.Leg) -> String {
    guard !leg.hops.isEmpty else { return leg.start }
    let last = leg.end.split(separator: "`").first.map { $0.split(separator: ":").first.map(String.init) ?? "" }
    var names = leg.hops.map(\.device)
    if let last, last != names.last { names.append(last) }
    return names.joined(separator: " → ")
  }

  // MARK: Other lines

  /// Lines that stand in one of them only; two at the same place are one that changed. That things took another time is
  /// told once for a step: everything after it is later as well.
  private mutating func tell(_ old: [String], _ new: [String]) {
    var times: [(String, String)] = []
    for (before, after) in Alignment.all(old, new, by: \.withoutLines.withoutTimes) {
      switch (before, after) {
      case (let before?, let after?):
        let isLater = before.withoutTimes.withoutLines == after.withoutTimes.withoutLines
        guard let words = Clauses.change(from: before, to: after) else { continue }
        if isLater { times.append((before, after)) } else { tell(words) }
      case (let before?, nil): tell("no longer: \(before.withoutBullet)")
      case (nil, let after?): tell("now also: \(after.withoutBullet)")
      case (nil, nil): break
      }
    }
    guard let first = times.first, let words = Clauses.change(from: first.0, to: first.1) else { return }
    let rest = times.count - 1
    let others = rest == 0 ? "" : " (and \(rest) more line\(rest == 1 ? "" : "s") with other times)"
    tell("at another time: \(words)\(others)")
  }
}

/// Which of two rows belong together.
enum Alignment {
  /// The places of those that only one has.
  private static func alone(_ old: [String], _ new: [String]) -> (removed: Set<Int>, inserted: Set<Int>) {
    let difference = new.difference(from: old)
    var (removed, inserted): (Set<Int>, Set<Int>) = ([], [])  // looked up, never iterated
    for change in difference {
      switch change {
      case .remove(let offset, _, _): removed.insert(offset)
      case .insert(let offset, _, _): inserted.insert(offset)
      }
    }
    return (removed, inserted)
  }

  /// Those that have the same name and stand in the same order.
  static func pairs<Item>(_ old: [Item], _ new: [Item], by name: (Item) -> String) -> [(Item, Item)] {
    let (removed, inserted) = alone(old.map(name), new.map(name))
    let left = old.indices.filter { !removed.contains($0) }.map { old[$0] }
    let right = new.indices.filter { !inserted.contains($0) }.map { new[$0] }
    return Array(zip(left, right))
  }

  /// All, in order: those of the same name are pairs, and so are those that stand at the same place between.
  static func all(_ old: [String], _ new: [String], by name: (String) -> String) -> [(String?, String?)] {
    let (removed, inserted) = alone(old.map(name), new.map(name))
    var rows: [(String?, String?)] = []
    var (left, right) = (0, 0)
    while left < old.count || right < new.count {
      let isGone = left < old.count && removed.contains(left)
      let isNew = right < new.count && inserted.contains(right)
      let isBoth = !isGone && !isNew
      rows.append((isGone || isBoth ? old[left] : nil, isNew || isBoth ? new[right] : nil))
      if isGone || isBoth { left += 1 }
      if isNew || isBoth { right += 1 }
    }
    return rows
  }
}

extension String {
  /// The same whenever it happened: `after … µs`.
  var withoutTimes: String { replacing(/[0-9][0-9.]* (?:ns|µs|ms|s)\b/, with: "…") }

  /// Without the mark of a list.
  var withoutBullet: String { hasPrefix("- ") ? String(dropFirst(2)) : self }
  var lowercasedFirst: String { prefix(1).lowercased() + dropFirst() }
}
