import Simulation

/// The ladder cut into what stands below each other on pages of a height that people scroll.
struct LadderRows {
  enum Row {
    /// The names of the lifelines, again.
    case heads
    case section(Ladder.Section, isContinued: Bool)
    /// It has no time where the journal kept only sums.
    case message(Ladder.Message, after: TimeSpan?, label: String)
    /// Between these stands a run, with how often it is said.
    case opening(String)
    case closing
    case remark(String)
  }

  private(set) var pages: [[Row]] = []

  /// So many rows are a page, and so many pass before the names are told again.
  private static let longestPage = 100
  private static let longestWithoutHeads = 26

  init(_ ladder: Ladder) {
    var page: [Row] = [.heads]
    var sinceHeads = 0
    func isFull(_ rows: Int) -> Bool { page.count + rows > Self.longestPage && page.count > Self.longestPage / 3 }
    for section in ladder.sections {
      let parts = Self.parts(of: section, ladder.words)
      if isFull(parts.reduce(1) { $0 + $1.count }) {
        pages.append(page)
        (page, sinceHeads) = ([.heads], 0)
      } else if sinceHeads + min(parts.count, 8) > Self.longestWithoutHeads {
        page.append(.heads)
        sinceHeads = 0
      }
      page.append(.section(section, isContinued: false))
      for part in parts {
        if isFull(part.count) {
          pages.append(page)
          (page, sinceHeads) = ([.heads, .section(section, isContinued: true)], 0)
        } else if sinceHeads > Self.longestWithoutHeads {
          page.append(.heads)
          sinceHeads = 0
        }
        page += part
        sinceHeads += part.count
      }
    }
    if sinceHeads > 10 { page.append(.heads) }
    pages.append(page)
  }

  /// What is not to be torn apart.
  private static func parts(of section: Ladder.Section, _ words: LadderWords) -> [[Row]] {
    var parts: [[Row]] = section.items.map { item in
      switch item {
      case .message(let message):
        [.message(message, after: message.time - section.began, label: words.label(of: message))]
      case .run(let run):
        [.opening(words.opening(of: run, in: section))]
          + run.messages.map { part -> Row in
            let label = words.label(of: part, in: run)
            return .message(part.message, after: run.isCounted ? nil : part.message.time - section.began, label: label)
          } + [.closing]
      }
    }
    if let remark = words.remark(on: section) { parts.append([.remark(remark)]) }
    return parts
  }
}
