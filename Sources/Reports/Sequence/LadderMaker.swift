import Devices
import Packets
import Scenarios
import Simulation
import Topology

/// Makes the ladder of a variant out of its journal.
struct LadderMaker {
  /// More lifelines than these nobody can follow.
  static let mostParticipants = 24
  /// So many messages of a step are looked at; what comes then is counted.
  private static let mostMessages = 2000

  private let run: VariantRun
  private let names: Names
  private let records: [Record]
  private var stations: [DeviceID: Int] = [:]  // looked up, never iterated
  private var devices: [DeviceID] = []
  private var leftOut: UInt64 = 0
  private var owners: [MACAddress: DeviceID] = [:]  // looked up, never iterated
  private var book = AddressBook()
  /// Whether a frame is, or continues, an answer.
  private var isReply: Set<FrameID> = []  // looked up, never iterated

  static func ladder(of run: VariantRun) -> Ladder {
    var maker = LadderMaker(run)
    var sections = run.verdict.steps.indices.map { maker.section(of: $0) }
    let order = LadderOrder(sections, participants: maker.devices.count)
    for section in sections.indices { sections[section].reorder(order.places) }
    return Ladder(
      participants: order.order.map { run.names.device(maker.devices[$0]) }, sections: sections,
      words: LadderWords(run.names.words))
  }

  private init(_ run: VariantRun) {
    self.run = run
    names = run.names
    records = run.playback.journal.records
    for (number, device) in names.topology.devices.enumerated() {
      for case let address? in device.ports.map(\.hardwareAddress) where owners[address] == nil {
        owners[address] = DeviceID(index: number)
      }
    }
    book.read(records)
  }

  private mutating func section(of step: Int) -> Ladder.Section {
    let verdict = run.verdict.steps[step]
    let own = run.records(of: step)
    var section = Ladder.Section(
      name: "\(step + 1). \(verdict.id)", words: verdict.title ?? verdict.words,
      verdict: PictureWords(names.words).verdict(on: verdict), began: own.first?.time ?? .start, items: [],
      omissions: [])
    var messages: [Ladder.Message] = []
    var rest: UInt64 = 0
    leftOut = 0
    for record in own {
      guard messages.count < Self.mostMessages else {
        if case .sent = record.event, isSpoken(record) { rest += 1 }
        continue
      }
      if let message = message(record) { messages.append(message) }
    }
    var told: Set<Ladder.Change> = []  // looked up, never iterated
    for place in messages.indices {
      guard let change = messages[place].change else { continue }
      if !told.insert(change).inserted { messages[place].change = nil }
    }
    section.items = Ladder.folded(messages)
    if let bulk = bulk(in: own, after: messages) {
      section.items.insert(.run(bulk), at: Self.end(of: section.items))
    }
    section.omissions = omissions(own, rest)
    return section
  }

  private func omissions(_ own: ArraySlice<Record>, _ rest: UInt64) -> [Ladder.Omission] {
    var omissions: [Ladder.Omission] = []
    if rest > 0 { omissions.append(.messages(rest)) }
    if leftOut > 0 { omissions.append(.ofOthers(leftOut)) }
    for record in own {
      guard case .foldedDrops(let reason, let frames) = record.event else { continue }
      omissions.append(.drops(reason, at: names.end(LinkEnd(record.device, record.port)), frames: frames))
    }
    return omissions
  }

  // MARK: Participants

  private mutating func participant(_ device: DeviceID) -> Int? {
    if let number = stations[device] { return number }
    guard devices.count < Self.mostParticipants else { return nil }
    stations[device] = devices.count
    devices.append(device)
    return devices.count - 1
  }

  private func isWire(_ device: DeviceID) -> Bool {
    names.role(device) == .bridge || names.role(device) == .hub
  }

  /// Whether somebody says something, and does not only pass on what another says.
  private func isSpoken(_ record: Record) -> Bool { !isWire(record.device) || record.relation != .continues }

  // MARK: Messages

  private mutating func message(_ record: Record) -> Ladder.Message? {
    switch record.event {
    case .sent(let frame, _):
      note(record)
      return isSpoken(record) ? sent(frame, record) : nil
    case .held:
      note(record)
      return nil
    case .dropped(let reason) where reason.isTelling: return unsent(record, .dropped(reason, at: nil))
    case .withheld: return isWire(record.device) ? nil : unsent(record, .withheld)
    default: return nil
    }
  }

  private mutating func note(_ record: Record) {
    if record.relation == .answers || record.relation == .continues && isReply.contains(record.cause) {
      isReply.insert(record.frame)
    }
    if case .sent(let frame, _) = record.event, case .arp(let arp) = frame.payload, arp.operation == .reply {
      isReply.insert(record.frame)
    }
  }

