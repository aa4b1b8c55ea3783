import Devices
import Packets
import Scenarios
import Simulation
import Topology

/// The packets of a step that are neither its request nor its reply: the ARP, DNS and DHCP they needed, the rest of a
/// connection.
struct SideTraffic {
  /// Longer lists are cut; the journal has the rest.
  private static let longest = 24

  private(set) var lines: [String] = []
  private let names: Names
  private let messages: MessageTable
  /// Frames that a link made as second ones.
  private var duplicates: Set<FrameID> = []  // looked up, never iterated

  /// A packet where it was first sent.
  private struct Packet {
    var record: Record
    var frame: EthernetFrame
  }

  init(of step: Int, in run: VariantRun) {
    names = run.names
    messages = run.playback.messages
    let records = run.records(of: step)
    var control = ControlTraffic()
    let told = SideTraffic.told(by: run.flow(of: step)?.activities.map { run.lookups[$0] ?? $0 } ?? [])
    let packets: [Packet] = records.compactMap { record in
      guard case .sent(let frame, let direction) = record.event, record.relation != .continues,
        !told.contains(record.frame), !control.take(record, frame, over: direction, names, messages)
      else { return nil }
      return Packet(record: record, frame: frame)
    }
    for record in records {
      if case .duplicated = record.event { duplicates.insert(record.frame) }
    }
    let began = records.first?.time ?? .start
    let repetitions = Repetitions(of: packets.map { ($0.record, $0.frame) })
    let others = packets.filter { !repetitions.contain($0.record, $0.frame) }
    tell(others + SideTraffic.waiting(in: records, told), since: began)
    if repetitions.count > 0 { lines.append(names.words.repeated(repetitions.count)) }
    lines += control.lines(names, atMost: SideTraffic.longest)
    lines += folded(in: records)
  }

  /// What the journal only counted: what the machines at the ends sent, and what died anywhere.
  private func folded(in records: ArraySlice<Record>) -> [String] {
    records.compactMap { record in
      switch record.event {
      case .folded(_, let frames, let bytes):
        let isEnd = names.role(record.device) == .stack && !names.forwards(record.device)
        return isEnd ? names.words.folded(names.device(record.device), frames: frames, bytes: bytes) : nil
      case .foldedDrops(let reason, let frames):
        return names.words.foldedDrops(names.end(LinkEnd(record.device, record.port)), reason, frames: frames)
      default: return nil
      }
    }
  }

  /// First frames of what the story tells already.
  private static func told(by activities: [ActivityFlow]) -> Set<FrameID> {
    var told: Set<FrameID> = []  // looked up, never iterated
    for activity in activities {
      for journey in activity.journeys {
        for hop in journey.hops { told.insert(hop.id) }
      }
    }
    return told
  }

  /// Packets that waited before they were first sent appear where they are sent; those that never were do not appear.
  private static func waiting(in records: ArraySlice<Record>, _ told: Set<FrameID>) -> [Packet] {
    var own: Set<FrameID> = []  // looked up, never iterated
    var packets: [Packet] = []
    for record in records {
      switch record.event {
      case .held where record.relation != .continues: own.insert(record.frame)
      case .sent(let frame, _) where record.relation == .continues && own.contains(record.cause):
        if !told.contains(record.frame) { packets.append(Packet(record: record, frame: frame)) }
      default: break
      }
    }
    return packets
  }

  private mutating func tell(_ packets: [Packet], since began: Instant) {
    let packets = packets.enumerated()
      .sorted {
        ($0.element.record.time, $0.element.record.frame.rawValue) < (
          $1.element.record.time, $1.element.record.frame.rawValue
        )
      }
      .map { $0.element }
    var answered: Set<FrameID> = []  // looked up, never iterated
    var asked: Set<Question> = []  // looked up, never iterated
    let register = Register(packets)
    var told: [(wait: TimeSpan, words: String)] = []
    for (place, packet) in packets.enumerated() {
      guard !answered.contains(packet.record.frame) else { continue }
      let words: String
      switch packet.frame.payload {
      case .arp(let arp):
        guard let told = tell(arp, place, packets, register, &answered, &asked) else { continue }
        words = told
      default:
        words = names.words.sends(
          names.device(packet.record.device), described(packet.frame, messages),
          isDuplicate: duplicates.contains(packet.record.frame))
      }
      told.append((packet.record.time - began, words))
    }
    lines += lines(of: told)
    guard lines.count > SideTraffic.longest else { return }
    let rest = lines.count - SideTraffic.longest
    lines = lines.prefix(SideTraffic.longest) + [names.words.morePackets(rest)]
  }

