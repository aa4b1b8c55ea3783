import Simulation

extension English {
  func moment(_ time: String, after steps: Int, last: String?) -> String {
    guard let last else { return ", at \(time), before any step" }
    return steps == 1
      ? ", at \(time), after step \(last)" : ", at \(time), after \(steps) steps, the last of which is \(last)"
  }
  func ways(in ingress: String?, out egress: String?) -> String {
    [ingress.map { "in \($0)" }, egress.map { "out \($0)" }].compactMap { $0 }.joined(separator: ", ")
  }
  func fate(_ fate: PacketFate) -> String {
    switch fate {
    case .rewritten: "now"
    case .taken: "taken"
    case .dropped: "DROPPED"
    case .waiting: "waits"
    }
  }
  func taken(by program: String) -> String { "by \(program)" }
  var stillThere: String { "it still was here at the end" }
  func stopped(at place: String, because reason: String) -> String { "stopped at \(place): \(reason)" }
  func wouldPass(with remedy: String) -> String { "to let it through: \(remedy)" }

  func leg(_ leg: TraceLeg) -> String {
    switch leg {
    case .nameQuestion: "question for the name"
    case .request: "request"
    case .reply: "reply"
    case .error: "error"
    }
  }
  func titled(_ leg: String, _ summary: String) -> String { "\(leg): \(summary)" }
  func summary(_ ends: String, _ words: String, timeToLive: UInt8) -> String { "\(ends), \(words), ttl \(timeToLive)" }
  var neverLeft: String { "never left" }
  var deliveredUnanswered: String { "delivered; no answer came, and none has to" }

  func says(_ answer: TableAnswer) -> String {
    switch answer {
    case .repeats(let copies): return "repeats it \(others(copies))"
    case .floods(let copies, let isForAll):
      return "floods it \(others(copies)): " + (isForAll ? "it is for everybody" : "the station is not learned yet")
    case .isBehind(let address, let place), .learned(let address, let place):
      return "\(address) is behind \(port(place))"
    case .isOnLink(let prefix): return "\(prefix) is on its own link"
    case .goes(let prefix, let router): return "\(prefix) via \(router)"
    case .rewrites(let side, let before, let after, _):
      return "\(side == .source ? "source" : "destination") \(before) → \(after)"
    case .saysAgain(let before, let after): return "says the same on a socket of its own: \(before) → \(after)"
    case .hearsAnswer(let after): return "hears it on a socket, and says the same to \(after)"
    case .waitsForParts: return "waits for the rest of it"
    case .asks(let address): return "asks who has \(address), and waits"
    case .isAt(let address, let hardware): return "\(address) is at \(hardware)"
    case .noAnswer(let address): return "nobody answers for \(address)"
    case .isLocal: return "it is for this machine itself"
    case .tellsSender(let kind): return "tells the sender: \(refused(kind) ?? "an error")"
    case .rationed: return "keeps quiet: it has sent too many errors"
    case .writesDown: return "writes it down"
    case .limitsSegments(let size): return "lowers the segment size that it offers to \(size)"
    case .withholds(let place): return "keeps it from leaving by \(port(place))"
    case .isDuplicate: return "a second one, made by the link"
    case .wraps(let network): return "wraps it into a datagram of virtual network \(network)"
    case .unwraps(let network): return "takes it out of a datagram of virtual network \(network)"
    case .timeToLive(let before, let after): return "\(before) → \(after)"
    case .tag(let vlan): return vlan.map { "the tag of VLAN \($0)" } ?? "the tag comes off"
    }
  }
  private func others(_ copies: UInt16) -> String {
    copies == 1 ? "to its one other port" : "to its \(copies) other ports"
  }
  private func port(_ name: String?) -> String { name ?? "its only port" }
}
