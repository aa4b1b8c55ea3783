import Configuration
import Scenarios
import YAMLSource

/// A scenario in parts that can be left out one by one.
struct Lab {
  /// A line of the scenario, and the nodes that must be there for it.
  struct Part {
    var text: String
    var names: [String]
  }

  /// Each is named by the first of its names; the others are what else its line makes, such as guests.
  var nodes: [Part] = []
  var links: [Part] = []
  var steps: [Part] = []

  var text: String {
    func list(_ title: String, _ parts: [Part], _ mark: String) -> String {
      parts.isEmpty ? "" : "\(title):\n" + parts.map { "  \(mark)\($0.text)\n" }.joined()
    }
    return "name: lab\n" + list("nodes", nodes, "") + list("links", links, "- ") + list("steps", steps, "- ")
  }

  /// What reading it gives, and what is wrong with it otherwise.
  func read() -> (play: Play?, mistakes: [String]) {
    var sources = SourceMap()
    var diagnostics = Diagnostics()
    let value = YAMLSource.read(text: text, name: "lab.yaml", into: &sources, &diagnostics)
    let scenario = value.flatMap { Scenario.read($0, &diagnostics) }
    let mistakes = diagnostics.sorted.filter { $0.severity == .error }
    return (mistakes.isEmpty ? scenario?.plays.first : nil, mistakes.map { "\($0.location.line): \($0.message)" })
  }
}

/// Making one smaller that still shows the same.
extension Lab {
  /// The smallest that `fails` and that is got by leaving parts out: steps, then nodes with all that hangs on them, then
  /// links, round and round until no one part can be spared.
  func shrunk(while fails: (Lab) -> Bool) -> Lab {
    var smallest = self
    var size = Int.max
    while smallest.size < size {
      size = smallest.size
      for place in smallest.steps.indices.reversed() {
        smallest.replace(by: smallest.removing(place, \.steps), if: fails)
      }
      for name in smallest.nodes.map({ $0.names[0] }) { smallest.replace(by: smallest.without(name), if: fails) }
      for place in smallest.links.indices.reversed() {
        smallest.replace(by: smallest.removing(place, \.links), if: fails)
      }
    }
    return smallest
  }

  private var size: Int { nodes.count + links.count + steps.count }

  private mutating func replace(by smaller: Lab, if fails: (Lab) -> Bool) {
    if fails(smaller) { self = smaller }
  }

  private func removing(_ place: Int, _ parts: WritableKeyPath<Lab, [Part]>) -> Lab {
    var lab = self
    lab[keyPath: parts].remove(at: place)
    return lab
  }

  /// Without a node, what is linked to it and what is done with it.
  private func without(_ name: String) -> Lab {
    var lab = self
    lab.nodes.removeAll { $0.names[0] == name }
    let gone = Set(nodes.filter { $0.names[0] == name }.flatMap(\.names))
    lab.links.removeAll { !gone.isDisjoint(with: $0.names) }
    for place in lab.steps.indices { lab.steps[place].text = lab.steps[place].text.without(gone) }
    lab.steps.removeAll { step in step.names.contains { gone.contains($0) } && !step.isList(without: gone) }
    return lab
  }
}

extension Lab.Part {
  /// Whether it is done with several, of whom some are left.
  fileprivate func isList(without gone: Set<String>) -> Bool { text.contains("[") && !gone.isSuperset(of: names) }
}

extension String {
  /// A list of names without some of them: `[a, b, c]`.
  fileprivate func without(_ names: Set<String>) -> String {
    guard let start = firstIndex(of: "["), let end = firstIndex(of: "]"), start < end else { return self }
    let kept = self[index(after: start)..<end].split(separator: ",").map { $0.filter { $0 != " " } }
      .filter { !names.contains($0) }
    return self[...start] + kept.joined(separator: ", ") + self[end...]
  }
}
