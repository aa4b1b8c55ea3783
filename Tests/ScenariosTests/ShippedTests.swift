import Packets
import Scenarios
import Simulation
import Testing
import Topology

/// The shipped scenario from end to end.
@Suite("vmware.yaml") struct ShippedTests {
  @Test("every expectation of every variant holds, and every frame is accounted for")
  func holds() throws {
    for play in try Shipped.scenario().plays {
      let playback = Player(play).run()
      let verdict = Judge(play, playback).verdict()
      #expect(verdict.holds, "\(play.variant): \(verdict.steps.filter { $0.result == .failed })")
      #expect(playback.imbalance == nil)
      #expect(playback.journal.counters.isBalanced)
    }
  }

  @Test("two plays give the same records, one after the other and side by side")
  func deterministic() async throws {
    let plays = try Shipped.scenario().plays
    for play in plays {
      let alone = Player(play).run().journal.records
      let together = await withTaskGroup(of: [Record].self) { group in
        for _ in 0..<4 { group.addTask { Player(play).run().journal.records } }
        return await group.reduce(into: []) { $0.append($1) }
      }
      #expect(together.allSatisfy { $0 == alone })
    }
  }

  /// Transaction ids, sequence numbers and ephemeral ports are chance; ways, addresses, times and fates are not.
  @Test("another seed changes only what chance may change", arguments: ["bridged", "nat", "host-only"])
  func seeds(variant: String) throws {
    let play = try Shipped.play(variant)
    let one = Player(play, seed: 1).run()
    let other = Player(play, seed: 2).run()
    #expect(one.journal.records != other.journal.records)
    #expect(one.journal.records.count == other.journal.records.count)
    for (a, b) in zip(one.journal.records, other.journal.records) {
      #expect(a.withoutChance == b.withoutChance)
    }
  }

  @Test(
    "what is shown of a variant is itself a scenario, and plays the same",
    arguments: ["bridged", "nat", "host-only"])
  func shown(variant: String) throws {
    let play = try Shipped.play(variant)
    let again = try Shipped.reread(play)
    let first = Player(play).run().journal
    let second = Player(again).run().journal
    #expect(first.records.map(\.withoutOrigin) == second.records.map(\.withoutOrigin))
  }

  @Test("the NAT device shows two connections, each with its own sequence numbers, and a fresh time to live")
  func proxy() throws {
    let play = try Shipped.play("nat")
    let records = Player(play).run().journal.records
    func opening(sentBy name: String) -> (TCPSegment, UInt8)? {
      for record in records where record.device != .none && play.topology.name(of: record.device) == name {
        if case .sent(let frame, _) = record.event, case .ipv4(let packet) = frame.payload,
          case .tcp(let segment) = packet.payload, segment.flags == .syn
        {
          return (segment, packet.timeToLive)
        }
      }
      return nil
    }
    let inner = try #require(opening(sentBy: "vm1.stack"))
    let outer = try #require(opening(sentBy: "pc.stack"))
    #expect(inner.0.sequence != outer.0.sequence)
    #expect(inner.0.sourcePort != outer.0.sourcePort)
    #expect(outer.1 == 64, "the host's own, not one less than the guest's")
  }
}

extension Record {
  /// The record without what chance chose: identifiers, sequence numbers and ephemeral ports.
  var withoutChance: String {
    var record = self
    switch event {
    case .sent(let frame, let direction): record.event = .sent(frame.withoutChance, direction)
    case .held(let frame, let address): record.event = .held(frame.withoutChance, address)
    case .translated(var translation):
      (translation.before.port, translation.after.port) = (0, 0)
      record.event = .translated(translation)
    case .proxied(var translation):
      (translation.before.port, translation.after.port) = (0, 0)
      record.event = .proxied(translation)
    default: break
    }
    return "\(record)"
  }

  /// The record without the place that was written down for it, which differs between two texts of the same network.
  var withoutOrigin: Record {
    var record = self
    record.origin = .none
    return record
  }
}

extension EthernetFrame {
  fileprivate var withoutChance: EthernetFrame {
    guard case .ipv4(var packet) = payload else { return self }
    switch packet.payload {
    case .tcp(var segment):
      (segment.sequence, segment.acknowledgment) = (0, 0)
      (segment.sourcePort, segment.destinationPort) = (0, 0)
      packet.payload = .tcp(segment)
    case .udp(var datagram):
      (datagram.sourcePort, datagram.destinationPort) = (0, 0)
      packet.payload = .udp(datagram)
    case .icmp(var message):
      if case .echoRequest(_, let sequence) = message.kind {
        message.kind = .echoRequest(identifier: 0, sequence: sequence)
      } else if case .echoReply(_, let sequence) = message.kind {
        message.kind = .echoReply(identifier: 0, sequence: sequence)
      }
      packet.payload = .icmp(message)
    case .other: break
    }
    var frame = self
    frame.payload = .ipv4(packet)
    return frame
  }
}
