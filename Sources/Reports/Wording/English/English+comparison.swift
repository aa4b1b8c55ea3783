extension English {
  func only(in label: String) -> String { "only in \(label)" }
  func hops(_ range: String, count: Int, otherwise: (range: String, label: String)?) -> String {
    "\(count == 1 ? "hop" : "hops") \(range)" + (otherwise.map { " (\($0.range) in \($0.label))" } ?? "")
  }
  func way(_ hops: String, _ way: String, isReply: Bool, onlyIn label: String) -> String {
    "\(hops)\(isReply ? " of the reply" : ""), only in \(label): \(way)"
  }
  var noPacket: String { "no Internet packet" }
  func contents(_ hops: String, _ first: (String, label: String), _ second: (String, label: String)) -> String {
    "\(hops): \(first.0) in \(first.label), \(second.0) in \(second.label)"
  }
  func deed(_ hops: String, at device: String, _ deed: String, onlyIn label: String) -> String {
    "\(hops), only in \(label), at \(device): \(deed)"
  }
  func deeds(_ hops: String, at device: String, _ deeds: [(deed: String?, label: String)]) -> String {
    let words = deeds.map { side in side.deed.map { "\($0), in \(side.label)" } ?? "not there in \(side.label)" }
    return "\(hops), at \(device): \(words.joined(separator: "; "))"
  }
  func end(at device: String, _ reason: String, onlyIn label: String) -> String {
    "the end at \(device), only in \(label): \(reason)"
  }

  func machine(_ name: String, onlyIn label: String) -> String { "only in \(label): the machine \(name)" }
  func part(_ name: String, onlyIn label: String) -> String { "only in \(label): \(name)" }
  func link(_ ends: String, onlyIn label: String) -> String { "only in \(label): the link \(ends)" }
  func link(_ ends: String, _ words: String) -> String { "the link \(ends): \(words)" }
  func words(of name: String, _ words: [(words: String, label: String)]) -> String {
    let sides = words.map { "\($0.words.isEmpty ? "nothing of that" : $0.words) in \($0.label)" }
    return "\(name): \(sides.joined(separator: ", "))"
  }

  func beside(_ first: String, _ second: String) -> String { "\(first) beside \(second)" }
  var allSteps: String { "All steps of both: grey where both went" }
  func stepOfBoth(_ id: String) -> String { "\(id) of both" }
  var network: String { "The network" }
  var wholeLoad: String { "Load of the whole run" }
  func load(of step: String) -> String { "Load of \(step)" }
  var sameLoads: String { "Every interface carried the same." }
  var stepColumns: (step: String, does: String) { ("step", "does") }
  var interfaceColumn: String { "interface" }
  func loadColumns(_ label: String) -> [String] { ["\(label): crossed", "out", "in"] }
  var noSuchStep: String { "no such step" }
  var marks: String { "= the same, ≈ another time, ~ another way or load, ≠ something else came of it" }
  func differing(_ count: Int, of all: Int) -> String {
    count == 0 ? "no step differs" : "\(count) of \(all) steps differ\(count == 1 ? "s" : "")"
  }
  func noDifference(steps: Int) -> String {
    "no difference: \(steps) step\(steps == 1 ? "" : "s"), the network and every load are the same"
  }
  func moreInFile(_ count: Int) -> String { "and \(count) more in compare.md" }
  func load(out: String, in: String) -> String { "out \(out)  in \(`in`)" }
  var notThere: String { "not there" }
  var crossings: String { "× how often packets that steps are about crossed it; out, in: all frames" }
}
