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
    var sent = survey(records)
    for record in records {
      switch record.event {
      case .sent(let frame, _):
        let arrives = sent[record.frame].hasArrived
        guard isChosen || !arrives, let interface = number(of: record) else { continue }
        count += 1
        let block = file.add(
          frame, messages, on: interface, at: record.time, going: .outbound,
          comment: arrives ? "" : comment(record.frame, nil))
        sent.remember(record.frame, writtenAs: block)
      case .received:
        guard let interface = number(of: record), let place = sent[record.frame].record,
          case .sent(let frame, _) = records[place].event
        else { continue }
        count += 1
        let comment = comment(record.frame, LinkEnd(record.device, record.port))
        if let block = sent[record.frame].block {
          file.add(frameOf: block, on: interface, at: record.time, going: .inbound, comment: comment)
        } else {
          file.add(frame, messages, on: interface, at: record.time, going: .inbound, comment: comment)
        }
      default: continue
      }
    }
  }

  /// Finds where each frame was sent and whether it arrived, and the file its memory for all of them, without comments.
  private mutating func survey(_ records: [Record]) -> SentFrames {
    var sent = SentFrames()
    var length = 0
    for (place, record) in records.enumerated() {
      switch record.event {
      case .sent(let frame, _):
        let own = PcapngFile.length(of: frame)
        sent.add(record.frame, sentIn: place, length: own)
        if !isChosen || isCaptured(record) { length += own }
      case .received:
        sent.arrived(record.frame)
        if isChosen, isCaptured(record) { length += sent[record.frame].length }
      default: continue
      }
    }
    file.reserve(length)
    return sent
  }

  private func isCaptured(_ record: Record) -> Bool {
    numbers[FrameCapture.key(record.device, record.port)] != nil
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
  struct Frame {
    fileprivate var sentIn: Int32 = -1
    fileprivate var lengthInFile: UInt32 = 0
    fileprivate(set) var hasArrived = false
    /// What was written when it was sent, if its sender is captured.
    fileprivate(set) var block: PcapngFile.FrameBlock?

    /// The place of the record that sent it.
    var record: Int? { sentIn < 0 ? nil : Int(sentIn) }
    /// Bytes that it takes in a file.
    var length: Int { Int(lengthInFile) }
  }

  private var frames: [Frame] = []

  /// Of a frame that was never sent, nothing is known.
  subscript(id: FrameID) -> Frame {
    let place = Int(id.rawValue)
    return place < frames.count ? frames[place] : Frame()
  }

  mutating func add(_ id: FrameID, sentIn record: Int, length: Int) {
    let place = Int(id.rawValue)
    while frames.count <= place { frames.append(Frame()) }
    frames[place].sentIn = Int32(record)
    frames[place].lengthInFile = UInt32(length)
  }

  /// Frames that were only counted have no records of their own, and share an id above all others.
  mutating func arrived(_ id: FrameID) {
    let place = Int(id.rawValue)
    if place < frames.count { frames[place].hasArrived = true }
  }

  mutating func remember(_ id: FrameID, writtenAs block: PcapngFile.FrameBlock) {
    frames[Int(id.rawValue)].block = block
  }
}
