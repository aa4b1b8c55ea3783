import Configuration
import Topology

/// Steps in the plain language, where every node is written out and no name stands for many but by a range.
extension Roster {
  /// - Parameter steps: The list of them as it was written and understood.
  func plain(_ steps: Value) -> Value {
    guard let items = steps.list else { return steps }
    let words = Set(stepKinds.map { $0.word })  // looked up, never iterated
    return .list(
      items.map { step in
        guard var fields = step.map else { return step }
        for entry in fields.entries where words.contains(entry.key) { fields.set(entry.key, to: ends(entry.value)) }
        return .map(fields, at: step.location)
      }, at: steps.location)
  }

  /// Whom a verb speaks of, in each of its forms.
  private func ends(_ value: Value) -> Value {
    switch value.content {
    case .scalar(let text, _):
      let plain = ends(text)
      return plain == text ? value : .string(plain, at: value.location)
    case .list(let items): return .list(items.map(ends), at: value.location)
    case .map(var fields):
      for key in ["from", "to", "acquire", "renew", "release"] {
        if let old = fields[key] { fields.set(key, to: ends(old)) }
      }
      return .map(fields, at: value.location)
    }
  }

  /// `h -> srv:7` or `h`.
  private func ends(_ text: String) -> String {
    let words = text.split(separator: " ").map { word in
      word.split(separator: "->", omittingEmptySubsequences: false).map { part in
        part.split(separator: "→", omittingEmptySubsequences: false).map { ranged(String($0)) }.joined(separator: "→")
      }.joined(separator: "->")
    }
    return words.joined(separator: " ")
  }
}
