import Devices
import Packets
import Simulation

/// The sentences of a story. Nothing is decided here: who, what and why are given.
enum StoryWords {
  // MARK: Decisions

  static func floods(_ role: DeviceRole?, copies: UInt16, to destination: MACAddress) -> String {
    let ports = copies == 1 ? "its one other port" : "each of its \(copies) other ports"
    guard role != .hub else { return "repeats it on \(ports), as a hub does with everything" }
    let why = destination.isGroup ? "it is for everybody" : "it has not learned where \(destination) is"
    return "floods it to \(ports), because \(why)"
  }

  static func forwards(to destination: MACAddress, at port: String) -> String {
    "has learned that \(destination) is behind \(port)"
  }

  /// - Parameter isCopy: It is one of several.
  static func sends(from port: String, to target: String, isCopy: Bool) -> String {
    "\(isCopy ? "one copy goes" : "sends it")\(port.isEmpty ? "" : " from \(port)") to \(target)"
  }

  static func learns(_ address: MACAddress, at port: String) -> String {
    "learns that \(address) is behind \(port)"
  }

  static func routes(
    _ destination: IPv4Address, _ prefix: IPv4Prefix, nextHop: IPv4Address, _ origin: String?
  )
    -> String
  {
    let source = origin.map { " (\($0))" } ?? ""
    guard nextHop != destination else {
      return "finds \(destination) on its own network \(prefix)\(source)"
    }
    let match = prefix.length == 0 ? "only the default route" : "the route to \(prefix)"
    return "finds that \(match)\(source) leads to \(destination), by way of \(nextHop)"
  }

  static func translates(_ rewriting: Rewriting, _ origin: String?) -> String {
    let side = rewriting.side == .source ? "source" : "destination"
    let change = "\(side) \(rewriting.before) to \(rewriting.after)"
    if rewriting.isReverse {
      return "knows the connection from its table and rewrites the \(change), back again"
    }
    return "rewrites the \(change)\(origin.map { " (\($0))" } ?? "") and remembers that for the way back"
  }

  static func proxies(_ rewriting: Rewriting, _ origin: String?) -> String {
    let source = origin.map { " (\($0))" } ?? ""
    if rewriting.isReverse {
      return "hears it on a socket of its own, and says the same to \(rewriting.after)"
    }
    return """
      passes nothing on: it takes the packet in and has a socket of its own say the same\(source), so that \
      \(rewriting.before) becomes \(rewriting.after)
      """
  }

  static func wraps(_ network: UInt32, ends: UInt16, _ origin: String?) -> String {
    let datagrams = ends == 1 ? "a datagram" : "\(ends) datagrams, one for each other end,"
    return "wraps it, whole as it is, into \(datagrams) of virtual network \(network)\(origin.map { " (\($0))" } ?? "")"
  }

  static func unwraps(_ network: UInt32, _ origin: String?) -> String {
    "takes the frame out of the datagram of virtual network \(network)\(origin.map { " (\($0))" } ?? "")"
  }

  /// Nil where the tag stays as it was.
  static func tags(from before: VLANTag?, to after: VLANTag?, _ origin: String?) -> String? {
    guard before != after else { return nil }
    let source = origin.map { " (\($0))" } ?? ""
    guard let after else { return "takes the tag off\(source)" }
    return "gives it the tag of VLAN \(after.control & 0x0fff)\(source)"
  }

  static let repeats = "says the same on the other of its two connections"
  static let handsOver = "finds the socket that waits for it"

  static func waits(for address: IPv4Address) -> String {
    address.isAny ? "keeps it until the rest of its datagram has come" : "has to wait until ARP has found \(address)"
  }
  static func resolves(_ address: IPv4Address, _ hardware: MACAddress) -> String {
    "learns that \(address) is at \(hardware)"
  }
  static func cannotResolve(_ address: IPv4Address) -> String { "gets no answer to its ARP for \(address)" }
  static let isDuplicated = "has its packet doubled by the link, and this is the second of the two"
  static func loops() -> String { "finds that it is for itself" }

  static func refuses(_ kind: ICMPMessage.Kind) -> String { "tells the sender so by ICMP: \(words(of: kind))" }

  static func rations(_ kind: ICMPMessage.Kind) -> String {
    "keeps quiet about it, since it rations its ICMP errors (\(words(of: kind)))"
  }

  private static func words(of kind: ICMPMessage.Kind) -> String {
    switch kind {
    case .unreachable(let code, _): "destination unreachable, code \(code.rawValue)"
    case .timeExceeded(let code): "time exceeded, code \(code)"
    case .redirect(_, let gateway): "redirect to \(gateway)"
    default: "an error"
    }
  }

