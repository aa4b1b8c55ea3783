import Packets
import Simulation

/// Writes the frames of a journal into a capture file.
///
/// Every crossing of a link stands there once, where it arrived, because what becomes of the frame is decided there; a
/// frame that never arrived stands where it was sent. Of chosen interfaces everything stands there that they send and
/// receive, as tcpdump would see it.
public struct FrameCapture: Sendable {
  /// Whether only the interfaces that have a number are captured, and all of them.
  private let isChosen: Bool
  /// How an interface is described, and what is said of a frame at its place in the journal.
  private let describe: @Sendable (LinkEnd) -> PcapngFile.Interface
  private let comment: @Sendable (_ frame: FrameID, _ receiver: LinkEnd?) -> String
  public private(set) var file: PcapngFile
  /// How many frames were written.
  public private(set) var count = 0
  /// Of the interfaces that were described, by device and port.
  private var numbers = FlatTable<UInt64, UInt32>()

  public init(
    into file: PcapngFile, of chosen: [LinkEnd]? = nil,
    describe: @escaping @Sendable (LinkEnd) -> PcapngFile.Interface,
    comment: @escaping @Sendable (_ frame: FrameID, _ receiver: LinkEnd?) -> String = { _, _ in "" }
  ) {
    self.file = file
    isChosen = chosen != nil
    self.describe = describe
    self.comment = comment
    for end in chosen ?? [] { _ = newNumber(of: end) }
  }

  public mutating func add(_ records: [Record], _ messages: MessageTable) {
    let sent = SentFrames(records)
    file.reserve(length(of: records, sent))
    for record in records {
      switch record.event {
      case .sent(let frame, _):
        let arrives = sent.hasArrived(record.frame)
        guard isChosen || !arrives, let interface = number(of: record) else { continue }
        write(frame, record, on: interface, .outbound, arrives ? "" : comment(record.frame, nil), messages)
      case .received:
        guard let interface = number(of: record), let place = sent.place(of: record.frame),
          case .sent(let frame, _) = records[place].event
        else { continue }
        let receiver = LinkEnd(record.device, record.port)
        write(frame, record, on: interface, .inbound, comment(record.frame, receiver), messages)
      default: continue
      }
    }
  }

  /// Bytes that the frames of these records take without comments; so the file finds its memory once.
  private func length(of records: [Record], _ sent: SentFrames) -> Int {
    guard isChosen else { return sent.length }
    return records.reduce(0) { sum, record in
      switch record.event {
      case .sent, .received:
        let isCaptured = numbers[FrameCapture.key(record.device, record.port)] != nil
        return isCaptured ? sum + sent.length(of: record.frame) : sum
      default: return sum
      }
    }
  }

  private mutating func write(
    _ frame: EthernetFrame, _ record: Record, on interface: UInt32, _ direction: PcapngFile.Direction,
    _ comment: String, _ messages: MessageTable
  ) {
    count += 1
    file.add(frame, messages, on: interface, at: record.time, going: direction, comment: comment)
  }

  /// Nil where it is not captured.
  private mutating func number(of record: Record) -> UInt32? {
    if let number = numbers[FrameCapture.key(record.device, record.port)] { return number }
    return isChosen ? nil : newNumber(of: LinkEnd(record.device, record.port))
  }

  private mutating func newNumber(of end: LinkEnd) -> UInt32 {
    let key = FrameCapture.key(end.device, end.port)
    if let number = numbers[key] { return number }
    let number = file.add(describe(end))
    numbers[key] = number
    return number
  }

  private static func key(_ device: DeviceID, _ port: PortNumber) -> UInt64 {
    UInt64(device.index) << 16 | UInt64(port.index)
  }
}

/// Where each frame was sent, and whether it arrived; ids rise from 1 without gaps.
private struct SentFrames {
  private var places: [Int32]
  private var arrived: [Bool]
  private var lengths: [UInt32]
  /// Bytes that all of them take in a file, each once.
  private(set) var length = 0

  init(_ records: [Record]) {
    // Frames that were only counted have no records of their own, and share an id above all others.
    let last = records.reduce(UInt32(0)) { last, record in
      guard case .sent = record.event else { return last }
      return max(last, record.frame.rawValue)
    }
    places = Array(repeating: -1, count: Int(last) + 1)
    arrived = Array(repeating: false, count: Int(last) + 1)
    lengths = Array(repeating: 0, count: Int(last) + 1)
    for (place, record) in records.enumerated() {
      switch record.event {
      case .sent(let frame, _):
        places[Int(record.frame.rawValue)] = Int32(place)
        let own = PcapngFile.length(of: frame)
        lengths[Int(record.frame.rawValue)] = UInt32(own)
        length += own
      case .received: arrived[Int(record.frame.rawValue)] = true
      default: break
      }
    }
  }

  func place(of frame: FrameID) -> Int? {
    let place = places[Int(frame.rawValue)]
    return place < 0 ? nil : Int(place)
  }

  /// Bytes that it takes in a file.
  func length(of frame: FrameID) -> Int { Int(lengths[Int(frame.rawValue)]) }

  func hasArrived(_ frame: FrameID) -> Bool { arrived[Int(frame.rawValue)] }
}