  private mutating func sent(_ frame: EthernetFrame, _ record: Record) -> Ladder.Message? {
    let walk = WireWalk(of: record.frame, run.index, records, names)
    // What bridges tell everybody, stations do not listen to.
    let arrivals = walk.targets.filter { !isWire(record.device) || $0.interest > .refused }
    if isWire(record.device), arrivals.isEmpty { return nil }
    guard let from = participant(record.device) else {
      leftOut += 1
      return nil
    }
    var speech = Speech(frame, run.playback.messages)
    let takers = arrivals.isEmpty ? [owners[frame.destination]].compactMap { $0 } : arrivals.map(\.device)
    if speech.saying.isOpening, let packet = frame.packet, !isReply.contains(record.frame), !frame.destination.isGroup,
      !takers.contains(where: { book.knew(packet.destination, at: $0) })
    {
      speech.destination = packet.destination
    }
    var message = Ladder.Message(
      time: record.time, from: from, targets: [], speech: speech, isReply: isReply.contains(record.frame),
      change: change(record, frame))
    for arrival in arrivals {
      guard let number = participant(arrival.device), number != from else { continue }
      message.targets.append(
        Ladder.Target(participant: number, death: arrival.death, copies: arrival.copies))
    }
    guard message.targets.isEmpty else { return message }
    if !arrivals.isEmpty {
      leftOut += 1
      return nil
    }
    message.loss = loss(walk, of: frame, from: record.device)
    message.aim = owners[frame.destination].flatMap { stations[$0] }
    return message
  }

  private func loss(_ walk: WireWalk, of frame: EthernetFrame, from sender: DeviceID) -> Ladder.Loss {
    if let loss = walk.loss {
      return .dropped(loss.reason, at: loss.device == sender ? nil : names.device(loss.device))
    }
    if !walk.arrivals.isEmpty { return frame.destination.isGroup ? .unanswered : .untaken }
    return .underWay
  }

  /// A packet that died before it was put on a wire.
  private mutating func unsent(_ record: Record, _ loss: Ladder.Loss) -> Ladder.Message? {
    guard let birth = run.index.birth(of: record.frame), case .held(let frame, _) = records[birth].event,
      let from = participant(record.device)
    else { return nil }
    var message = Ladder.Message(
      time: record.time, from: from, targets: [], speech: Speech(frame, run.playback.messages), isReply: false,
      loss: loss)
    message.isUnsent = true
    return message
  }

  private func change(_ record: Record, _ frame: EthernetFrame) -> Ladder.Change? {
    guard record.relation == .continues, record.cause != .none else { return nil }
    var cause = record.cause
    // What had to wait for ARP was rewritten before.
    while let birth = run.index.birth(of: cause), case .held = records[birth].event, records[birth].cause != .none {
      cause = records[birth].cause
    }
    let isEcho = frame.packet?.isICMP ?? false
    for place in run.index.notes(about: cause) where records[place].device == record.device {
      switch records[place].event {
      case .translated(let translation), .proxied(let translation):
        return translation.after.address.isAny ? .ownSocket : Ladder.Change(Rewriting(translation, isEcho: isEcho))
      default: break
      }
    }
    return nil
  }

  // MARK: Bulk

  /// What the journal only counted: what the machines at the ends sent, toward whom they spoke most.
  private mutating func bulk(in own: ArraySlice<Record>, after messages: [Ladder.Message]) -> Ladder.Run? {
    var told: [Ladder.Run.Part] = []
    for record in own {
      guard case .folded(_, let frames, let bytes) = record.event, names.role(record.device) == .stack,
        !names.forwards(record.device), let from = participant(record.device)
      else { continue }
      let spoken = messages.filter { $0.from == from && $0.speech.topic == .tcp }.compactMap { $0.targets.first }
      guard let target = spoken.last else { continue }
      let message = Ladder.Message(
        time: record.time, from: from, targets: [Ladder.Target(participant: target.participant)],
        speech: Speech(.segments), isReply: false)
      told.append(Ladder.Run.Part(message: message, count: Int(frames), bytes: Int(bytes)))
    }
    guard let last = told.last else { return nil }
    return Ladder.Run(messages: told, until: last.message.time, isCounted: true)
  }

  /// Where a connection begins to end: what was only counted came before.
  private static func end(of items: [Ladder.Item]) -> Int {
    let place = items.firstIndex { item in
      if case .message(let message) = item, case .fin = message.speech.saying { true } else { false }
    }
    return place ?? items.count
  }
}

extension Ladder.Change {
  fileprivate init(_ rewriting: Rewriting) {
    if rewriting.isReverse {
      self = .back(to: rewriting.after)
    } else if rewriting.side == .source {
      self = .source(rewriting.before, to: rewriting.after)
    } else {
      self = .destination(rewriting.before, to: rewriting.after)
    }
  }
}
