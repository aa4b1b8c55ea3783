import Devices
import Packets
import Scenarios
import Simulation
import Topology

/// A law of the simulated world that a play has broken.
struct Violation: CustomStringConvertible {
  enum Law: String {
    case unreadable, limit, time, balance, fate, timeToLive, payload, address, encoding, reason, message, activity
    case translation, wayBack, lease, tree, repetition, delivery
  }

  var law: Law
  var words: String

  init(_ law: Law, _ words: String) {
    self.law = law
    self.words = words
  }

  var description: String { "\(law.rawValue): \(words)" }
}

/// What must be true of every journal, whatever was played, worked out from its records alone.
struct LabRules {
  let playback: Playback
  /// Apart, so that the words for one may speak of everything else while it is added.
  private let found = Found()
  var frames: [UInt32: FrameFacts] = [:]  // looked up; iterated only to count
  var translations = TranslationRules()
  var leases = LeaseRules()
  var trees: TreeRules
  var deliveries = DeliveryRules()
  private var activities: [ActivityID: Int] = [:]  // looked up, never iterated
  private var openActivities = 0
  private var rewritten: Set<FrameID> = []
  /// Messages of packets that never left their machine.
  private var looped: [MessageID] = []
  private var lastTime = Instant.start

  /// What is known of a frame on a link, or of one that waits in a device.
  struct FrameFacts {
    var frame: EthernetFrame
    var isHeld: Bool
    /// The device it came to, or waits in.
    var place: DeviceID?
    var cause: FrameID
    var ends = 0
    var wentOn = 0
    var isLost = false
    /// Between a NAT proxy and the stack whose sockets it uses, where a packet is a program's words and no packet.
    var isSpoken = false

    var hasArrived: Bool { place != nil }
  }

  init(_ playback: Playback) {
    self.playback = playback
    trees = TreeRules(playback.topology)
  }

  /// - Parameter records: Those of its journal, unless a test has changed them.
  static func violations(of playback: Playback, records: [Record]? = nil) -> [Violation] {
    var rules = LabRules(playback)
    rules.check(records ?? playback.journal.records)
    return rules.found.violations
  }

  private final class Found { var violations: [Violation] = [] }

  private func report(_ law: Violation.Law, _ words: @autoclosure () -> String, _ isBroken: Bool = true) {
    if isBroken, found.violations.count < 20 { found.violations.append(Violation(law, words())) }
  }

  private mutating func check(_ records: [Record]) {
    report(.limit, playback.limitWords ?? "", playback.limit != nil)
    for record in records { take(record) }
    report(.time, "the play ended before its last record", playback.duration < lastTime)
    report(.activity, "\(openActivities) activities never ended", openActivities != 0)
    checkFates()
    checkMessages()
    for words in trees.faults(at: playback.duration) { report(.tree, words) }
  }

  private mutating func take(_ record: Record) {
    report(.time, "\(record.time) after \(lastTime)", record.time < lastTime)
    lastTime = record.time
    trees.take(record)
    switch record.event {
    case .sent(let frame, let direction): send(frame, direction, record)
    case .held(let frame, _):
      var facts = FrameFacts(frame: frame, isHeld: true, place: record.device, cause: record.cause)
      facts.isSpoken = frames[record.cause.rawValue]?.isSpoken ?? false
      frames[record.frame.rawValue] = facts
      deliver(frame, record)
      follow(frame, record)
    case .received:
      report(.fate, "\(record.frame) arrived twice or after it was lost", isGone(record.frame))
      deliveries.receive(record)
      frames[record.frame.rawValue]?.place = record.device
    case .absorbed(let absorber):
      if let frame = frames[record.frame.rawValue]?.frame {
        for words in deliveries.absorb(frame, by: absorber, record) { report(.delivery, words) }
      }
      end(record)
    case .dropped(let reason):
      end(record)
      // Nothing here makes frames that nobody could understand.
      report(.reason, "\(record.frame): \(reason.word)", reason == .malformed || reason == .badRequest)
    case .translated(let translation):
      rewritten.insert(record.frame)
      for words in translations.note(translation, record, frames[record.frame.rawValue]?.frame) {
        report(.wayBack, words)
      }
    case .looped(let packet): if let message = packet.message { looped.append(message) }
    case .leased, .configured, .deconfigured, .deviceChanged:
      for words in leases.take(record) { report(.lease, words) }
    case .began(let activity, _):
      report(.activity, "\(activity) began twice", activities.updateValue(0, forKey: activity) != nil)
      openActivities += 1
    case .ended(let activity, _):
      report(.activity, "\(activity) ended without having begun, or twice", activities[activity] != 0)
      activities[activity] = 1
      openActivities -= 1
    default: break
    }
  }
}

