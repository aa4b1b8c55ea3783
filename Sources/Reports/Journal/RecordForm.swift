import Packets
import Simulation

/// An event as a word with named facts: the one form from which the journal's file and its digest are made.
///
/// Frames are the bytes they have on the wire, never numbers of messages, which say nothing outside their run.
struct EventForm: Sendable {
  enum Fact: Hashable, Sendable {
    case number(UInt64)
    case text(String)
    case bytes([UInt8])
  }

  var word: String
  var facts: [(name: String, fact: Fact)]

  init(_ word: String, _ facts: [(name: String, fact: Fact)] = []) {
    self.word = word
    self.facts = facts
  }

  init(_ event: Event, _ messages: MessageTable) {
    self.init(EventWord(event).rawValue, Self.facts(in: event, messages))
  }

  private static func facts(in event: Event, _ messages: MessageTable) -> [(name: String, fact: Fact)] {
    switch event {
    case .sent(let frame, let direction):
      [("direction", .number(direction)), ("bytes", .bytes(frame.encoded(messages)))]
    case .held(let frame, let address):
      [("for", .address(address)), ("bytes", .bytes(frame.encoded(messages)))]
    case .absorbed(let absorber): [("by", .text(absorber.word))]
    case .dropped(let reason): [("because", .text(reason.word))]
    case .duplicated(let original): [("of", .number(UInt64(original.rawValue)))]
    case .folded(let direction, let frames, let bytes):
      [("direction", .number(direction)), ("frames", .number(frames)), ("bytes", .number(bytes))]
    case .foldedDrops(let reason, let frames):
      [("because", .text(reason.word)), ("frames", .number(frames))]
    case .stepBegan(let step): [("step", .number(UInt64(step)))]
    case .stepEnded(let step): [("step", .number(UInt64(step)))]
    case .began(let activity, let step):
      [("what", .number(UInt64(activity.rawValue))), ("step", .number(UInt64(step)))]
    case .ended(let activity, let outcome):
      [("what", .number(UInt64(activity.rawValue)))] + EventForm.facts(of: outcome)
    case .linkChanged(let link, let isUp):
      [("link", .number(UInt64(link))), ("up", .number(isUp ? 1 : 0))]
    default: changes(in: event, messages)
    }
  }

  private static func changes(in event: Event, _ messages: MessageTable) -> [(name: String, fact: Fact)] {
    switch event {
    case .directionChanged(let direction, let isUp):
      [("direction", .number(direction)), ("up", .number(isUp ? 1 : 0))]
    case .deviceChanged(let isUp): [("up", .number(isUp ? 1 : 0))]
    case .serviceChanged(let service, let isUp):
      [("service", .number(UInt64(service))), ("up", .number(isUp ? 1 : 0))]
    case .linkSet(let link): [("link", .number(UInt64(link)))]
    case .gatewaySet(let router): [("router", .address(router))]
    default: decisions(in: event, messages)
    }
  }

  private static func decisions(in event: Event, _ messages: MessageTable) -> [(name: String, fact: Fact)] {
    switch event {
    case .forwarded(let port): [("to", .number(UInt64(port.index)))]
    case .flooded(let copies): [("copies", .number(UInt64(copies)))]
    case .learned(let address, let port):
      [("address", .text("\(address)")), ("at", .number(UInt64(port.index)))]
    case .routed(let destination, let prefix, let nextHop):
      [("to", .address(destination)), ("by", .text("\(prefix)")), ("next-hop", .address(nextHop))]
    case .resolved(let address, let hardware):
      [("address", .address(address)), ("hardware", .text("\(hardware)"))]
    case .unresolved(let address): [("address", .address(address))]
    case .translated(let translation): EventForm.facts(of: translation)
    case .proxied(let translation): EventForm.facts(of: translation)
    case .wrapped(let network, let ends):
      [("vni", .number(UInt64(network))), ("ends", .number(UInt64(ends)))]
    case .unwrapped(let network): [("vni", .number(UInt64(network)))]
    case .looped(let packet):
      [("bytes", .bytes(EventForm.frame(of: packet).encoded(messages)))]
    case .refused(let kind): [("bytes", .bytes(EventForm.bytes(of: kind, messages)))]
    case .rationed(let kind): [("bytes", .bytes(EventForm.bytes(of: kind, messages)))]
    case .configured(let address, let router, let server):
      [("address", .text("\(address)")), ("router", .address(router)), ("server", .address(server))]
    case .deconfigured(let address): [("address", .text("\(address)"))]
    case .leased(let address, let hardware, let span):
      [
        ("address", .address(address)), ("hardware", .text("\(hardware)")),
        ("for", .number(span.nanoseconds)),
      ]
    case .segmentsLimited(let size): [("size", .number(UInt64(size)))]
    case .portChanged(let state): [("state", .text(state.word))]
    default: []
    }
  }

  /// An ICMP message about nothing, since only frames are read from bytes.
  private static func bytes(of kind: ICMPMessage.Kind, _ messages: MessageTable) -> [UInt8] {
    frame(of: IPv4Packet(source: .any, destination: .any, payload: .icmp(ICMPMessage(kind)))).encoded(messages)
  }

  /// A packet in a frame without stations, since only frames are read from bytes.
  static func frame(of packet: IPv4Packet) -> EthernetFrame {
    EthernetFrame(destination: .zero, source: .zero, payload: .ipv4(packet))
  }

  private static func facts(of outcome: Outcome) -> [(name: String, fact: Fact)] {
    let seen: [(name: String, fact: Fact)] = [
      ("failure", .text(outcome.failure?.word ?? "")), ("rtt", .number(outcome.roundTrip.nanoseconds)),
      ("responder", .address(outcome.responder)), ("ttl", .number(UInt64(outcome.timeToLive))),
      ("address", .address(outcome.address)), ("detail", .number(UInt64(outcome.detail))),
    ]
    // Only a transfer has them.
    guard outcome.bytes > 0 || outcome.duration > .zero else { return seen }
    return seen + [
      ("bytes", .number(outcome.bytes)), ("duration", .number(outcome.duration.nanoseconds)),
      ("repeats", .number(UInt64(outcome.repeats))),
    ]
  }

  private static func facts(of translation: Translation) -> [(name: String, fact: Fact)] {
    [
      ("side", .text(translation.side == .source ? "source" : "destination")),
      ("before", .text("\(translation.before)")), ("after", .text("\(translation.after)")),
      ("reverse", .number(translation.isReverse ? 1 : 0)),
    ]
  }
}

extension EventForm.Fact {
  fileprivate static func number(_ direction: DirectionID) -> Self { .number(UInt64(direction.index)) }
  fileprivate static func address(_ address: IPv4Address) -> Self { .text("\(address)") }
}
