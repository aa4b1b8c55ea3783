import Packets
import Simulation

/// Puts the fragments of datagrams together (RFC 791, 3.2; RFC 815).
///
/// It only keeps account: who owns it holds the frames and has one timer for each datagram.
public struct Reassembly: Sendable {
  /// Linux, `ipfrag_time`, from the first fragment that came; RFC 1122, 3.3.2 would have 60 to 120.
  public static let patience = TimeSpan.seconds(30)
  /// Bytes of all fragments that wait (Linux, `ipfrag_high_thresh`); what comes then is dropped.
  public static let capacity = 4 << 20

  /// What becomes of a fragment.
  public enum Outcome: Sendable {
    /// It waits: say `keep`. The first of its datagram needs a timer.
    case waits(isFirst: Bool)
    /// It was the last that was missing; the frames that waited for it are done with.
    case completes(IPv4Packet, waited: [HeldFrame])
    /// It dies, and those with it that waited for the same datagram.
    case dies(DropReason, with: [HeldFrame])
  }

  fileprivate struct Key: Hashable {
    var source: IPv4Address
    var destination: IPv4Address
    var identification: UInt16
    var transport: IPProtocol

    init(_ packet: IPv4Packet) {
      source = packet.source
      destination = packet.destination
      identification = packet.identification
      transport = packet.payload.number
    }
  }

  /// A fragment that came, as the bytes of data it has.
  fileprivate struct Part: Sendable {
    var start: Int
    var end: Int
    var packet: IPv4Packet
    var held: HeldFrame
  }

  fileprivate struct Datagram: Sendable {
    let key: Key
    /// In order, and none overlaps another.
    var parts: [Part] = []
    /// Bytes of data, once the last fragment has come.
    var length: Int?
    var timer: TimerToken?
  }

  private var places: [Key: UInt32] = [:]  // looked up, never iterated
  private var datagrams: [UInt32: Datagram] = [:]  // looked up, never iterated
  private var lastNumber: UInt32 = 0
  /// Bytes that wait.
  public private(set) var size = 0

  public init() {}

  public mutating func receive(_ packet: IPv4Packet) -> Outcome {
    let (start, end) = (packet.fragmentOffset, packet.fragmentOffset + packet.payload.length)
    // RFC 791, 3.1: 65535 bytes with the header, and all but the last fragment a multiple of eight.
    guard start < end, end + packet.headerLength <= 65535, !packet.moreFragments || end % 8 == 0 else {
      return .dies(.malformed, with: [])
    }
    guard size + packet.length <= Reassembly.capacity else { return .dies(.reassemblyFull, with: []) }
    guard let place = places[Key(packet)], let datagram = datagrams[place] else { return .waits(isFirst: true) }
    if packet.moreFragments ? end > datagram.length ?? end : datagram.contradicts(length: end) {
      return .dies(.malformed, with: [])
    }
    let overlap = datagram.overlap(start, end)
    guard overlap == 0 else {
      // Linux: what says nothing new is left, what contradicts ends the datagram (RFC 5722, 4, applied to IPv4).
      return overlap == end - start
        ? .dies(.duplicateFragment, with: []) : .dies(.overlappingFragments, with: remove(place))
    }
    let length = datagram.length ?? (packet.moreFragments ? nil : end)
    guard let length, datagram.covered + end - start == length else { return .waits(isFirst: false) }
    guard let whole = datagram.whole(with: packet, length) else { return .dies(.mixedFragments, with: remove(place)) }
    return .completes(whole, waited: remove(place))
  }

  /// Keeps a fragment that waits, under the id the frame waits under.
  ///
  /// - Returns: the number of its datagram, for the timer.
  @discardableResult
  public mutating func keep(_ packet: IPv4Packet, as held: HeldFrame) -> UInt32 {
    let key = Key(packet)
    let place = places[key] ?? lastNumber + 1
    lastNumber = max(lastNumber, place)
    places[key] = place
    var datagram = datagrams[place] ?? Datagram(key: key)
    let start = packet.fragmentOffset
    let end = start + packet.payload.length
    datagram.parts.insert(
      Part(start: start, end: end, packet: packet, held: held),
      at: datagram.parts.firstIndex { $0.start > start } ?? datagram.parts.endIndex)
    if !packet.moreFragments { datagram.length = end }
    datagrams[place] = datagram
    size += packet.length
    return place
  }

  public mutating func setTimer(_ timer: TimerToken, of place: UInt32) { datagrams[place]?.timer = timer }

  /// Gives a datagram up whose time has run out; the fragment with its beginning comes first, if it came at all.
  public mutating func expire(_ timer: TimerToken) -> [HeldFrame] {
    guard datagrams[timer.subject]?.timer == timer else { return [] }
    return remove(timer.subject)
  }

  private mutating func remove(_ place: UInt32) -> [HeldFrame] {
    guard let datagram = datagrams.removeValue(forKey: place) else { return [] }
    places[datagram.key] = nil
    size -= datagram.parts.reduce(0) { $0 + $1.packet.length }
    return datagram.parts.map(\.held)
  }
}

extension Reassembly.Datagram {
  fileprivate var covered: Int { parts.reduce(0) { $0 + $1.end - $1.start } }

  /// How many bytes of a new fragment have come before.
  fileprivate func overlap(_ start: Int, _ end: Int) -> Int {
    parts.reduce(0) { $0 + max(0, min(end, $1.end) - max(start, $1.start)) }
  }

  /// Whether a last fragment that ends there cannot be true.
  fileprivate func contradicts(length end: Int) -> Bool {
    length.map { $0 != end } ?? ((parts.last?.end ?? 0) > end)
  }

  /// The datagram, if its parts were cut from one: of two with the same identification they would not be, and the
  /// checksum of what came of it would be wrong.
  fileprivate func whole(with last: IPv4Packet, _ length: Int) -> IPv4Packet? {
    let packets = parts.map(\.packet) + [last]
    guard let first = packets.first(where: { $0.fragmentOffset == 0 }) else { return nil }
    let (content, header) = (first.payload.content, first.payload.headerLength)
    let areOfOne = packets.allSatisfy { packet in
      let part = packet.payload.content
      let offset = Int(content.offset) + max(0, packet.fragmentOffset - header)
      return part.length == 0
        || part.kind == content.kind && part.reference == content.reference
          && Int(part.offset) == offset
    }
    return areOfOne ? first.reassembled(dataLength: length) : nil
  }
}
