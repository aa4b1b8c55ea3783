import Devices
import Packets
import Simulation

/// What became of all the packets with which an activity began: one, or a train of them.
public struct Tally: Hashable, Sendable {
  /// Datagrams; one in parts, or doubled by a link, is one.
  public var sent = 0
  /// Those of them that came to whom they were for.
  public var arrived = 0
  /// Those of them whose answer came back, and how long each took.
  public var answered: Int { roundTrips.count }
  public var roundTrips: [TimeSpan] = []
  /// Who made each answer that came back, several to one packet among them.
  public var responders: [DeviceID] = []
  /// Bytes of data in those that arrived, without headers.
  public var bytesArrived: UInt64 = 0
  public var began: Instant?
  /// When the last one arrived, or the activity ended, whichever was later.
  public var ended: Instant?

  public init(ended: Instant?) { self.ended = ended }

  /// From the first packet to the end; nil where nothing was sent.
  public var span: TimeSpan? {
    guard let began, let ended, ended > began else { return nil }
    return ended - began
  }

  /// Bits of data a second that arrived; nil where that took no time.
  public var bitsPerSecond: UInt64? {
    span.flatMap { BitRate(ofBytes: bytesArrived, in: $0)?.bitsPerSecond }
  }

  /// The datagram that was counted last, as far as it has been seen.
  private var current: Datagram?

  private struct Datagram: Hashable {
    var identification: UInt16?
    var bytes = 0
    var hasArrived = false
    var isAnswered = false
  }

  /// Counts what is known of one frame.
  ///
  /// - Parameters:
  ///   - packet: What it carries; nil for ARP.
  ///   - isSecond: A link made it as a second one of the frame before it.
  mutating func add(
    _ packet: IPv4Packet?, sent: Instant, isSecond: Bool, arrival: Instant?, answer: Instant?
  ) {
    let bytes = packet.map { Int($0.length) - 20 - Int($0.optionsLength) } ?? 0
    let isPart = packet?.isFragment == true && current?.identification == packet?.identification
    if !isSecond, !isPart {
      self.sent += 1
      if began == nil { began = sent }
      current = Datagram(identification: packet?.isFragment == true ? packet?.identification : nil)
      // The header of the transport: eight bytes of UDP and ICMP.
      current?.bytes = packet == nil ? 0 : -8
    }
    if !isSecond { current?.bytes += bytes }
    if let arrival, current?.hasArrived == false {
      current?.hasArrived = true
      arrived += 1
      ended = max(ended ?? arrival, arrival)
      bytesArrived += UInt64(max(0, current?.bytes ?? 0))
    }
    if let answer, current?.isAnswered == false {
      current?.isAnswered = true
      roundTrips.append(answer - sent)
    }
  }
}

extension FlowReader {
  /// Counts the packet of which `root` is the first frame.
  func count(_ root: FrameID, _ way: Way, in tally: inout Tally) {
    guard let birth = index.birth(of: root) else { return }
    let record = records[birth]
    let isSecond = index.notes(about: root).contains { place in
      if case .duplicated = records[place].event { true } else { false }
    }
    tally.add(
      record.event.frame?.packet, sent: record.time, isSecond: isSecond, arrival: arrival(of: way.request),
      answer: way.hasComeBack && !isRefusal(way) ? end(of: way.reply).map { $0.time } : nil)
    tally.responders += way.responders
  }

  /// Whether an error came instead of an answer.
  private func isRefusal(_ way: Way) -> Bool { way.reply?.first.map { isError($0) } ?? false }

  private func end(of way: [FrameID]?) -> Record? { way?.last.flatMap { index.end(of: $0) }.map { records[$0] } }

  /// When somebody took in what went that way; nil where a proxy did and said nothing, or a part waits for the others.
  private func arrival(of way: [FrameID]) -> Instant? {
    guard let end = end(of: way), case .absorbed(let absorber) = end.event else { return nil }
    return absorber == .proxy || absorber == .reassembly ? nil : end.time
  }
}
