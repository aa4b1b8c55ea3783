import Configuration
import Devices
import Packets
import Scenarios
import Simulation
import Topology

/// Turns a journey, which is a list of crossings of links, into a list of the devices that had the packet.
struct Walk {
  private let names: Names
  private let messages: MessageTable
  private let records: ArraySlice<Record>

  init(_ run: VariantRun, step: Int) {
    names = run.names
    messages = run.playback.messages
    records = run.records(of: step)
  }

  func leg(_ title: String, _ journey: Journey) -> PacketTrace.Leg {
    let hops = journey.hops
    var stations = hops.indices.map { place in
      station(hops[place...], cameBy: place > 0 ? hops[place - 1] : nil)
    }
    let kept = hops.isEmpty ? KeptPacket(of: journey.lastDevice, in: records) : nil
    // What a link lost never came to the far end of it: its sender was the last that had it.
    if let last = hops.last, last.from.device == journey.lastDevice, !stations.isEmpty {
      stations[stations.count - 1].decisions += decisions(journey.lastDecisions, hops.suffix(1))
      stations[stations.count - 1].end = end(of: journey)
    } else {
      stations.append(
        PacketTrace.Station(
          device: names.device(journey.lastDevice), ingress: hops.isEmpty ? nil : port(of: journey),
          decisions: decisions(kept?.decisions ?? journey.lastDecisions, hops.suffix(1)), end: end(of: journey)))
    }
    let frame = hops.first?.frame ?? kept?.frame
    return PacketTrace.Leg(
      title: title, summary: frame.map { summary($0) } ?? "never left",
      packet: frame.map { described($0, messages) } ?? "", stations: stations)
  }

  private func summary(_ frame: EthernetFrame) -> String {
    let words = English().says(Speech(frame, messages))
    guard let packet = frame.packet else { return words }
    return "\(packet.ends), \(words), ttl \(packet.timeToLive)"
  }

  private func port(of journey: Journey) -> String? { named(LinkEnd(journey.lastDevice, journey.lastPort)) }

  private func named(_ end: LinkEnd) -> String? {
    let name = names.port(end)
    return name.isEmpty ? nil : name
  }

  /// The device that sent the first of these hops.
  private func station(_ hops: ArraySlice<Hop>, cameBy before: Hop?) -> PacketTrace.Station {
    let hop = hops[hops.startIndex]
    var decisions = decisions(hop.decisions, hops)
    if let before {
      if let life = timeToLive(from: before.frame.packet, to: hop.frame.packet) { decisions.append(life) }
      if before.frame.tag != hop.frame.tag {
        let words = hop.frame.tag.map { "the tag of VLAN \($0.control & 0x0fff)" } ?? "the tag comes off"
        decisions.append(PacketTrace.Decision(table: "vlan", words: words, origin: place(of: hop.origin)))
      }
    }
    return PacketTrace.Station(
      device: names.device(hop.from.device), ingress: before.flatMap { named($0.to) }, egress: named(hop.from),
      decisions: decisions, rewritten: rewritten(from: before?.frame.packet, to: hop.frame.packet))
  }

  private func timeToLive(from before: IPv4Packet?, to after: IPv4Packet?) -> PacketTrace.Decision? {
    guard let before, let after, before.timeToLive != after.timeToLive else { return nil }
    return PacketTrace.Decision(table: "ttl", words: "\(before.timeToLive) → \(after.timeToLive)")
  }

  private func rewritten(from before: IPv4Packet?, to after: IPv4Packet?) -> String? {
    guard let before, let after, before.source != after.source || before.destination != after.destination,
      !after.source.isAny
    else { return nil }
    return after.ends
  }

  func place(of origin: Origin) -> PacketTrace.Place? {
    guard let entry = names.topology.origins[origin] else { return nil }
    guard let line = names.line(at: entry.location), let colon = line.lastIndex(of: ":") else {
      return PacketTrace.Place(label: entry.label)
    }
    return PacketTrace.Place(
      label: entry.label, file: String(line[..<colon]), line: Int(line[line.index(after: colon)...]))
  }

