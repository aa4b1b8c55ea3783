import Simulation

/// The ladder in the language of Mermaid's sequence diagrams.
struct MermaidLadder {
  private let ladder: Ladder

  init(_ ladder: Ladder) { self.ladder = ladder }

  private var words: LadderWords { ladder.words }

  var text: String {
    var text = "sequenceDiagram\n"
    for (place, name) in ladder.participants.enumerated() { text += "  participant \(id(place)) as \(clean(name))\n" }
    guard !ladder.participants.isEmpty else {
      return text + "  participant p1 as \(clean(words.wording.nobodySpeaks))\n"
    }
    for section in ladder.sections { text += lines(of: section) }
    return text
  }

  private func id(_ place: Int) -> String { "p\(place + 1)" }

  private var everybody: String {
    ladder.participants.count == 1 ? id(0) : "\(id(0)),\(id(ladder.participants.count - 1))"
  }

  private func lines(of section: Ladder.Section) -> String {
    var text = "  Note over \(everybody): \(clean("\(section.name): \(section.words)"))<br/>"
    text += clean(section.verdict.mark + section.verdict.words) + "\n"
    for item in section.items {
      switch item {
      case .message(let message): text += line(message, words.label(of: message), indent: "  ")
      case .run(let run):
        text += "  loop \(clean(words.opening(of: run, in: section)))\n"
        for part in run.messages {
          text += line(part.message, words.label(of: part, in: run), indent: "    ")
        }
        text += "  end\n"
      }
    }
    if let remark = words.remark(on: section) { text += "  Note over \(everybody): \(clean(remark))\n" }
    return text
  }

  private func line(_ message: Ladder.Message, _ label: String, indent: String) -> String {
    let from = id(message.from)
    let change = words.change(in: message).map { "<br/>\(clean($0))" } ?? ""
    let loss = clean(words.loss(of: message) ?? "")
    if message.isUnsent {
      return "\(indent)Note over \(from): ✗ \(clean(label))<br/>\(loss)\n"
    }
    guard !message.targets.isEmpty else {
      guard let aim = message.aim, aim != message.from else {
        return "\(indent)Note right of \(from): \(message.isSilence ? "" : "✗ ")\(clean(label))<br/>\(loss)\n"
      }
      return "\(indent)\(from)\(message.isReply ? "--x" : "-x")\(id(aim)): \(clean(label))\(change)<br/>\(loss)\n"
    }
    return message.targets.map { target in
      let arrow = (message.isReply ? "--" : "-") + (target.death == nil ? ">>" : "x")
      let death = words.death(of: target).map { "<br/>\(clean($0))" } ?? ""
      return "\(indent)\(from)\(arrow)\(id(target.participant)): \(clean(label))\(change)\(death)\n"
    }.joined()
  }

  /// Signs that Mermaid reads as its own are written by their numbers.
  private func clean(_ text: String) -> String {
    var result = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "#", ";", "<", ">", "&", "\"", "%", "{", "}": result += "#\(scalar.value);"
      case "\n", "\r", "\t": result += " "
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }
}