  /// So many lines that say the same are told one by one; what is more stands in one.
  private static let mostAlike = 8

  private func lines(of told: [(wait: TimeSpan, words: String)]) -> [String] {
    var counts: [String: (count: Int, last: TimeSpan)] = [:]  // looked up, never iterated
    for line in told { counts[line.words] = ((counts[line.words]?.count ?? 0) + 1, line.wait) }
    var known: Set<String> = []  // looked up, never iterated
    return told.compactMap { line in
      guard let alike = counts[line.words], alike.count > Self.mostAlike else {
        return names.words.line(after: line.wait, line.words)
      }
      guard known.insert(line.words).inserted else { return nil }
      return names.words.line(after: line.wait, line.words + names.words.alike(alike.count - 1, until: alike.last))
    }
  }

  private struct Question: Hashable {
    var asker: DeviceID
    var address: IPv4Address
  }

  private struct Answer: Hashable {
    var address: IPv4Address
    var asker: MACAddress
  }

  /// Where among the packets each question and answer of ARP stands, in order.
  private struct Register {
    private(set) var questions: [Question: [Int]] = [:]  // looked up, never iterated
    private(set) var answers: [Answer: [Int]] = [:]  // looked up, never iterated

    init(_ packets: [Packet]) {
      for (place, packet) in packets.enumerated() {
        guard case .arp(let arp) = packet.frame.payload else { continue }
        if arp.operation == .reply {
          answers[Answer(address: arp.senderAddress, asker: arp.targetHardware), default: []].append(place)
        } else if arp.operation == .request {
          let question = Question(asker: packet.record.device, address: arp.targetAddress)
          questions[question, default: []].append(place)
        }
      }
    }
  }

  /// A question with its answer in one line, and repetitions not at all.
  private func tell(
    _ arp: ARPPacket, _ place: Int, _ packets: [Packet], _ register: Register, _ answered: inout Set<FrameID>,
    _ asked: inout Set<Question>
  ) -> String? {
    let device = packets[place].record.device
    let who = names.device(device)
    guard arp.operation == .request else {
      return names.words.answers(who, arp.targetAddress, arp.senderAddress, isAt: arp.senderHardware)
    }
    guard arp.senderAddress != arp.targetAddress else { return names.words.announces(who, arp.targetAddress) }
    let question = Question(asker: device, address: arp.targetAddress)
    guard asked.insert(question).inserted else { return nil }
    let replies = register.answers[Answer(address: arp.targetAddress, asker: arp.senderHardware)] ?? []
    let reply = replies.first { $0 > place }
    let repeats = (register.questions[question] ?? []).count { $0 > place && $0 < reply ?? .max }
    guard let reply, case .arp(let answer) = packets[reply].frame.payload else {
      return names.words.asks(who, for: arp.targetAddress, answer: nil, times: 1 + repeats)
    }
    answered.insert(packets[reply].record.frame)
    return names.words.asks(
      who, for: arp.targetAddress, answer: (names.device(packets[reply].record.device), answer.senderHardware),
      times: 1 + repeats)
  }
}

/// The datagrams and pings that a step sends on and on, and their echoes; told one by one they would hide all else.
private struct Repetitions {
  /// So many of them still are.
  private static let mostTold = 8

  private(set) var count = 0
  private var ports: Set<Ports> = []  // looked up, never iterated

  private struct Ports: Hashable {
    var source: UInt16
    var destination: UInt16
  }

  init(of packets: [(record: Record, frame: EthernetFrame)]) {
    let requests = packets.filter { $0.record.relation == .begins && Self.ports(of: $0.frame) != nil }
    guard requests.count > Self.mostTold else { return }
    ports = Set(requests.compactMap { Self.ports(of: $0.frame) })
    count = packets.count { contain($0.record, $0.frame) }
  }

  func contain(_ record: Record, _ frame: EthernetFrame) -> Bool {
    guard !ports.isEmpty, let own = Self.ports(of: frame) else { return false }
    switch record.relation {
    case .begins: return true
    case .answers: return ports.contains(Ports(source: own.destination, destination: own.source))
    default: return false
    }
  }

  /// Of an echo its identifier stands for both.
  private static func ports(of frame: EthernetFrame) -> Ports? {
    switch frame.packet?.payload {
    case .udp(let datagram): return Ports(source: datagram.sourcePort, destination: datagram.destinationPort)
    case .icmp(let message):
      switch message.kind {
      case .echoRequest(let identifier, _), .echoReply(let identifier, _):
        return Ports(source: identifier, destination: identifier)
      default: return nil
      }
    default: return nil
    }
  }
}