  // MARK: Decisions

  private func decisions(_ records: [Record], _ hops: ArraySlice<Hop>) -> [PacketTrace.Decision] {
    var decisions: [PacketTrace.Decision] = []
    for record in records {
      guard let (table, words) = words(of: record, hops) else { continue }
      let decision = PacketTrace.Decision(table: table, words: words, origin: place(of: record.origin))
      if decisions.last != decision { decisions.append(decision) }
    }
    return decisions
  }

  /// The table that decided, and what it said; nil for what needs no word.
  private func words(of record: Record, _ hops: ArraySlice<Hop>) -> (table: String, words: String)? {
    func port(_ port: PortNumber) -> String { named(LinkEnd(record.device, port)) ?? "its only port" }
    switch record.event {
    case .flooded(let copies):
      let ports = copies == 1 ? "to its one other port" : "to its \(copies) other ports"
      if names.role(record.device) == .hub { return ("hub", "repeats it \(ports)") }
      let isGroup = hops.first?.frame.destination.isGroup ?? true
      return ("fdb", "floods it \(ports): " + (isGroup ? "it is for everybody" : "the station is not learned yet"))
    case .forwarded(let place): return ("fdb", "\(hops.first?.frame.destination ?? .zero) is behind \(port(place))")
    case .learned(let address, let place): return ("learn", "\(address) is behind \(port(place))")
    case .routed(let destination, let prefix, let nextHop):
      return ("route", nextHop == destination ? "\(prefix) is on its own link" : "\(prefix) via \(nextHop)")
    case .translated(let translation):
      let rewriting = Rewriting(translation, hops)
      let side = translation.side == .source ? "source" : "destination"
      return (translation.isReverse ? "conntrack" : "nat", "\(side) \(rewriting.before) → \(rewriting.after)")
    case .proxied(let translation):
      let rewriting = Rewriting(translation, hops)
      if translation.isReverse { return ("proxy", "hears it on a socket, and says the same to \(rewriting.after)") }
      return ("proxy", "says the same on a socket of its own: \(rewriting.before) → \(rewriting.after)")
    case .held(_, let address):
      return address.isAny ? ("fragments", "waits for the rest of it") : ("arp", "asks who has \(address), and waits")
    case .resolved(let address, let hardware): return ("arp", "\(address) is at \(hardware)")
    case .unresolved(let address): return ("arp", "nobody answers for \(address)")
    case .looped: return ("local", "it is for this machine itself")
    case .refused(let kind): return ("icmp", "tells the sender: \(English().refused(kind) ?? "an error")")
    case .rationed: return ("icmp", "keeps quiet: it has sent too many errors")
    case .logged: return ("log", "writes it down")
    case .segmentsLimited(let size): return ("filter", "lowers the segment size that it offers to \(size)")
    case .withheld: return ("filter", "keeps it from leaving by \(port(record.port))")
    case .duplicated: return ("link", "a second one, made by the link")
    default: return nil
    }
  }

  // MARK: Ends

  private func end(of journey: Journey) -> PacketTrace.End {
    switch journey.end {
    case .absorbed(let absorber): .taken(by: absorber.word)
    case .dropped(let reason, let origin):
      .dropped(reason: reason.word, because: reason.explanation, by: place(of: origin))
    case .underWay: .underWay
    }
  }
}

extension IPv4Packet {
  /// `10.0.0.1:40001 → 10.0.0.2:22`.
  fileprivate var ends: String {
    switch payload {
    case .tcp(let segment):
      "\(Endpoint(source, segment.sourcePort)) → \(Endpoint(destination, segment.destinationPort))"
    case .udp(let datagram):
      "\(Endpoint(source, datagram.sourcePort)) → \(Endpoint(destination, datagram.destinationPort))"
    case .icmp, .other: "\(source) → \(destination)"
    }
  }
}
