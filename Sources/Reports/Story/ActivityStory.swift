import Devices
import Packets
import Scenarios
import Simulation
import Topology

/// The request and the reply of one activity, hop by hop; the numbers are those of the arrows in the picture.
struct ActivityStory {
  private let flow: ActivityFlow
  private let names: Names
  private let messages: MessageTable
  private let decisions: DecisionWords

  /// Only a name was asked for, and nothing else sent.
  private let isLookup: Bool
  /// Its packets differ by how far they come.
  private let isTrace: Bool

  init(_ flow: ActivityFlow, _ family: StepFamily, in run: VariantRun) {
    self.flow = run.lookups[flow] ?? flow
    isTrace = family == .trace
    isLookup = run.lookups[flow] != nil
    names = run.names
    messages = run.playback.messages
    decisions = DecisionWords(names)
  }

  /// - Parameter first: The number of its first hop.
  func text(heading: String?, from first: Int = 1) -> String {
    var text = heading.map { "### \($0)\n\n" } ?? ""
    if let request = flow.request {
      text += leg(
        isLookup ? "The question for the name" : title("The request", request), request, isAnswered: flow.reply != nil,
        from: first)
    } else {
      let decider = flow.refusal.flatMap { decisions.words(of: $0, []) }.map { ", which \($0)" } ?? ""
      text += "\(StoryWords.neverSent) `\(names.device(flow.device))`\(decider).\n"
    }
    if let reply = flow.reply {
      text += "\n" + leg("The reply", reply, isAnswered: false, from: first + (flow.request?.hops.count ?? 0))
    }
    var next = first + (flow.request?.hops.count ?? 0) + (flow.reply?.hops.count ?? 0)
    for exchange in flow.later {
      text +=
        "\n"
        + leg(
          title("The next request", exchange.request), exchange.request, isAnswered: exchange.reply != nil, from: next)
      next += exchange.request.hops.count
      guard let reply = exchange.reply else { continue }
      text += "\n" + leg("Its reply", reply, isAnswered: false, from: next)
      next += reply.hops.count
    }
    text += "\n`\(names.device(flow.device))` sees: \(StoryWords.outcome(flow.outcome)).\n"
    return text
  }

  private func title(_ usual: String, _ journey: Journey) -> String {
    guard isTrace, !isLookup, let packet = journey.hops.first?.frame.packet else { return usual }
    return StoryWords.traces(timeToLive: packet.timeToLive)
  }

  /// How many hops it tells of.
  var hopCount: Int { flow.journeys.reduce(0) { $0 + $1.hops.count } }

  private func leg(_ title: String, _ journey: Journey, isAnswered: Bool, from first: Int) -> String {
    guard let start = journey.hops.first else {
      return "**\(title)** never left `\(names.device(journey.lastDevice))`, which "
        + sentence(words(of: journey.lastDecisions, []) + ends(of: journey, isAnswered))
        + "\n"
    }
    var text = "**\(title)**: `\(described(start.frame, messages))`\n\n"
    var before: Hop?
    for (index, hop) in journey.hops.enumerated() {
      text += "\(first + index). \(line(of: journey.hops[index...], after: before))\n"
      before = hop
    }
    let place = names.end(LinkEnd(journey.lastDevice, journey.lastPort))
    let words = words(of: journey.lastDecisions, journey.hops.suffix(1))
    return text + "\n`\(place)` " + sentence(words + ends(of: journey, isAnswered)) + "\n"
  }

  /// One crossing of a link, the first of these: what its sender decided, and where it leads.
  private func line(of hops: ArraySlice<Hop>, after before: Hop?) -> String {
    guard let hop = hops.first else { return "" }
    var words = words(of: hop.decisions, hops)
    if words.isEmpty, before != nil, let word = handingOver(hop) { words.append(word) }
    let (packet, earlier) = (hop.frame.packet, before?.frame.packet)
    if let packet, let earlier, !hop.isTunnelEnd,
      let change = StoryWords.timeToLive(from: earlier.timeToLive, to: packet.timeToLive)
    {
      words.append(change)
    }
    if let change = StoryWords.tags(from: before?.frame.tag, to: hop.frame.tag, names.origin(hop.origin)) {
      words.append(change)
    }
    let target = hop.to == hop.from ? "a port that nothing is plugged into" : "`\(names.end(hop.to))`"
    let isCopy = hop.decisions.contains {
      if case .flooded(let copies) = $0.event { copies > 1 } else { false }
    }
    words.append(StoryWords.sends(from: names.port(hop.from), to: target, isCopy: isCopy))
    var text = "`\(names.device(hop.from.device))` \(sentence(words))"
    // A source that the next stack fills in is told there.
    if let packet, let earlier, !packet.source.isAny, !packet.isSameConversation(as: earlier) {
      text += " Now it reads `\(described(packet, messages))`."
    }
    return text
  }

  /// Between a stack and a program beside it nothing is decided, but it should not look like forwarding.
  private func handingOver(_ hop: Hop) -> String? {
    if names.role(hop.from.device) == .proxy { return StoryWords.repeats }
    let isProgram = names.role(hop.to.device) == .proxy
    // The other port of a tunnel is for frames.
    let isTunnel = names.role(hop.to.device) == .tunnel && hop.to.port == Tunnel.host
    return isProgram || isTunnel ? StoryWords.handsOver : nil
  }

  /// `a, b and c.`
  private func sentence(_ words: [String]) -> String {
    guard let last = words.last else { return "." }
    guard words.count > 1 else { return "\(last)." }
    return "\(words.dropLast().joined(separator: ", ")), and \(last)."
  }

  private func words(of records: [Record], _ hops: ArraySlice<Hop>) -> [String] {
    var words: [String] = []
    for record in records {
      guard let word = decisions.words(of: record, hops), words.last != word else { continue }
      words.append(word)
    }
    return words
  }

  /// How it ended, and what was not said about that.
  private func ends(of journey: Journey, _ isAnswered: Bool) -> [String] {
    [end(of: journey, isAnswered)] + (journey.withheld.map { [StoryWords.rations($0)] } ?? [])
  }

  private func end(of journey: Journey, _ isAnswered: Bool) -> String {
    switch journey.end {
    case .absorbed(let absorber): StoryWords.takesIn(absorber, isAnswered: isAnswered)
    case .dropped(let reason, let origin): StoryWords.dies(reason, names.origin(origin))
    case .underWay: StoryWords.underWay
    }
  }
}

extension IPv4Packet {
  /// Whether both ends and their ports are the same.
  fileprivate func isSameConversation(as other: IPv4Packet) -> Bool {
    source == other.source && destination == other.destination && payload.ports == other.payload.ports
  }
}

extension IPv4Payload {
  /// Both ports; for an echo its identifier twice.
  fileprivate var ports: [UInt16] {
    switch self {
    case .udp(let datagram): [datagram.sourcePort, datagram.destinationPort]
    case .tcp(let segment): [segment.sourcePort, segment.destinationPort]
    case .icmp(let message):
      switch message.kind {
      case .echoRequest(let identifier, _), .echoReply(let identifier, _): [identifier, identifier]
      default: []
      }
    case .other: []
    }
  }
}
