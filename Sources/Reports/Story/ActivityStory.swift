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
        isLookup ? names.words.question : title(names.words.request, request), request, isAnswered: flow.reply != nil,
        from: first)
    } else {
      let decision = flow.refusal.flatMap { decisions.words(of: $0, []) }
      text += names.words.neverSent(at: names.device(flow.device), decision) + "\n"
    }
    if let reply = flow.reply {
      text += "\n" + leg(names.words.reply, reply, isAnswered: false, from: first + (flow.request?.hops.count ?? 0))
      text += tooLate(reply).map { "\n\($0)\n" } ?? ""
    }
    var next = first + (flow.request?.hops.count ?? 0) + (flow.reply?.hops.count ?? 0)
    for exchange in flow.later {
      text +=
        "\n"
        + leg(
          title(names.words.nextRequest, exchange.request), exchange.request, isAnswered: exchange.reply != nil,
          from: next)
      next += exchange.request.hops.count
      guard let reply = exchange.reply else { continue }
      text += "\n" + leg(names.words.itsReply, reply, isAnswered: false, from: next)
      next += reply.hops.count
    }
    text += "\n\(names.words.sees(names.device(flow.device), flow.outcome))\n"
    return text
  }

  /// Of an answer for which nobody waited any more.
  private func tooLate(_ reply: Journey) -> String? {
    guard !flow.outcome.succeeded, let came = reply.ended, let gaveUp = flow.ended, came > gaveUp else { return nil }
    switch reply.end {
    case .absorbed, .dropped(.unexpected, _): break
    case .dropped, .underWay: return nil
    }
    return names.words.tooLate(names.device(flow.device), by: came - gaveUp)
  }

  private func title(_ usual: String, _ journey: Journey) -> String {
    guard isTrace, !isLookup, let packet = journey.hops.first?.frame.packet else { return usual }
    return names.words.trace(timeToLive: packet.timeToLive)
  }

  /// How many hops it tells of.
  var hopCount: Int { flow.journeys.reduce(0) { $0 + $1.hops.count } }

  private func leg(_ title: String, _ journey: Journey, isAnswered: Bool, from first: Int) -> String {
    guard let start = journey.hops.first else {
      let clauses = words(of: journey.lastDecisions, []) + ends(of: journey, isAnswered)
      return names.words.neverLeft(title, names.device(journey.lastDevice), clauses) + "\n"
    }
    var text = names.words.leg(title, described(start.frame, messages)) + "\n\n"
    var before: Hop?
    for (index, hop) in journey.hops.enumerated() {
      text += "\(first + index). \(line(of: journey.hops[index...], after: before))\n"
      before = hop
    }
    let place = names.end(LinkEnd(journey.lastDevice, journey.lastPort))
    let words = words(of: journey.lastDecisions, journey.hops.suffix(1))
    return text + "\n\(names.words.deed(of: place, words + ends(of: journey, isAnswered)))\n"
  }

  /// One crossing of a link, the first of these: what its sender decided, and where it leads.
  private func line(of hops: ArraySlice<Hop>, after before: Hop?) -> String {
    guard let hop = hops.first else { return "" }
    var words = [relaying(hop, after: before)].compactMap { $0 } + words(of: hop.decisions, hops)
    if words.isEmpty, before != nil, let word = handingOver(hop) { words.append(word) }
    let (packet, earlier) = (hop.frame.packet, before?.frame.packet)
    // What is around a frame, or inside, is another packet.
    if let packet, let earlier, !hop.isTunnelEnd, packet.timeToLive != earlier.timeToLive {
      let isOneLess = earlier.timeToLive > 0 && packet.timeToLive == earlier.timeToLive - 1
      words.append(names.words.timeToLive(packet.timeToLive, isOneLess: isOneLess))
    }
    if before?.frame.tag != hop.frame.tag, !hop.isTunnelEnd {
      words.append(names.words.tags((hop.frame.tag?.control).map { $0 & 0x0fff }, names.origin(hop.origin)))
    }
    let target = hop.to == hop.from ? nil : names.end(hop.to)
    let isCopy = hop.decisions.contains {
      if case .flooded(let copies) = $0.event { copies > 1 } else { false }
    }
    words.append(names.words.sends(from: names.port(hop.from), to: target, isCopy: isCopy))
    var text = names.words.deed(of: names.device(hop.from.device), words)
    // A source that the next stack fills in is told there.
    if let packet, let earlier, !packet.source.isAny, !packet.isSameConversation(as: earlier) {
      text += names.words.nowReads(described(packet, messages))
    }
    return text
  }

  /// A relay agent sends a message of its own, and yet it is the client's, or the server's (RFC 2131, 4.1).
  private func relaying(_ hop: Hop, after before: Hop?) -> String? {
    guard let before, let packet = hop.frame.packet, let earlier = before.frame.packet,
      packet.destination != earlier.destination, case .dhcp(let message)? = hop.frame.message.flatMap({ messages[$0] }),
      !message.relayAgent.isAny
    else { return nil }
    let isQuestion = message.operation == 1
    guard isQuestion || earlier.destination == message.relayAgent else { return nil }
    return names.words.relays(toServer: isQuestion, by: message.relayAgent)
  }

  /// Between a stack and a program beside it nothing is decided, but it should not look like forwarding.
  private func handingOver(_ hop: Hop) -> String? {
    if names.role(hop.from.device) == .proxy { return names.words.repeats }
    let isProgram = names.role(hop.to.device) == .proxy
    // The other port of a tunnel is for frames.
    let isTunnel = names.role(hop.to.device) == .tunnel && hop.to.port == Tunnel.host
    return isProgram || isTunnel ? names.words.handsOver : nil
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
    [end(of: journey, isAnswered)] + (journey.withheld.map { [names.words.rations($0)] } ?? [])
  }

  private func end(of journey: Journey, _ isAnswered: Bool) -> String {
    switch journey.end {
    case .absorbed(let absorber): names.words.takesIn(absorber, isAnswered: isAnswered)
    case .dropped(let reason, let origin): names.words.dies(reason, names.origin(origin))
    case .underWay: names.words.stillHasIt
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
