import Packets
import Scenarios
import Simulation
import Topology

/// What one interface sent and received.
public struct InterfaceLoad: Hashable, Sendable {
  public struct Amount: Hashable, Sendable {
    public var frames: UInt64 = 0
    public var bytes: UInt64 = 0

    public init(frames: UInt64 = 0, bytes: UInt64 = 0) {
      self.frames = frames
      self.bytes = bytes
    }
  }

  public var sent = Amount()
  public var received = Amount()
  /// How often the packets that steps are about crossed it, requests and replies; ARP and the like are not counted.
  public var crossings = 0

  public init() {}
}

/// Counts what each interface sent and received, from the journal alone.
struct LoadReader {
  private let run: VariantRun
  /// Of each frame, from when it was sent.
  private var lengths: [UInt32] = []

  init(_ run: VariantRun) {
    self.run = run
    for record in run.playback.journal.records {
      guard case .sent(let frame, _) = record.event else { continue }
      let number = Int(record.frame.rawValue)
      while lengths.count <= number { lengths.append(0) }
      lengths[number] = UInt32(frame.length)
    }
  }

  /// Of the whole run.
  func loads() -> [LinkEnd: InterfaceLoad] { loads(of: run.playback.journal.records[...], run.flows) }

  func loads(of step: Int) -> [LinkEnd: InterfaceLoad] {
    loads(of: run.records(of: step), run.flow(of: step).map { [$0] } ?? [])
  }

  private func loads(of records: ArraySlice<Record>, _ flows: [Flow]) -> [LinkEnd: InterfaceLoad] {
    var loads: [LinkEnd: InterfaceLoad] = [:]
    for record in records { add(record, to: &loads) }
    for journey in flows.flatMap(\.activities).flatMap(\.journeys) {
      for (place, hop) in journey.hops.enumerated() where hop.direction != .none {
        loads[hop.from, default: InterfaceLoad()].crossings += 1
        // What a link lost has never come to its other end.
        let isLast = place == journey.hops.count - 1
        guard !isLast || journey.lastDevice == hop.to.device else { continue }
        loads[hop.to, default: InterfaceLoad()].crossings += 1
      }
    }
    return loads
  }

  private func add(_ record: Record, to loads: inout [LinkEnd: InterfaceLoad]) {
    let end = LinkEnd(record.device, record.port)
    switch record.event {
    case .sent(let frame, let direction) where direction != .none:
      loads[end, default: InterfaceLoad()].sent.add(1, UInt64(frame.length))
    case .received:
      let number = Int(record.frame.rawValue)
      loads[end, default: InterfaceLoad()].received.add(1, number < lengths.count ? UInt64(lengths[number]) : 0)
    case .folded(let direction, let frames, let bytes):
      loads[end, default: InterfaceLoad()].sent.add(frames, bytes)
      guard let other = farEnd(of: direction) else { break }
      loads[other, default: InterfaceLoad()].received.add(frames, bytes)
    default: break
    }
  }

  /// A sum does not say which of its frames a link lost; they count as received.
  private func farEnd(of direction: DirectionID) -> LinkEnd? {
    let links = run.playback.topology.links
    guard direction != .none, direction.link < links.count else { return nil }
    return direction.isForward ? links[direction.link].ends.1 : links[direction.link].ends.0
  }
}

extension InterfaceLoad.Amount {
  fileprivate mutating func add(_ frames: UInt64, _ bytes: UInt64) {
    self.frames += frames
    self.bytes += bytes
  }
}
