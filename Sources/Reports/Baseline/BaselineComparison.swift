import Configuration

/// One thing that is not as it was recorded.
public struct BaselineChange: Hashable, Sendable {
  /// The id of the step it is about.
  public var step: String?
  /// `hop 3, rtr: now also rewrites the source 10.0.0.2:40001 to 203.0.113.2:40001`.
  public var words: String

  public init(step: String?, words: String) {
    self.step = step
    self.words = words
  }
}

/// What a variant does now beside what is kept of it: in the words of its story where the story tells it, in numbers
/// where only the results do, and by name for pictures.
public struct BaselineComparison: Sendable {
  public private(set) var changes: [BaselineChange] = []
  /// Whether nothing else changed than the lines of the file in which rules and expectations stand.
  public private(set) var isOnlyMoved = false

  /// - Parameters:
  ///   - kept: What was recorded, by the same paths.
  ///   - made: What comes of it now; pictures as the DOT texts they are made from.
  public init(kept: [ReportFile], made: [ReportFile]) {
    let old = Dictionary(kept.map { ($0.path, $0.text) }) { $1 }  // looked up, never iterated
    let new = Dictionary(made.map { ($0.path, $0.text) }) { $1 }  // looked up, never iterated
    guard let story = old["story.md"], let result = old["result.json"] else {
      changes = [BaselineChange(step: nil, words: "nothing is recorded of it yet")]
      return
    }
    let hasOtherStory = story != new["story.md"]
    if hasOtherStory { changes = StoryDifference(story, new["story.md"] ?? "").changes }
    if result != new["result.json"] { compare(result, new["result.json"] ?? "") }
    let pictures = BaselinePictures(kept: kept, made: made)
    isOnlyMoved = hasOtherStory && changes.isEmpty && pictures.changes.isEmpty
    changes += pictures.changes
  }

  private mutating func compare(_ kept: String, _ made: String) {
    guard let before = try? JSONValue(parsing: kept), let after = try? JSONValue(parsing: made) else {
      changes.append(BaselineChange(step: nil, words: "what is recorded in result.json cannot be read"))
      return
    }
    changes += ResultDifference(before, after, told: changes.map { $0.step ?? "" }).changes
  }
}

extension ReportFile {
  var text: String { String(decoding: bytes, as: UTF8.self) }
}

/// Which pictures are not those of what happens now. An SVG depends on fonts and on the Graphviz that made it, so only the
/// text that it was made from is compared; where that is not kept, the picture knows its digest.
struct BaselinePictures {
  private(set) var changes: [BaselineChange] = []

  init(kept: [ReportFile], made: [ReportFile]) {
    let old = Dictionary(kept.map { ($0.path, $0) }) { $1 }  // looked up, never iterated
    let expected = made.filter { $0.path.hasSuffix(".dot") }
    var other: [String] = []
    for file in expected {
      let picture = file.path.dropLast(4) + ".svg"
      if let text = old[file.path]?.text {
        if text != file.text { other.append(String(picture)) }
      } else if let svg = old[String(picture)]?.text {
        if !Drawing.isCurrent(svg: svg, for: file.text) { other.append(String(picture)) }
      } else {
        tell("the picture \(picture) is not there")
      }
    }
    if !other.isEmpty {
      let them = other.count == 1 ? "another picture" : "other pictures"
      tell("\(other.joined(separator: ", ")) would be \(them) now")
    }
    for file in kept {
      let stem = String(file.path.dropLast(4))
      if file.path.hasSuffix(".dot"), !expected.contains(where: { $0.path == file.path }) {
        tell("\(file.path) is no longer made")
      } else if file.path.hasSuffix(".svg") {
        if let dot = old["\(stem).dot"]?.text {
          if !Drawing.isCurrent(svg: file.text, for: dot) { tell("\(file.path) was not made from \(stem).dot") }
        } else if !expected.contains(where: { $0.path == "\(stem).dot" }) {
          tell("\(file.path) is no longer made")
        }
      }
    }
  }

  private mutating func tell(_ words: String) { changes.append(BaselineChange(step: nil, words: words)) }
}
