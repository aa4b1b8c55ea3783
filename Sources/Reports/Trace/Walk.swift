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

  private var words: any Wording { names.words }

  func leg(_ leg: TraceLeg, _ journey: Journey) -> PacketTrace.Leg {
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
      title: words.leg(leg), summary: frame.map { summary($0) } ?? words.neverLeft,
      packet: frame.map { described($0, messages) } ?? "", stations: stations)
  }

  private func summary(_ frame: EthernetFrame) -> String {
    let speech = words.says(Speech(frame, messages))
    guard let packet = frame.packet else { return speech }
    return words.summary(packet.ends, speech, timeToLive: packet.timeToLive)
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
      // What is around a frame, or inside, is another packet.
      if !hop.isTunnelEnd, let life = timeToLive(from: before.frame.packet, to: hop.frame.packet) {
        decisions.append(life)
      }
      if before.frame.tag != hop.frame.tag {
        let tag = hop.frame.tag.map { $0.control & 0x0fff }
        decisions.append(decision(.tag(tag), place(of: hop.origin)))
      }
    }
    return PacketTrace.Station(
      device: names.device(hop.from.device), ingress: before.flatMap { named($0.to) }, egress: named(hop.from),
      decisions: decisions, rewritten: rewritten(from: before?.frame.packet, to: hop.frame.packet))
  }

  private func timeToLive(from before: IPv4Packet?, to after: IPv4Packet?) -> PacketTrace.Decision? {
    guard let before, let after, before.timeToLive != after.timeToLive else { return nil }
    return decision(.timeToLive(from: before.timeToLive, to: after.timeToLive), nil)
  }

  private func decision(_ answer: TableAnswer, _ origin: PacketTrace.Place?) -> PacketTrace.Decision {
    PacketTrace.Decision(table: answer.table, words: words.says(answer), origin: origin)
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
      guard let answer = answer(in: record, hops) else { continue }
      let decision = decision(answer, place(of: record.origin))
      if decisions.last != decision { decisions.append(decision) }
    }
    return decisions
  }

  /// What a table or rule said; nil for what needs no word.
  private func answer(in record: Record, _ hops: ArraySlice<Hop>) -> TableAnswer? {
    func port(_ port: PortNumber) -> String? { named(LinkEnd(record.device, port)) }
    switch record.event {
    case .flooded(let copies):
      if names.role(record.device) == .hub { return .repeats(copies: copies) }
      return .floods(copies: copies, isForAll: hops.first?.frame.destination.isGroup ?? true)
    case .forwarded(let place): return .isBehind(hops.first?.frame.destination ?? .zero, port: port(place))
    case .learned(let address, let place): return .learned(address, port: port(place))
    case .routed(let destination, let prefix, let nextHop):
      return nextHop == destination ? .isOnLink(prefix) : .goes(prefix, via: nextHop)
    case .translated(let translation):
      let rewriting = Rewriting(translation, hops)
      return .rewrites(
        rewriting.side, from: rewriting.before, to: rewriting.after, isReverse: rewriting.isReverse)
    case .proxied(let translation):
      let rewriting = Rewriting(translation, hops)
      return translation.isReverse
        ? .hearsAnswer(to: rewriting.after) : .saysAgain(from: rewriting.before, to: rewriting.after)
    case .held(_, let address): return address.isAny ? .waitsForParts : .asks(for: address)
    case .resolved(let address, let hardware): return .isAt(address, hardware)
    case .unresolved(let address): return .noAnswer(for: address)
    case .looped: return .isLocal
    case .refused(let kind): return .tellsSender(kind)
    case .rationed: return .rationed
    case .logged: return .writesDown
    case .segmentsLimited(let size): return .limitsSegments(to: size)
    case .withheld: return .withholds(port: port(record.port))
    case .duplicated: return .isDuplicate
    case .wrapped(let network, _): return .wraps(network: network)
    case .unwrapped(let network): return .unwraps(network: network)
    default: return nil
    }
  }

  // MARK: Ends

  private func end(of journey: Journey) -> PacketTrace.End {
    switch journey.end {
    case .absorbed(let absorber): .taken(by: absorber.word)
    case .dropped(let reason, let origin):
      .dropped(reason: reason.word, because: words.explanation(reason), by: place(of: origin))
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
