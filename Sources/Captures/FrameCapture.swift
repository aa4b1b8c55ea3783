import Packets
import Simulation

/// Writes the frames of a journal into a capture file.
///
/// Every crossing of a link stands there once, where it arrived, because what becomes of the frame is decided there; a
/// frame that never arrived stands where it was sent. Of chosen interfaces everything stands there that they send and
/// receive, as tcpdump would see it.
public struct FrameCapture: Sendable {
  /// Nil captures every crossing once.
  private let chosen: Set<LinkEnd>?  // looked up, never iterated
  /// How an interface is described, and what is said of a frame at its place in the journal.
  private let describe: @Sendable (LinkEnd) -> PcapngFile.Interface
  private let comment: @Sendable (_ frame: FrameID, _ receiver: LinkEnd?) -> String
  public private(set) var file: PcapngFile
  /// How many frames were written.
  public private(set) var count = 0
  private var numbers: [LinkEnd: UInt32] = [:]  // looked up, never iterated

  public init(
    into file: PcapngFile, of chosen: [LinkEnd]? = nil,
    describe: @escaping @Sendable (LinkEnd) -> PcapngFile.Interface,
    comment: @escaping @Sendable (_ frame: FrameID, _ receiver: LinkEnd?) -> String = { _, _ in "" }
  ) {
    self.file = file
    self.chosen = chosen.map(Set.init)
    self.describe = describe
    self.comment = comment
    for end in chosen ?? [] { _ = number(of: end) }
  }

  public mutating func add(_ records: [Record], _ messages: MessageTable) {
    let sent = SentFrames(records)
    for record in records {
      switch record.event {
      case .sent(let frame, _):
        let end = LinkEnd(record.device, record.port)
        guard chosen.map({ $0.contains(end) }) ?? !sent.hasArrived(record.frame) else { continue }
        let arrives = sent.hasArrived(record.frame)
        write(frame, record, .outbound, arrives ? "" : comment(record.frame, nil), messages)
      case .received:
        let end = LinkEnd(record.device, record.port)
        guard chosen.map({ $0.contains(end) }) ?? true, let place = sent.place(of: record.frame),
          case .sent(let frame, _) = records[place].event
        else { continue }
        write(frame, record, .inbound, comment(record.frame, end), messages)
      default: continue
      }
    }
  }

  private mutating func write(
    _ frame: EthernetFrame, _ record: Record, _ direction: PcapngFile.Direction, _ comment: String,
    _ messages: MessageTable
  ) {
    count += 1
    let interface = number(of: LinkEnd(record.device, record.port))
    file.add(frame, messages, on: interface, at: record.time, going: direction, comment: comment)
  }

  private mutating func number(of end: LinkEnd) -> UInt32 {
    if let number = numbers[end] { return number }
    let number = file.add(describe(end))
    numbers[end] = number
    return number
  }
}

/// Where each frame was sent, and whether it arrived; ids rise from 1 without gaps.
private struct SentFrames {
  private var places: [Int32]
  private var arrived: [Bool]

  init(_ records: [Record]) {
    let last = records.reduce(0) { max($0, $1.frame.rawValue) }
    places = Array(repeating: -1, count: Int(last) + 1)
    arrived = Array(repeating: false, count: Int(last) + 1)
    for (place, record) in records.enumerated() {
      switch record.event {
      case .sent: places[Int(record.frame.rawValue)] = Int32(place)
      case .received: arrived[Int(record.frame.rawValue)] = true
      default: break
      }
    }
  }

  func place(of frame: FrameID) -> Int? {
    let place = places[Int(frame.rawValue)]
    return place < 0 ? nil : Int(place)
  }

  func hasArrived(_ frame: FrameID) -> Bool { arrived[Int(frame.rawValue)] }
}
