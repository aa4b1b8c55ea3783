/// What differs between two runs, in `compare.md`, in its pictures and on the terminal.
public protocol ComparisonWording: Sendable {
  func only(in label: String) -> String
  func hops(_ range: String, count: Int, otherwise: (range: String, label: String)?) -> String
  func way(_ hops: String, _ way: String, isReply: Bool, onlyIn label: String) -> String
  var noPacket: String { get }
  func contents(_ hops: String, _ first: (String, label: String), _ second: (String, label: String)) -> String
  func deed(_ hops: String, at device: String, _ deed: String, onlyIn label: String) -> String
  func deeds(_ hops: String, at device: String, _ deeds: [(deed: String?, label: String)]) -> String
  func end(at device: String, _ reason: String, onlyIn label: String) -> String

  func machine(_ name: String, onlyIn label: String) -> String
  func part(_ name: String, onlyIn label: String) -> String
  func link(_ ends: String, onlyIn label: String) -> String
  func link(_ ends: String, _ words: String) -> String
  func words(of name: String, _ words: [(words: String, label: String)]) -> String

  func beside(_ first: String, _ second: String) -> String
  var allSteps: String { get }
  func stepOfBoth(_ id: String) -> String
  var network: String { get }
  var wholeLoad: String { get }
  func load(of step: String) -> String
  var sameLoads: String { get }
  var stepColumns: (step: String, does: String) { get }
  var interfaceColumn: String { get }
  func loadColumns(_ label: String) -> [String]
  var noSuchStep: String { get }
  var marks: String { get }
  func differing(_ count: Int, of all: Int) -> String
  func noDifference(steps: Int) -> String
  func moreInFile(_ count: Int) -> String
  func load(out: String, in: String) -> String
  var notThere: String { get }
  var crossings: String { get }
}
