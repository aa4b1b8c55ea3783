import Devices
import Packets
import Simulation
import Topology

/// What went through each port of each device, and what died there, from the journal alone.
struct PortTrafficReader {
  /// By device and port.
  private(set) var traffic: [[PortTraffic]]
  private let links: [Topology.LinkEntry]
  /// Of each frame, from when it was sent.
  private var lengths: [UInt32] = []

  init(_ journal: Journal, in topology: Topology) {
    links = topology.links
    traffic = topology.devices.map { Array(repeating: PortTraffic(), count: $0.ports.count) }
    for record in journal.records { read(record) }
  }

  private mutating func read(_ record: Record) {
    let end = LinkEnd(record.device, record.port)
    switch record.event {
    case .sent(let frame, let direction):
      let number = Int(record.frame.rawValue)
      while lengths.count <= number { lengths.append(0) }
      lengths[number] = UInt32(frame.length)
      guard direction != .none else { break }
      change(end) {
        $0.sentFrames += 1
        $0.sentBytes += UInt64(frame.length)
      }
    case .received:
      let number = Int(record.frame.rawValue)
      let length = number < lengths.count ? UInt64(lengths[number]) : 0
      change(end) {
        $0.receivedFrames += 1
        $0.receivedBytes += length
      }
    case .dropped(let reason): change(end) { $0.addDrops(reason) }
    case .folded(let direction, let frames, let bytes):
      change(end) {
        $0.sentFrames += frames
        $0.sentBytes += bytes
      }
      guard direction.link < links.count else { break }
      // A sum does not say which of its frames a link lost; they count as received.
      let ends = links[direction.link].ends
      change(direction.isForward ? ends.1 : ends.0) {
        $0.receivedFrames += frames
        $0.receivedBytes += bytes
      }
    case .foldedDrops(let reason, let frames): change(end) { $0.addDrops(reason, frames) }
    default: break
    }
  }

  private mutating func change(_ end: LinkEnd, _ body: (inout PortTraffic) -> Void) {
    let device = Int(end.device.index)
    guard end.device != .none, end.port != .none, device < traffic.count, Int(end.port.index) < traffic[device].count
    else { return }
    body(&traffic[device][Int(end.port.index)])
  }
}