  static func logs(_ origin: String?) -> String { "writes it down in its log\(origin.map { " (\($0))" } ?? "")" }

  static func withholds(from port: String, _ origin: String?) -> String {
    "keeps it from leaving\(port.isEmpty ? "" : " by \(port)")\(origin.map { " (\($0))" } ?? "")"
  }

  static func timeToLive(from before: UInt8, to after: UInt8) -> String? {
    if after &+ 1 == before, before > 0 { return "takes one off the time to live, which leaves \(after)" }
    return before == after ? nil : "starts a new time to live of \(after)"
  }

  // MARK: Ends

  static func takesIn(_ absorber: Absorber, isAnswered: Bool) -> String {
    switch absorber {
    case .arp: "reads it for its ARP table"
    case .icmp: isAnswered ? "is who it was for, and answers" : "is who it was for"
    case .udp: "hands it to the program that listens on that port"
    case .tcp, .http: isAnswered ? "is who it was for, and answers" : "is who it was for"
    case .dhcp: isAnswered ? "reads it as DHCP, and answers" : "reads it as DHCP"
    case .dns: isAnswered ? "reads the question, and answers" : "reads it as DNS"
    case .proxy: "takes it into a socket"
    case .tunnel: "hears from it that the other end of the tunnel is there"
    case .reassembly: "puts it together with the other parts of its datagram"
    case .spanningTree: "reads it for its spanning tree"
    case .linkAggregation: "reads it for its bond"
    case .test: "takes it in"
    }
  }

  static func dies(_ reason: DropReason, _ origin: String?) -> String {
    "**drops it: \(reason.explanation)**\(origin.map { " (\($0))" } ?? "") [\(reason.word)]"
  }

  static func traces(timeToLive: UInt8) -> String { "The packet with a time to live of \(timeToLive)" }

  static let underWay = "still had it when the step ended"
  static let neverSent = "No such packet ever left"

  static func others(_ count: Int, of all: Int) -> String {
    "The other \(count) of \(all) are told in `result.json`."
  }

  // MARK: Outcomes

  /// What the sender saw, for the kinds of success there are.
  static func outcome(_ outcome: Outcome) -> String {
    if let failure = outcome.failure { return "\(failure.word): \(failure.meaning)" }
    var parts: [String] = []
    if outcome.responder != .any { parts.append("an answer from \(outcome.responder)") }
    if outcome.address != .any { parts.append("the address \(outcome.address)") }
    if let status = outcome.httpStatus { parts.append("HTTP status \(status)") }
    if parts.isEmpty { parts.append("success") }
    if let words = outcome.transferWords { return "\(parts.joined(separator: " with ")); it took in \(words)" }
    var text = parts.joined(separator: " with ")
    if outcome.roundTrip > .zero { text += " after \(outcome.roundTrip.words)" }
    if outcome.timeToLive > 0 { text += ", time to live \(outcome.timeToLive)" }
    return text
  }

  // MARK: Side traffic

  static let duplicate = ", made by the link as a second one"

  static func repeated(_ count: Int) -> String {
    "and \(count) more datagrams of the same flows, which the journal lists"
  }

  static func folded(_ who: String, frames: UInt64, bytes: UInt64) -> String {
    "`\(who)` sends \(Amounts.grouped(frames)) more frames that are alike, \(Amounts.bytes(bytes))"
  }

  static func foldedDrops(_ place: String, _ reason: DropReason, frames: UInt64) -> String {
    "\(Amounts.grouped(frames)) such frames die at `\(place)`: \(reason.explanation) [\(reason.word)]"
  }

  static func asks(
    _ who: String, for address: IPv4Address, answer: (who: String, hardware: MACAddress)?, times: Int
  )
    -> String
  {
    let often = times > 1 ? " \(times) times" : ""
    guard let answer else { return "ARP: `\(who)` asks\(often) who has \(address), and nobody answers" }
    return
      "ARP: `\(who)` asks\(often) who has \(address); `\(answer.who)` answers that it is at \(answer.hardware)"
  }

  /// `spanning tree: sw1 sends 12 BPDUs to sw2, which sends 3 back`.
  static func talks(
    _ topic: String, _ unit: String, _ who: String, _ other: String, _ counts: (there: Int, back: Int)
  ) -> String {
    let units = "\(counts.there) \(unit)\(counts.there == 1 ? "" : "s")"
    return "\(topic): `\(who)` sends `\(other)` \(units)" + (counts.back > 0 ? ", and gets \(counts.back)" : "")
  }

  static func announces(_ who: String, _ address: IPv4Address) -> String {
    "ARP: `\(who)` announces that it has \(address)"
  }
}