/// Frames.
extension LabRules {
  private func isGone(_ id: FrameID) -> Bool {
    frames[id.rawValue].map { $0.isHeld || $0.hasArrived || $0.isLost } ?? true
  }

  private mutating func send(_ frame: EthernetFrame, _ direction: DirectionID, _ record: Record) {
    report(.fate, "\(record.frame) was sent twice", frames[record.frame.rawValue] != nil)
    var facts = FrameFacts(frame: frame, isHeld: false, place: nil, cause: record.cause)
    facts.isSpoken = isSpoken(direction)
    frames[record.frame.rawValue] = facts
    deliver(frame, record)
    follow(frame, record)
    if record.frame.rawValue % 5 == 0 { checkEncoding(frame, record) }
  }

  /// What a program has taken in it may speak for by a packet of its own.
  private mutating func deliver(_ frame: EthernetFrame, _ record: Record) {
    let before = frames[record.cause.rawValue]
    let isAnew = before.map { !$0.isHeld && $0.ends > 0 } ?? true
    for words in deliveries.send(frame, record, isAnew: isAnew) { report(.delivery, words) }
  }

  private func isSpoken(_ direction: DirectionID) -> Bool {
    guard direction != .none else { return false }
    let ends = playback.topology.links[direction.link].ends
    return [ends.0, ends.1].contains { end in
      end.port == 1 && playback.topology.devices[Int(end.device.index)].settings is NATProxySettings
    }
  }

  private mutating func end(_ record: Record) {
    guard record.frame != .none else { return }
    guard var facts = frames[record.frame.rawValue] else { return report(.fate, "\(record.frame) ended unsent") }
    if facts.hasArrived { facts.ends += 1 } else { facts.isLost = true }
    frames[record.frame.rawValue] = facts
  }

  /// What a frame has kept of the one it continues.
  private mutating func follow(_ frame: EthernetFrame, _ record: Record) {
    guard record.relation == .continues, record.cause != .none, let before = frames[record.cause.rawValue] else {
      return
    }
    guard before.place == record.device else { return }
    frames[record.cause.rawValue]?.wentOn += 1
    for words in translations.follow(frame, record) { report(.translation, words) }
    let kind = type(of: playback.topology.devices[Int(record.device.index)].settings).word
    // What a program has taken in it may speak for, as a DNS forwarder does, by a packet of its own.
    guard before.ends == 0 || before.isHeld else { return }
    guard kind != NATProxySettings.word, !before.isSpoken, frames[record.frame.rawValue]?.isSpoken != true else {
      return
    }
    let words = "\(record.cause) → \(record.frame) at \(playback.topology.name(of: record.device))"
    guard kind == IPStackSettings.word else {
      report(.payload, words, before.frame.payload != frame.payload)
      return report(
        .address, words, before.frame.source != frame.source || before.frame.destination != frame.destination)
    }
    guard case .ipv4(let old) = before.frame.payload, case .ipv4(let new) = frame.payload else { return }
    // A router passed is one less, whether the packet had to wait for ARP there or not.
    let distance = Int(old.timeToLive) - Int(new.timeToLive)
    var isRouted = !before.isHeld
    // A part that waits for the rest of its datagram has not been routed.
    if case .held(_, .any) = record.event { isRouted = false }
    report(.timeToLive, "\(words): \(old.timeToLive) to \(new.timeToLive)", distance != (isRouted ? 1 : 0))
    let root = before.isHeld && frames[before.cause.rawValue]?.place == record.device ? before.cause : record.cause
    let isSame = old.source == new.source && old.destination == new.destination
    report(.address, words, !isSame && !rewritten.contains(root))
    check(payload: new, against: old, words)
  }

