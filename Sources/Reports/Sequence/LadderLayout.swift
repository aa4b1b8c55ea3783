/// Where lifelines stand, and how wide what is written between them may be.
struct LadderLayout {
  /// The x of each lifeline.
  private(set) var lifelines: [Double] = []
  let heads: [Size]
  /// Where lifelines end on the right.
  private(set) var right = 0.0

  static let left = 8.0
  /// The times stand in it.
  static let timeColumn = 66.0
  static let textSize = 9.0
  static let smallSize = 8.0
  /// Words that need more room than this are broken into lines.
  private static let widestWords = (few: 190.0, many: 130.0)
  private static let stub = 74.0

  init(_ ladder: Ladder, _ pages: [[LadderRows.Row]]) {
    let count = ladder.participants.count
    heads = ladder.participants.map { name in
      let text = Lettering.fitted(name, to: 150, size: 11, bold: true)
      return Size(width: max(44, Lettering.width(of: text, size: 11, bold: true) + 16), height: 22)
    }
    guard count > 0 else { return }
    var gaps = Array(repeating: 60.0, count: max(0, count - 1))
    for place in gaps.indices { gaps[place] = max(60, (heads[place].width + heads[place + 1].width) / 2 + 10) }
    let limit = count > 8 ? Self.widestWords.many : Self.widestWords.few
    let labelled = pages.joined().compactMap { row -> (message: Ladder.Message, label: String)? in
      guard case .message(let message, _, let label) = row else { return nil }
      return (message, label)
    }
    for (message, label) in labelled.sorted(by: { $0.message.span.count < $1.message.span.count })
    where message.span.count > 1 {
      let span = message.span.lowerBound..<message.span.upperBound
      let words = Lettering.width(of: label, size: Self.textSize) + 26
      let wanted = min(words, limit * (message.span.count > 2 ? 1.6 : 1))
      let missing = wanted - gaps[span].reduce(0, +)
      if missing > 0 { for place in span { gaps[place] += missing / Double(span.count) } }
    }
    var x = Self.left + Self.timeColumn + heads[0].width / 2
    lifelines = [x]
    for gap in gaps {
      x += gap
      lifelines.append(x)
    }
    let last = heads[count - 1].width / 2
    let hasStubs = labelled.contains { $0.message.span == count - 1...count - 1 }
    right = x + max(last, hasStubs ? 200 : 0) + 8
  }

  /// From where to where the arrow of a message goes, as far as it comes.
  func ends(of message: Ladder.Message) -> (from: Double, to: Double) {
    let from = lifelines[message.from]
    guard message.targets.isEmpty else {
      let reach = message.targets.map(\.participant).max { abs($0 - message.from) < abs($1 - message.from) }
      return (from, lifelines[reach ?? message.from])
    }
    guard !message.isUnsent else { return (from, from) }
    guard let aim = message.aim, aim != message.from else {
      return (from, from + Self.stub)
    }
    return (from, from + (lifelines[aim] - from) * 0.62)
  }

  /// Where its words may stand.
  func room(of message: Ladder.Message) -> (left: Double, right: Double, isCentred: Bool) {
    let span = message.span
    guard span.count > 1 else {
      let from = lifelines[message.from]
      let next = message.from + 1 < lifelines.count ? lifelines[message.from + 1] : right
      return (from + 12, max(next - 6, from + 190), false)
    }
    let isDead = message.targets.contains { $0.death != nil }
    let margin = isDead ? 18.0 : 7
    return (lifelines[span.lowerBound] + margin, lifelines[span.upperBound] - margin, true)
  }
}
