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
    switch event {
    case .sent(let frame, let direction):
      self.init("sent", [("direction", .number(direction)), ("bytes", .bytes(frame.encoded(messages)))])
    case .received: self.init("received")
    case .held(let frame, let address):
      self.init("held", [("for", .address(address)), ("bytes", .bytes(frame.encoded(messages)))])
    case .absorbed(let absorber): self.init("absorbed", [("by", .text(absorber.word))])
    case .dropped(let reason): self.init("dropped", [("because", .text(reason.word))])
    case .duplicated(let original): self.init("duplicated", [("of", .number(UInt64(original.rawValue)))])
    case .folded(let direction, let frames, let bytes):
      self.init("folded", [("direction", .number(direction)), ("frames", .number(frames)), ("bytes", .number(bytes))])
    case .foldedDrops(let reason, let frames):
      self.init("folded-drops", [("because", .text(reason.word)), ("frames", .number(frames))])
    case .stepBegan(let step): self.init("step-began", [("step", .number(UInt64(step)))])
    case .stepEnded(let step): self.init("step-ended", [("step", .number(UInt64(step)))])
    case .began(let activity, let step):
      self.init("began", [("what", .number(UInt64(activity.rawValue))), ("step", .number(UInt64(step)))])
    case .ended(let activity, let outcome):
      self.init("ended", [("what", .number(UInt64(activity.rawValue)))] + EventForm.facts(of: outcome))
    case .linkChanged(let link, let isUp):
      self.init("link-changed", [("link", .number(UInt64(link))), ("up", .number(isUp ? 1 : 0))])
    default: self.init(change: event, messages)
    }
  }

  private init(change event: Event, _ messages: MessageTable) {
    switch event {
    case .directionChanged(let direction, let isUp):
      self.init("direction-changed", [("direction", .number(direction)), ("up", .number(isUp ? 1 : 0))])
    case .deviceChanged(let isUp): self.init("device-changed", [("up", .number(isUp ? 1 : 0))])
    case .serviceChanged(let service, let isUp):
      self.init("service-changed", [("service", .number(UInt64(service))), ("up", .number(isUp ? 1 : 0))])
    case .linkSet(let link): self.init("link-set", [("link", .number(UInt64(link)))])
    case .gatewaySet(let router): self.init("gateway-set", [("router", .address(router))])
    case .rulesSet: self.init("rules-set", [])
    default: self.init(decision: event, messages)
    }
  }

  private init(decision event: Event, _ messages: MessageTable) {
    switch event {
    case .forwarded(let port): self.init("forwarded", [("to", .number(UInt64(port.index)))])
    case .flooded(let copies): self.init("flooded", [("copies", .number(UInt64(copies)))])
    case .learned(let address, let port):
      self.init("learned", [("address", .text("\(address)")), ("at", .number(UInt64(port.index)))])
    case .routed(let destination, let prefix, let nextHop):
      self.init(
        "routed",
        [("to", .address(destination)), ("by", .text("\(prefix)")), ("next-hop", .address(nextHop))])
    case .resolved(let address, let hardware):
      self.init("resolved", [("address", .address(address)), ("hardware", .text("\(hardware)"))])
    case .unresolved(let address): self.init("unresolved", [("address", .address(address))])
    case .translated(let translation): self.init("translated", EventForm.facts(of: translation))
    case .proxied(let translation): self.init("proxied", EventForm.facts(of: translation))
    case .looped(let packet):
      self.init("looped", [("bytes", .bytes(EventForm.frame(of: packet).encoded(messages)))])
    case .refused(let kind): self.init("refused", [("bytes", .bytes(EventForm.bytes(of: kind, messages)))])
    case .rationed(let kind): self.init("rationed", [("bytes", .bytes(EventForm.bytes(of: kind, messages)))])
    case .configured(let address, let router, let server):
      self.init(
        "configured",
        [("address", .text("\(address)")), ("router", .address(router)), ("server", .address(server))])
    case .deconfigured(let address): self.init("deconfigured", [("address", .text("\(address)"))])
    case .leased(let address, let hardware, let span):
      self.init(
        "leased",
        [
          ("address", .address(address)), ("hardware", .text("\(hardware)")),
          ("for", .number(span.nanoseconds)),
        ])
    case .logged: self.init("logged")
    case .segmentsLimited(let size): self.init("segments-limited", [("size", .number(UInt64(size)))])
    case .withheld: self.init("withheld")
    case .portChanged(let state): self.init("port-changed", [("state", .text(state.word))])
    default: self.init("unknown")
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
