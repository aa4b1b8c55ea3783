import Packets
import Simulation
import Testing
import Workloads

/// A network that starts pre-learned carries the same data in the same way as one that has to learn.
@Suite("Pre-learned start") struct PrelearnedTests {
  /// One sending of a datagram, and what became of the frame where it arrived.
  private struct Passage: Hashable {
    var device: DeviceID
    var port: PortNumber
    var fate: String
  }

  /// Of each datagram, told apart by its ends and its number, the ways of its frames in order.
  private func passages(_ kind: any Workload.Type, size: Int, isPrelearned: Bool) -> [String: [Passage]] {
    var plan = kind.plan(size: size)
    var simulator = plan.makeSimulator(detail: .full, isPrelearned: isPrelearned)
    plan.play(on: &simulator)
    var fates: [FrameID: String] = [:]
    for record in simulator.journal.records {
      switch record.event {
      case .dropped(let reason): fates[record.frame] = "\(reason)"
      case .absorbed(let absorber): fates[record.frame] = "\(absorber)"
      default: break
      }
    }
    var passages: [String: [Passage]] = [:]
    for record in simulator.journal.records {
      guard case .sent(let frame, _) = record.event, let name = PrelearnedTests.name(of: frame) else { continue }
      passages[name, default: []].append(
        Passage(device: record.device, port: record.port, fate: fates[record.frame] ?? "on"))
    }
    return passages
  }

  private static func name(of frame: EthernetFrame) -> String? {
    guard case .ipv4(let packet) = frame.payload, case .udp(let datagram) = packet.payload else { return nil }
    return "\(packet.source):\(datagram.sourcePort) \(packet.destination):\(datagram.destinationPort) "
      + "\(datagram.content.reference)"
  }

  @Test(
    "takes the same ways to the same ends",
    arguments: [("W2", 16), ("W3", 20), ("W4", 5), ("W5", 70), ("W5", 1000)] as [(String, Int)])
  func sameWays(_ workload: (word: String, size: Int)) throws {
    let kind = try #require(workloads.first { $0.word == workload.word })
    let learned = passages(kind, size: workload.size, isPrelearned: false)
    let prelearned = passages(kind, size: workload.size, isPrelearned: true)
    #expect(!learned.isEmpty)
    #expect(learned == prelearned)
  }

  @Test("asks nobody and floods nothing")
  func silence() throws {
    for kind in workloads {
      var plan = kind.plan(size: 40)
      guard plan.isForeseen else { continue }
      var simulator = plan.makeSimulator(detail: .folded, isPrelearned: true)
      plan.play(on: &simulator)
      let noise = simulator.journal.records.filter {
        if case .flooded = $0.event { return true }
        if case .sent(let frame, _) = $0.event, case .arp = frame.payload { return true }
        return false
      }
      #expect(noise.isEmpty, "\(kind.word)")
      #expect(plan.isMet(by: simulator.journal.counters))
      #expect(simulator.journal.counters.isBalanced)
    }
  }
}
