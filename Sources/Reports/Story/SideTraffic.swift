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

  /// A packet where it was first sent.
  private struct Packet {
    var record: Record
    var frame: EthernetFrame
  }

  init(of step: Int, in run: VariantRun) {
    names = run.names
    messages = run.playback.messages
    let records = run.records(of: step)
    let told = SideTraffic.told(by: run.flow(of: step)?.activities.map { run.lookups[$0] ?? $0 } ?? [])
    let packets: [Packet] = records.compactMap { record in
      guard case .sent(let frame, _) = record.event, record.relation != .continues,
        !told.contains(record.frame)
      else { return nil }
      return Packet(record: record, frame: frame)
    }
    let began = records.first?.time ?? .start
    tell(packets + SideTraffic.waiting(in: records, told), since: began)
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
    for (place, packet) in packets.enumerated() {
      guard !answered.contains(packet.record.frame) else { continue }
      let words: String
      switch packet.frame.payload {
      case .arp(let arp):
        guard let told = tell(arp, packet, packets[(place + 1)...], &answered, &asked) else { continue }
        words = told
      default: words = "`\(names.device(packet.record.device))`: \(described(packet.frame, messages))"
      }
      let wait = packet.record.time - began
      lines.append((wait > .zero ? "after \(wait.words): " : "at once: ") + words)
    }
    guard lines.count > SideTraffic.longest else { return }
    let rest = lines.count - SideTraffic.longest
    lines = lines.prefix(SideTraffic.longest) + ["and \(rest) more packets, which the journal lists"]
  }

  private struct Question: Hashable {
    var asker: DeviceID
    var address: IPv4Address
  }

  /// A question with its answer in one line, and repetitions not at all.
  private func tell(
    _ arp: ARPPacket, _ packet: Packet, _ later: ArraySlice<Packet>, _ answered: inout Set<FrameID>,
    _ asked: inout Set<Question>
  ) -> String? {
    let who = names.device(packet.record.device)
    guard arp.operation == .request else {
      return
        "ARP: `\(who)` answers \(arp.targetAddress) that \(arp.senderAddress) is at \(arp.senderHardware)"
    }
    guard arp.senderAddress != arp.targetAddress else { return StoryWords.announces(who, arp.targetAddress) }
    guard asked.insert(Question(asker: packet.record.device, address: arp.targetAddress)).inserted else {
      return nil
    }
    var times = 1
    for other in later {
      guard case .arp(let reply) = other.frame.payload else { continue }
      if reply.operation == .reply, reply.senderAddress == arp.targetAddress,
        reply.targetHardware == arp.senderHardware
      {
        answered.insert(other.record.frame)
        let answer = (names.device(other.record.device), reply.senderHardware)
        return StoryWords.asks(who, for: arp.targetAddress, answer: answer, times: times)
      }
      if reply.operation == .request, reply.targetAddress == arp.targetAddress,
        other.record.device == packet.record.device
      {
        times += 1
      }
    }
    return StoryWords.asks(who, for: arp.targetAddress, answer: nil, times: times)
  }
}
