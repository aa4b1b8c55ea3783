import Devices
import Packets
import Scenarios
import Simulation
import Topology

/// Why nobody answered ARP.
extension Remedies {
  func missingNeighbor(_ stop: Stop) -> MissingNeighbor {
    guard let address = stop.nextHop ?? stop.packet?.destination else { return .unknown }
    let sought = MissingNeighbor.Sought(
      address: address, isGateway: stop.packet.map { $0.destination != address } ?? false)
    guard let holder = holder(of: address), holder != stop.device else { return .nobody(sought) }
    let who = names.device(holder)
    var deaths: [Stop] = []
    var answers: [FrameID] = []
    for question in questions(about: address, by: stop.device) {
      let found = follow(question, to: holder)
      answers += found.answers
      if found.hasCome, found.answers.isEmpty {
        guard let death = found.deaths.first(where: { $0.device == holder }) else {
          return .silent(sought, holder: who)
        }
        return .refused(sought, holder: who, StopFacts(death, self))
      }
      deaths += found.deaths
    }
    if let fault = fault(between: stop.device, and: holder) { return .severed(sought, holder: who, fault) }
    for answer in answers { deaths += follow(answer, to: stop.device).deaths }
    let telling = deaths.first { $0.reason.isTelling } ?? deaths.first { $0.reason == .vlanEndsHere }
    if let death = telling, death.reason != stop.reason {
      return .lost(sought, holder: who, isAnswer: !answers.isEmpty, StopFacts(death, self))
    }
    return .apart(sought, holder: who)
  }

  /// The frames with which it asked.
  private func questions(about address: IPv4Address, by device: DeviceID) -> [FrameID] {
    run.records(of: step).compactMap { record in
      guard record.device == device, record.relation != .continues, case .sent(let frame, _) = record.event,
        case .arp(let arp) = frame.payload, arp.operation == .request, arp.targetAddress == address
      else { return nil }
      return record.frame
    }
  }

  private struct Following {
    var hasCome = false
    var answers: [FrameID] = []
    var deaths: [Stop] = []
  }

  /// What became of all the copies of a frame.
  private func follow(_ root: FrameID, to goal: DeviceID) -> Following {
    let records = run.playback.journal.records
    var result = Following()
    var open = [root]
    while let frame = open.popLast() {
      open += run.index.continuations(of: frame)
      if let place = run.index.reception(of: frame), records[place].device == goal {
        result.hasCome = true
        result.answers += run.index.answers(to: frame)
      }
      guard let place = run.index.end(of: frame), case .dropped(let reason) = records[place].event else { continue }
      var stop = Stop(reason, records[place].origin, device: records[place].device, port: records[place].port)
      stop.hop = hop(of: frame)
      result.deaths.append(stop)
    }
    return result
  }

  private func hop(of frame: FrameID) -> Hop? {
    let records = run.playback.journal.records
    guard let birth = run.index.birth(of: frame), case .sent(let sent, let direction) = records[birth].event else {
      return nil
    }
    let from = LinkEnd(records[birth].device, records[birth].port)
    return Hop(
      frame: sent, id: frame, from: from, to: from, direction: direction, sent: records[birth].time, decisions: [])
  }
}
