import Packets
import Scenarios
import Simulation

extension English {
  func setting(scenario: String, variant: String, seed: UInt64) -> String {
    "Scenario `\(scenario)`, variant `\(variant)`, seed \(seed). "
  }
  var startedPreLearned: String {
    "It started pre-learned: nobody had to ask or to flood for the stations that speak. "
  }
  func held(_ everything: Bool) -> String { everything ? "Everything held." : "**Not everything held.**" }
  func ended(by limit: ReachedLimit) -> String { "The play was ended because \(limit)." }
  func mistake(_ imbalance: String) -> String { "A mistake of the simulator: \(imbalance)." }
  func unplayed(isBegun: Bool) -> String { "The play ended \(isBegun ? "in the middle of" : "before") this step." }

  var sideTraffic: String { "What else the step caused:" }
  var expected: String { "Expected:" }
  func found(_ word: String, _ wish: Phrase, at place: String?) -> String {
    "`\(word)`: \(phrase(wish))\(source(place))"
  }
  func missed(_ word: String, _ wish: Phrase, _ fact: Phrase, at place: String?) -> String {
    "`\(word)`: **wanted \(phrase(wish)), got \(phrase(fact))**\(source(place))"
  }
  func phrase(_ phrase: Phrase) -> String { "\(phrase)" }

  // MARK: Ways
  var question: String { "The question for the name" }
  var request: String { "The request" }
  var reply: String { "The reply" }
  var nextRequest: String { "The next request" }
  var itsReply: String { "Its reply" }
  func trace(timeToLive: UInt8) -> String { "The packet with a time to live of \(timeToLive)" }
  func others(_ count: Int, of all: Int) -> String { "The other \(count) of \(all) are told in `result.json`." }

  func leg(_ title: String, _ packet: String) -> String { "**\(title)**: `\(packet)`" }
  func neverLeft(_ title: String, _ device: String, _ clauses: [String]) -> String {
    "**\(title)** never left `\(device)`, which \(sentence(clauses))"
  }
  func neverSent(at device: String, _ decision: String?) -> String {
    "No such packet ever left `\(device)`\(decision.map { ", which \($0)" } ?? "")."
  }
  func deed(of device: String, _ clauses: [String]) -> String { "`\(device)` \(sentence(clauses))" }
  func nowReads(_ packet: String) -> String { " Now it reads `\(packet)`." }
  func tooLate(_ device: String, by wait: TimeSpan) -> String {
    "It comes too late: `\(device)` gave up \(wait.words) before."
  }
  func sees(_ device: String, _ outcome: Outcome) -> String { "`\(device)` sees: \(self.outcome(outcome))." }

  // MARK: Changes
  var nothingSent: String { "Nothing is sent." }
  func link(_ ends: (String, String), isMended: Bool) -> String {
    "The link between `\(ends.0)` and `\(ends.1)` \(isMended ? "is mended" : "is cut")."
  }
  func direction(from: String, to: String, isMended: Bool) -> String {
    "The direction from `\(from)` to `\(to)` is " + (isMended ? "mended." : "cut, and neither end can see that.")
  }
  func link(_ ends: (String, String), treatsFramesBy change: String) -> String {
    "The link between `\(ends.0)` and `\(ends.1)` treats frames otherwise from now on: \(change)."
  }
  func device(_ device: String, isOn: Bool) -> String { "`\(device)` is switched \(isOn ? "on" : "off")." }
  func service(_ service: String, of device: String, isStarted: Bool) -> String {
    "The service \(service) of `\(device)` is \(isStarted ? "started" : "stopped")."
  }
  func gateway(_ router: IPv4Address, of device: String) -> String {
    router.isAny
      ? "`\(device)` has no default gateway any more." : "`\(device)` has the default gateway \(router) from now on."
  }
  func rules(of device: String, _ origin: String?) -> String {
    "`\(device)` has other rules from now on\(source(origin))."
  }
  func address(_ address: String, of place: String, isNew: Bool) -> String {
    "`\(place)` has the address \(address) \(isNew ? "from now on" : "no more")."
  }

  // MARK: Side traffic
  func line(after wait: TimeSpan, _ words: String) -> String {
    (wait > .zero ? "after \(wait.words): " : "at once: ") + words
  }
  func sends(_ who: String, _ packet: String, isDuplicate: Bool) -> String {
    "`\(who)`: \(packet)\(isDuplicate ? ", made by the link as a second one" : "")"
  }
  func asks(
    _ who: String, for address: IPv4Address, answer: (who: String, hardware: MACAddress)?, times: Int
  ) -> String {
    let often = times > 1 ? " \(times) times" : ""
    guard let answer else { return "ARP: `\(who)` asks\(often) who has \(address), and nobody answers" }
    return "ARP: `\(who)` asks\(often) who has \(address); `\(answer.who)` answers that it is at \(answer.hardware)"
  }
  func answers(_ who: String, _ asker: IPv4Address, _ address: IPv4Address, isAt hardware: MACAddress) -> String {
    "ARP: `\(who)` answers \(asker) that \(address) is at \(hardware)"
  }
  func announces(_ who: String, _ address: IPv4Address) -> String { "ARP: `\(who)` announces that it has \(address)" }
  func alike(_ count: Int, until last: TimeSpan) -> String {
    ", and \(Amounts.grouped(UInt64(count))) times more until \(last.words)"
  }
  func repeated(_ count: Int) -> String { "and \(count) more datagrams of the same flows, which the journal lists" }
  func morePackets(_ count: Int) -> String { "and \(count) more packets, which the journal lists" }

  /// `spanning tree: sw1 sends sw2 12 BPDUs, and gets 3`.
  func talks(
    _ speech: ControlTraffic.Speech, _ who: String, _ other: String, _ counts: (there: Int, back: Int)
  ) -> String {
    let topic =
      switch speech {
      case .spanningTree: "spanning tree"
      case .aggregation: "link aggregation"
      }
    let units = "\(counts.there) \(speech.unit)\(counts.there == 1 ? "" : "s")"
    return "\(topic): `\(who)` sends `\(other)` \(units)" + (counts.back > 0 ? ", and gets \(counts.back)" : "")
  }
  func moreNeighbors(_ count: Int) -> String { "and \(count) more pairs of neighbors, which the journal lists" }
  func folded(_ who: String, frames: UInt64, bytes: UInt64) -> String {
    "`\(who)` sends \(Amounts.grouped(frames)) more frames that are alike, \(self.bytes(bytes))"
  }
  func foldedDrops(_ place: String, _ reason: DropReason, frames: UInt64) -> String {
    "\(Amounts.grouped(frames)) such frames die at `\(place)`: \(explanation(reason)) [\(reason.word)]"
  }
}
