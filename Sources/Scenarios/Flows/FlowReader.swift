import Packets
import Simulation
import Topology

/// Reads the flows of a run out of its journal, and out of nothing else.
///
/// It takes one pass to index the journal, and one visit to each frame that descends from a request or a reply.
public struct FlowReader: Sendable {
  let records: [Record]
  let topology: Topology
  package let index: JournalIndex

  public init(_ journal: Journal, _ topology: Topology) {
    records = journal.records
    self.topology = topology
    index = JournalIndex(journal.records)
  }

  /// One for each step that began, in order.
  public func flows() -> [Flow] {
    index.steps.map { span in
      Flow(
        step: span.step, began: span.began, ended: span.ended, activities: span.activities.map(activityFlow))
    }
  }

  private func activityFlow(_ span: JournalIndex.ActivitySpan) -> ActivityFlow {
    var tally = Tally(ended: span.ended)
    let way = bestWay(of: span, &tally)
    return ActivityFlow(
      activity: span.activity, device: span.device, outcome: span.outcome ?? .failure(.interrupted),
      ended: span.ended, request: way.map { journey(along: $0.request) }, reply: way?.reply.map(journey(along:)),
      refusal: span.refusal,
      later: index.laterRoots(of: span.activity).map { root in
        let way = self.way(from: root, asker: span.device)
        return ActivityFlow.Exchange(
          request: journey(along: way.request), reply: way.reply.map(journey(along:)))
      }, tally: tally)
  }

  /// A request's way and, if it was answered, the answer's: frames from the first to the last.
  struct Way {
    var request: [FrameID]
    var reply: [FrameID]?
    var hasComeBack: Bool
    /// Who answered, of all answers that came back.
    var responders: [DeviceID] = []
  }

  /// Of several first packets, the first whose answer came back, else the first that was answered, else the last; but
  /// not a repetition that a proxy took in and did nothing about, as its own connection is still being opened.
  private func bestWay(of span: JournalIndex.ActivitySpan, _ tally: inout Tally) -> Way? {
    var best: Way?
    var answered: Way?
    var last: Way?
    for root in index.roots(of: span.activity) {
      let way = way(from: root, asker: span.device)
      count(root, way, in: &tally)
      if way.hasComeBack, best == nil { best = way }
      if way.reply != nil, answered == nil { answered = way }
      if last == nil || !isKeptByProxy(way.request) { last = way }
    }
    return best ?? answered ?? last
  }

  private func way(from root: FrameID, asker: DeviceID) -> Way {
    let request = Descent(of: root, in: index, records)
    var found: Way?
    var responders: [DeviceID] = []
    for place in request.answered {
      for answer in index.answers(to: request.nodes[place].frame) {
        let reply = replyWay(from: answer, asker: asker)
        if reply.hasComeBack, !isError(answer), let birth = index.birth(of: answer) {
          responders.append(records[birth].device)
        }
        guard found == nil || reply.hasComeBack && found?.hasComeBack == false else { continue }
        found = Way(request: request.way(to: place), reply: reply.frames, hasComeBack: reply.hasComeBack)
      }
    }
    found?.responders = responders
    return found ?? Way(request: request.way(to: request.mostTelling), reply: nil, hasComeBack: false)
  }

  /// The way of an answer. An error that a stack takes in for a program beside it is handed to that program as the
  /// answer to it, and goes on.
  private func replyWay(
    from root: FrameID, asker: DeviceID
  ) -> (frames: [FrameID], hasComeBack: Bool) {
    var frames: [FrameID] = []
    var next = root
    while true {
      let descent = Descent(of: next, in: index, records)
      let place = descent.absorbed(by: asker) ?? descent.mostTelling
      let last = descent.nodes[place].frame
      frames += descent.way(to: place)
      if let end = index.end(of: last), records[end].device == asker, records[end].event.isAbsorption {
        return (frames, true)
      }
      guard isError(last), let handed = index.answers(to: last).first else { return (frames, false) }
      next = handed
    }
  }

  private func isKeptByProxy(_ way: [FrameID]) -> Bool {
    guard let frame = way.last, let end = index.end(of: frame) else { return false }
    return records[end].event == .absorbed(.proxy)
  }

  func isError(_ frame: FrameID) -> Bool {
    guard let birth = index.birth(of: frame), let sent = records[birth].event.frame else { return false }
    return sent.isICMPError
  }
}

extension Event {
  package var isAbsorption: Bool {
    if case .absorbed = self { true } else { false }
  }

  /// The frame that was sent or kept.
  var frame: EthernetFrame? {
    switch self {
    case .sent(let frame, _), .held(let frame, _): frame
    default: nil
    }
  }
}

extension EthernetFrame {
  /// What it carries, if that is an Internet packet.
  public var packet: IPv4Packet? {
    guard case .ipv4(let packet) = payload else { return nil }
    return packet
  }

  /// Whether it carries an ICMP error (RFC 1122, 3.2.2).
  var isICMPError: Bool {
    guard case .icmp(let message)? = packet?.payload else { return false }
    switch message.kind {
    case .unreachable, .timeExceeded: return true
    default: return false
    }
  }
}
