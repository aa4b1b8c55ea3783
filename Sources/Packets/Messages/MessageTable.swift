/// The long messages of a run, each in a slot that is used again once nothing refers to it.
///
/// Whoever keeps a frame (a link, a queue, a device, a record) retains its message, and releases it when the frame goes on
/// or dies. Slots are given lowest-freed-last, so the same play gives the same ids.
public struct MessageTable: Sendable {
  private var slots: [Slot] = []
  private var free: [UInt32] = []

  private struct Slot {
    var message: Message
    var references: UInt32
  }

  public init() {}

  /// Messages in use.
  public var count: Int { slots.count - free.count }

  /// Stores `message` with no reference yet; it stays until a `retain` and `release` pair frees it.
  public mutating func insert(_ message: Message) -> MessageID {
    if let inner = message.inner { retain(inner) }
    if let index = free.popLast() {
      slots[Int(index)] = Slot(message: message, references: 0)
      return MessageID(rawValue: index)
    }
    slots.append(Slot(message: message, references: 0))
    return MessageID(rawValue: UInt32(slots.count - 1))
  }

  /// Nil for an id this table never gave.
  public subscript(id: MessageID) -> Message? {
    Int(id.rawValue) < slots.count ? slots[Int(id.rawValue)].message : nil
  }

  public mutating func retain(_ id: MessageID) {
    slots[Int(id.rawValue)].references += 1
  }

  /// Frees a message that was stored for a packet which then could not be sent; one that is in use stays.
  public mutating func discardUnused(_ id: MessageID) {
    guard slots[Int(id.rawValue)].references == 0 else { return }
    retain(id)
    release(id)
  }

  public mutating func release(_ id: MessageID) {
    let index = Int(id.rawValue)
    precondition(slots[index].references > 0, "a message was released more often than retained")
    slots[index].references -= 1
    guard slots[index].references == 0 else { return }
    if let inner = slots[index].message.inner { release(inner) }
    slots[index].message = .bytes([])
    free.append(id.rawValue)
  }
}

extension EthernetFrame {
  /// The message this frame refers to, if it does.
  @inlinable
  public var message: MessageID? {
    @inline(__always) get {
      switch payload {
      case .arp: nil
      case .ipv4(let packet): packet.message
      case .other(_, let content): content.message
      }
    }
  }
}

extension IPv4Packet {
  /// The message this packet refers to, if it does.
  @inlinable
  public var message: MessageID? {
    @inline(__always) get { payload.content.message }
  }
}

extension IPv4Payload {
  /// What stands behind the protocol's own header.
  @inlinable
  public var content: Content {
    @inline(__always) get {
      switch self {
      case .icmp(let message): message.content
      case .udp(let datagram): datagram.content
      case .tcp(let segment): segment.content
      case .other(_, let content): content
      }
    }
    set {
      switch self {
      case .icmp(var message):
        message.content = newValue
        self = .icmp(message)
      case .udp(var datagram):
        datagram.content = newValue
        self = .udp(datagram)
      case .tcp(var segment):
        segment.content = newValue
        self = .tcp(segment)
      case .other(let number, _): self = .other(number, newValue)
      }
    }
  }
}
