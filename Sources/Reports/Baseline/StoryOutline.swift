/// What a story says, taken apart again: its steps, the ways of their packets, and the rest.
///
/// A story is what is recorded of a run for people; read like this, it is also what a later run can be compared with hop
/// by hop, so nothing else has to be kept for that.
struct StoryOutline {
  struct Step {
    var id: String
    /// `ping vm1 → peer`.
    var words: String
    var mark: String
    var legs: [Leg] = []
    /// What is no way of a packet: what the sender sees, what else was caused, what was expected.
    var others: [String] = []
  }

  /// One way of one packet.
  struct Leg {
    /// `The request`, with whose it is where several speak.
    var title: String
    /// The packet as it set out, or why there is none.
    var start: String
    var hops: [Hop] = []
    /// What became of it in the end.
    var end = ""
  }

  struct Hop {
    var number: Int
    var device: String
    /// What the device decided and did, after its name.
    var deeds: String
  }

  var head: [String] = []
  var steps: [Step] = []

  init(_ story: String) {
    var speaker = ""
    for line in story.split(separator: "\n").map(String.init) {
      if let step = Step(heading: line) {
        steps.append(step)
        speaker = ""
        continue
      }
      guard !steps.isEmpty else {
        head.append(line)
        continue
      }
      if line.hasPrefix("### ") {
        speaker = String(line.dropFirst(4))
      } else {
        steps[steps.count - 1].take(line, of: speaker)
      }
    }
  }
}

extension StoryOutline.Step {
  /// `## 3. out: ping vm1 → peer ✓`
  fileprivate init?(heading line: String) {
    guard line.hasPrefix("## "), let point = line.firstRange(of: ". "), let colon = line.firstRange(of: ": "),
      point.upperBound <= colon.lowerBound
    else { return nil }
    let words = line[colon.upperBound...]
    let space = words.lastIndex(of: " ") ?? words.endIndex
    self.init(
      id: String(line[point.upperBound..<colon.lowerBound]), words: String(words[..<space]),
      mark: String(words[space...].drop { $0 == " " }))
  }

  fileprivate mutating func take(_ line: String, of speaker: String) {
    if line.hasPrefix("**"), !line.hasSuffix(":**"), let close = line.dropFirst(2).firstRange(of: "**") {
      let title = String(line.dropFirst(2)[..<close.lowerBound])
      let rest = line[close.upperBound...]
      legs.append(
        StoryOutline.Leg(
          title: speaker.isEmpty ? title : "\(title) of \(speaker)",
          start: rest.hasPrefix(": ") ? String(rest.dropFirst(2)) : String(rest.dropFirst())))
    } else if let hop = StoryOutline.Hop(line), !legs.isEmpty {
      legs[legs.count - 1].hops.append(hop)
    } else if line.hasPrefix("`"), let last = legs.last, !last.hops.isEmpty, last.end.isEmpty {
      legs[legs.count - 1].end = line
    } else {
      others.append(line)
    }
  }
}

extension StoryOutline.Hop {
  /// ``3. `rtr` sends it from wan0 to `internet:eth0`.``
  fileprivate init?(_ line: String) {
    guard let point = line.firstRange(of: ". `"), let number = Int(line[..<point.lowerBound]) else { return nil }
    let rest = line[point.upperBound...]
    guard let close = rest.firstIndex(of: "`") else { return nil }
    self.init(
      number: number, device: String(rest[..<close]),
      deeds: String(rest[rest.index(after: close)...].drop { $0 == " " }))
  }
}