  private func check(payload new: IPv4Packet, against old: IPv4Packet, _ words: String) {
    report(.payload, "\(words): another datagram", new.identification != old.identification)
    report(.payload, "\(words): another protocol", new.payload.number != old.payload.number)
    // Of what is split the parts are checked where they are put together; errors are quoted anew for whom they tell.
    guard !new.isFragment, !old.isFragment else { return }
    if case .icmp(let message) = new.payload, message.kind.isError { return }
    report(.payload, words, new.payload.content != old.payload.content)
  }

  private func checkEncoding(_ frame: EthernetFrame, _ record: Record) {
    let bytes = frame.encoded(playback.messages)
    report(.encoding, "\(record.frame) has \(bytes.count) bytes, not \(frame.length)", bytes.count != frame.length)
    var messages = MessageTable()
    do throws(PacketError) {
      let again = try EthernetFrame.decode(bytes, into: &messages)
      let isSame =
        portsTell(frame)
        ? isEqual(frame, in: playback.messages, again, in: messages) : again.encoded(messages) == bytes
      report(.encoding, "\(described(frame, playback.messages)) became \(described(again, messages))", !isSame)
    } catch {
      report(.encoding, "\(record.frame) \(described(frame, playback.messages)): \(error)")
    }
  }

  /// Whether who reads the bytes can know what they are: masquerading may move an answer away from port 53.
  private func portsTell(_ frame: EthernetFrame) -> Bool {
    guard case .ipv4(let packet) = frame.payload, case .udp(let datagram) = packet.payload,
      let id = frame.message, let message = playback.messages[id]
    else { return true }
    let ports = [datagram.sourcePort, datagram.destinationPort]
    switch message {
    case .dns: return ports.contains(53)
    case .dhcp: return ports.contains { (67...68).contains($0) }
    default: return true
    }
  }

  /// Every frame has one fate, and the simulator has counted the same.
  private func checkFates() {
    var counted = Counters()
    for id in frames.keys.sorted() {
      guard let facts = frames[id] else { continue }
      if facts.isHeld {
        report(.fate, "\(id) waited and ended \(facts.ends) times", facts.ends > 1)
        if facts.ends == 0, facts.wentOn == 0 { counted.waiting += 1 }
        continue
      }
      counted.sent += 1
      if facts.isLost { counted.lostOnLinks += 1 }
      guard facts.hasArrived else {
        if !facts.isLost { counted.inFlight += 1 }
        continue
      }
      counted.arrived += 1
      report(.fate, "\(id) has no fate", facts.ends == 0 && facts.wentOn == 0)
      report(.fate, "\(id) has \(facts.ends) fates", facts.ends > 1)
    }
    let told = playback.counters
    let same =
      told.sent == counted.sent && told.arrived == counted.arrived && told.inFlight == counted.inFlight
      && told.lostOnLinks == counted.lostOnLinks && told.waiting == counted.waiting
    report(.balance, "counted \(counted), told \(told)", !same || !told.isBalanced)
  }

  /// A message lives as long as a record or a frame refers to it, and no longer.
  private func checkMessages() {
    var reached: Set<MessageID> = []
    for first in frames.values.compactMap(\.frame.message) + looped {
      var next: MessageID? = first
      while let id = next, reached.insert(id).inserted {
        switch playback.messages[id] {
        case .quote(let quote)?: next = quote.packet.message
        case .encapsulated(let inside)?: next = inside.frame.message
        default: next = nil
        }
      }
    }
    let count = playback.messages.count
    report(.message, "\(count) messages are kept, and \(reached.count) are referred to", count != reached.count)
  }
}
