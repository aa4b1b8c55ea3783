import Packets
import Simulation

/// The records of each step: all from its beginning to its end, and where steps went on side by side, those that are its
/// own.
public struct StepRecords: Sendable {
  private let records: [Record]
  private var spans: [Int: Range<Int>] = [:]  // looked up, never iterated
  /// Where something was cut or mended, switched off or on.
  private var faults: [Int] = []
  /// Of steps that shared their time with others.
  private var owned: [Int: [Record]] = [:]  // looked up, never iterated

  public init(_ records: [Record]) {
    self.records = records
    var starts: [UInt32: Int] = [:]  // looked up, never iterated
    var shared: [Int] = []
    var running: [Int] = []
    for (place, record) in records.enumerated() {
      switch record.event {
      case .stepBegan(let step):
        starts[step] = place
        running.append(Int(step))
        if running.count > 1 { shared += running.filter { !shared.contains($0) } }
      case .stepEnded(let step):
        guard let start = starts[step] else { continue }
        spans[Int(step)] = start..<place + 1
        running.removeAll { $0 == Int(step) }
      default:
        if Faults.areChanged(by: record.event) { faults.append(place) }
      }
    }
    if !shared.isEmpty { share(among: shared) }
  }

  private mutating func share(among steps: [Int]) {
    for step in steps where spans[step] != nil { owned[step] = [] }
    var ownership = RecordOwnership()
    for (place, record) in records.enumerated() {
      guard let step = ownership.owner(of: record), spans[step]?.contains(place) == true else { continue }
      owned[step]?.append(record)
    }
  }

  /// Empty for a step that was not played to its end.
  public subscript(step: Int) -> ArraySlice<Record> {
    if let owned = owned[step] { return owned[...] }
    return records[spans[step] ?? 0..<0]
  }

  /// All records up to the end of a step, whosever they are.
  public func past(of step: Int) -> ArraySlice<Record> { records[..<(spans[step]?.upperBound ?? 0)] }

  /// What was cut and switched off when it ended.
  public func faults(after step: Int) -> Faults {
    let end = spans[step]?.upperBound ?? 0
    return Faults(after: faults.prefix { $0 < end }.map { records[$0] })
  }

  /// When it began; nil where it did not, or did not end.
  public func beginning(of step: Int) -> Instant? { spans[step].map { records[$0.lowerBound].time } }
}

/// Finds whose each record is: that of the step whose activity sent the packet, or the packet because of which it came
/// about.
///
/// What a device does by a timer has no such packet. It is known by the conversation that it goes on with, or else by the
/// one step that has something under way on that device, or else it is of the step that began last.
private struct RecordOwnership {
  private var frames: [Int32] = []
  private var activities: [Int32] = []
  private var places: [ActivityID: DeviceID] = [:]  // looked up, never iterated
  /// Steps with something under way on a device; looked up, never iterated.
  private var atWork: [DeviceID: [Int32]] = [:]
  private var conversations: [Conversation: Int32] = [:]  // looked up, never iterated
  private var latest: Int32 = -1

  /// The owner, if there is one; records must be given in their order.
  mutating func owner(of record: Record) -> Int? {
    let owner = find(record)
    return owner < 0 ? nil : Int(owner)
  }

  private mutating func find(_ record: Record) -> Int32 {
    switch record.event {
    case .stepBegan(let step):
      latest = Int32(step)
      return latest
    case .stepEnded(let step):
      if latest == Int32(step) { latest = -1 }
      return Int32(step)
    case .began(let activity, let step):
      Self.set(Int32(step), at: Int(activity.rawValue), in: &activities)
      places[activity] = record.device
      atWork[record.device, default: []].append(Int32(step))
      return Int32(step)
    case .ended(let activity, _):
      let step = Self.item(Int(activity.rawValue), of: activities)
      // Who gives it up may be nobody's device.
      guard let device = places.removeValue(forKey: activity), let place = atWork[device]?.firstIndex(of: step) else {
        return step
      }
      atWork[device]?.remove(at: place)
      return step
    case .sent(let frame, _), .held(let frame, _): return findBirth(record, frame)
    // What a step changes has no packet, and is not of those that are under way on the device.
    case .configured, .deconfigured, .gatewaySet, .rulesSet, .serviceChanged:
      return record.frame == .none && latest >= 0 ? latest : owner(about: record)
    default: return owner(about: record)
    }
  }

  private func owner(about record: Record) -> Int32 {
    let owner = Self.item(Int(record.frame.rawValue), of: frames)
    return owner < 0 ? byDevice(record.device) : owner
  }

  private mutating func findBirth(_ record: Record, _ frame: EthernetFrame) -> Int32 {
    var owner = Self.item(Int(record.activity.rawValue), of: activities)
    if owner < 0 { owner = Self.item(Int(record.cause.rawValue), of: frames) }
    let conversation = Conversation(frame)
    if owner < 0, let conversation { owner = conversations[conversation] ?? -1 }
    if owner < 0 { owner = byDevice(record.device) }
    Self.set(owner, at: Int(record.frame.rawValue), in: &frames)
    if let conversation, owner >= 0 { conversations[conversation] = owner }
    return owner
  }

  private func byDevice(_ device: DeviceID) -> Int32 {
    guard let steps = atWork[device], let first = steps.first, steps.allSatisfy({ $0 == first }) else { return latest }
    return first
  }

  /// Nothing has the number 0.
  private static func item(_ number: Int, of list: [Int32]) -> Int32 {
    number > 0 && number < list.count ? list[number] : -1
  }

  private static func set(_ owner: Int32, at number: Int, in list: inout [Int32]) {
    while list.count <= number { list.append(-1) }
    list[number] = owner
  }
}

/// Packets that belong together, whichever way they go: two ends of a transport, or a question of ARP with its answer.
private struct Conversation: Hashable {
  private let low: UInt64
  private let high: UInt64
  private let kind: UInt8

  init?(_ frame: EthernetFrame) {
    switch frame.payload {
    case .arp(let packet):
      self.init(0, UInt64(packet.senderAddress.rawValue), UInt64(packet.targetAddress.rawValue))
    case .ipv4(let packet):
      switch packet.payload {
      case .udp(let datagram): self.init(17, packet, datagram.sourcePort, datagram.destinationPort)
      case .tcp(let segment): self.init(6, packet, segment.sourcePort, segment.destinationPort)
      case .icmp, .other: return nil
      }
    case .other: return nil
    }
  }

  private init(_ kind: UInt8, _ packet: IPv4Packet, _ source: UInt16, _ destination: UInt16) {
    self.init(
      kind, UInt64(packet.source.rawValue) << 16 | UInt64(source),
      UInt64(packet.destination.rawValue) << 16 | UInt64(destination))
  }

  private init(_ kind: UInt8, _ one: UInt64, _ other: UInt64) {
    self.kind = kind
    low = min(one, other)
    high = max(one, other)
  }
}
