import Foundation
import Packets
import Reports
import Scenarios
import Simulation
import Testing

/// Captures of everything that is shipped, as Wireshark's dissector reads them.
@Suite("Captures, as tshark reads them", .enabled(if: Tshark.isThere, Tshark.absence))
struct TsharkTests {
  /// The frames of a capture in its order, as the journal has them.
  private static func frames(of run: VariantRun) -> [EthernetFrame] {
    let records = run.playback.journal.records
    var sent: [FrameID: EthernetFrame] = [:]
    var arrived: Set<FrameID> = []
    for record in records {
      if case .sent(let frame, _) = record.event { sent[record.frame] = frame }
      if case .received = record.event { arrived.insert(record.frame) }
    }
    return records.compactMap { record in
      switch record.event {
      case .received: sent[record.frame]
      case .sent(let frame, _): arrived.contains(record.frame) ? nil : frame
      default: nil
      }
    }
  }

  @Test("no frame is malformed, has a wrong checksum or a type that nobody knows")
  func soundness() throws {
    let plays = try Stage.shipped.get()
    #expect(plays.count > 250)
    let statuses = ["ip", "udp", "tcp", "icmp"].map { "\($0).checksum.status" }
    let fields = ["frame.number", "frame.protocols", "_ws.malformed", "ip.flags.mf"] + statuses
    // One file with many sections: the dissector starts once.
    let read = try Tshark.read(plays.flatMap { CaptureReport.bytes(of: $0.run) }, fields)
    let names = plays.flatMap { play in Self.frames(of: play.run).map { _ in play.name } }
    #expect(read.count == names.count)
    for (name, values) in zip(names, read) {
      let (number, protocols, malformed) = (values[0], values[1], values[2])
      #expect(malformed.isEmpty, "\(name), frame \(number): malformed, \(protocols)")
      #expect(!protocols.hasSuffix("ethertype") && !protocols.hasSuffix("ip"), "\(name), frame \(number): \(protocols)")
      // 0 is bad, 1 good, 2 unverified: the rest of a datagram in parts, or of one that is quoted.
      for (field, status) in zip(statuses, values.suffix(statuses.count)) where status == "0" {
        // Of a segment that is quoted in part, and of a datagram in parts that carries a frame, it takes the part for
        // the whole.
        let isQuoted = field.hasPrefix("tcp") && protocols.contains("icmp:ip:tcp")
        let isCarriedInParts = values[3] == "1" && protocols.contains("udp:vxlan:") && !field.hasPrefix("ip.")
        guard !isQuoted, !isCarriedInParts else { continue }
        Issue.record("\(name), frame \(number): \(field) is bad, \(protocols)")
      }
    }
  }

  @Test("each field is read as the journal has it")
  func fields() throws {
    let plays = try Stage.shipped.get()
    let read = try Tshark.read(plays.flatMap { CaptureReport.bytes(of: $0.run) }, FrameFields.names)
    var place = 0
    var compared = 0
    for (name, run) in plays {
      for (number, frame) in Self.frames(of: run).enumerated() {
        let expected = FrameFields(frame, run.playback.messages).list
        let differences = zip(FrameFields.names, zip(expected, read[place])).filter { $1.0 != $1.1 }
        if !differences.isEmpty {
          let words = differences.map { "\($0) is \($1.0), read as \($1.1)" }.joined(separator: "; ")
          Issue.record("\(name), frame \(number + 1): \(words)")
        }
        compared += 1
        place += 1
      }
    }
    #expect(compared == read.count)
  }

  /// Otherwise they could agree by not being there.
  @Test("what is read holds every kind of message that Hoplab has")
  func kinds() throws {
    var kinds: Set<String> = []
    for (_, run) in try Stage.shipped.get() {
      for frame in Self.frames(of: run) { kinds.formUnion(Self.kinds(of: frame, run.playback.messages)) }
    }
    let expected = [
      ["arp 1", "arp 2", "ip part", "ip other", "udp", "dns question"],
      ["discover", "offer", "request", "decline", "ack", "nak", "release"].map { "dhcp \($0)" },
      [0, 2, 3, 5].map { "dns answer \($0)" }, [2, 4, 16, 17, 18, 20, 24].map { "tcp \($0)" },
      ["0/0", "3/0", "3/1", "3/2", "3/3", "3/4", "3/9", "3/10", "3/13", "5/1", "8/0", "11/0", "11/1"].map {
        "icmp \($0)"
      },
    ].flatMap { $0 }
    #expect(Set(expected).subtracting(kinds).isEmpty)
  }

  private static func kinds(of frame: EthernetFrame, _ messages: MessageTable) -> [String] {
    switch frame.payload {
    case .arp(let packet): return ["arp \(packet.operation.rawValue)"]
    case .other: return []
    case .ipv4(let packet):
      let part = packet.isFragment ? ["ip part"] : []
      switch packet.payload {
      case .icmp(let message): return part + ["icmp \(message.kind.wire.type)/\(message.kind.wire.code)"]
      case .tcp(let segment):
        return part + ["tcp \(segment.flags.rawValue)"] + (segment.selectiveBlockCount > 0 ? ["tcp sack"] : [])
      case .udp(let datagram):
        guard !packet.isFragment, let id = datagram.content.message else { return part + ["udp"] }
        switch messages[id] {
        case .dhcp(let message)?: return [message.kind.map { "dhcp \($0)" } ?? "bootp"]
        case .dns(let message)?: return [message.isResponse ? "dns answer \(message.code.rawValue)" : "dns question"]
        default: return part
        }
      case .other: return part + ["ip other"]
      }
    }
  }

  @Test("its interfaces, names and comments are found")
  func looks() throws {
    let run = try #require(try Stage.runs(Stage.hub).first)
    let read = try Tshark.read(
      CaptureReport.bytes(of: run), ["frame.interface_name", "frame.time_relative", "frame.comment", "frame.protocols"])
    #expect(Set(read.map { $0[0] }) == ["a:eth0", "b:eth0", "h:to-a", "h:to-b"])
    #expect(read.contains { $0[2].hasPrefix("h repeats it on its one other port, as a hub does") })
    #expect(read.contains { $0[2].hasPrefix("b ") && $0[3].hasSuffix("icmp:data") })
  }
}
