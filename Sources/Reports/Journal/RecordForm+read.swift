import Packets
import Simulation

extension EventForm {
  /// The event again; its frames' long messages go into `messages`.
  func event(into messages: inout MessageTable) throws(JournalFileError) -> Event {
    switch word {
    case "sent":
      return .sent(
        try frame(&messages), DirectionID(stored: UInt32(truncatingIfNeeded: try number("direction"))))
    case "received": return .received
    case "held": return .held(try frame(&messages), try address("for"))
    case "absorbed": return .absorbed(try one(of: Absorber.allCases, "by") { $0.word })
    case "dropped": return .dropped(try one(of: DropReason.allCases, "because") { $0.word })
    case "duplicated": return .duplicated(FrameID(rawValue: UInt32(truncatingIfNeeded: try number("of"))))
    case "folded":
      let direction = DirectionID(stored: UInt32(truncatingIfNeeded: try number("direction")))
      return .folded(direction, frames: try number("frames"), bytes: try number("bytes"))
    case "folded-drops":
      return .foldedDrops(try one(of: DropReason.allCases, "because") { $0.word }, frames: try number("frames"))
    case "step-began": return .stepBegan(UInt32(truncatingIfNeeded: try number("step")))
    case "step-ended": return .stepEnded(UInt32(truncatingIfNeeded: try number("step")))
    case "began": return .began(try activity(), step: UInt32(truncatingIfNeeded: try number("step")))
    case "ended": return .ended(try activity(), try outcome())
    case "link-changed":
      return .linkChanged(UInt32(truncatingIfNeeded: try number("link")), isUp: try number("up") != 0)
    default: return try change(&messages)
    }
  }

  private func change(_ messages: inout MessageTable) throws(JournalFileError) -> Event {
    switch word {
    case "direction-changed":
      let direction = DirectionID(stored: UInt32(truncatingIfNeeded: try number("direction")))
      return .directionChanged(direction, isUp: try number("up") != 0)
    case "device-changed": return .deviceChanged(isUp: try number("up") != 0)
    case "service-changed":
      return .serviceChanged(UInt16(truncatingIfNeeded: try number("service")), isUp: try number("up") != 0)
    case "link-set": return .linkSet(UInt32(truncatingIfNeeded: try number("link")))
    case "gateway-set": return .gatewaySet(try address("router"))
    case "rules-set": return .rulesSet
    default: return try decision(&messages)
    }
  }

  private func decision(_ messages: inout MessageTable) throws(JournalFileError) -> Event {
    switch word {
    case "forwarded": return .forwarded(PortNumber(stored: try number("to")))
    case "flooded": return .flooded(UInt16(truncatingIfNeeded: try number("copies")))
    case "learned": return .learned(try read("address"), PortNumber(stored: try number("at")))
    case "routed":
      return .routed(destination: try address("to"), prefix: try read("by"), nextHop: try address("next-hop"))
    case "resolved": return .resolved(try address("address"), try read("hardware"))
    case "unresolved": return .unresolved(try address("address"))
    case "translated": return .translated(try translation())
    case "proxied": return .proxied(try translation())
    case "looped": return .looped(try packet(&messages))
    case "refused": return .refused(try kind(&messages))
    case "rationed": return .rationed(try kind(&messages))
    case "configured":
      return .configured(try read("address"), router: try address("router"), server: try address("server"))
    case "logged": return .logged
    case "segments-limited": return .segmentsLimited(UInt16(truncatingIfNeeded: try number("size")))
    case "withheld": return .withheld
    case "port-changed": return .portChanged(try one(of: PortState.allCases, "state") { $0.word })
    case "deconfigured": return .deconfigured(try read("address"))
    case "leased":
      return .leased(try address("address"), try read("hardware"), TimeSpan(nanoseconds: try number("for")))
    default: throw JournalFileError("there is no event '\(word)'")
    }
  }

  private func kind(_ messages: inout MessageTable) throws(JournalFileError) -> ICMPMessage.Kind {
    guard case .icmp(let message) = try packet(&messages).payload else { throw wrong("bytes") }
    return message.kind
  }

  private func wrong(_ name: String) -> JournalFileError {
    JournalFileError("'\(name)' of an event '\(word)' is missing or wrong")
  }

  private func fact(_ name: String) throws(JournalFileError) -> Fact {
    guard let fact = facts.first(where: { $0.name == name })?.fact else { throw wrong(name) }
    return fact
  }

  private func number(_ name: String) throws(JournalFileError) -> UInt64 {
    guard case .number(let number) = try fact(name) else { throw wrong(name) }
    return number
  }

  private func text(_ name: String) throws(JournalFileError) -> String {
    guard case .text(let text) = try fact(name) else { throw wrong(name) }
    return text
  }

  private func read<Read: LosslessStringConvertible>(_ name: String) throws(JournalFileError) -> Read {
    guard let value = Read(try text(name)) else { throw wrong(name) }
    return value
  }

  private func address(_ name: String) throws(JournalFileError) -> IPv4Address { try read(name) }

  private func one<Choice>(
    of choices: [Choice], _ name: String, _ word: (Choice) -> String
  ) throws(JournalFileError) -> Choice {
    let wanted = try text(name)
    guard let choice = choices.first(where: { word($0) == wanted }) else { throw wrong(name) }
    return choice
  }

  private func activity() throws(JournalFileError) -> ActivityID {
    ActivityID(rawValue: UInt32(truncatingIfNeeded: try number("what")))
  }

  /// The bytes of a frame stand in the file as text of hexadecimal digits.
  private func frame(_ messages: inout MessageTable) throws(JournalFileError) -> EthernetFrame {
    guard let bytes = [UInt8](hexadecimal: try text("bytes")) else { throw wrong("bytes") }
    do {
      let frame = try EthernetFrame.decode(bytes, into: &messages)
      if let message = frame.message { messages.retain(message) }
      return frame
    } catch { throw JournalFileError("a frame of an event '\(word)' cannot be read: \(error)") }
  }

  private func packet(_ messages: inout MessageTable) throws(JournalFileError) -> IPv4Packet {
    guard case .ipv4(let packet) = try frame(&messages).payload else { throw wrong("bytes") }
    return packet
  }

  private func outcome() throws(JournalFileError) -> Outcome {
    let word = try text("failure")
    var outcome = Outcome(failure: FailureReason(word: word))
    guard word.isEmpty || outcome.failure != nil else { throw wrong("failure") }
    outcome.roundTrip = TimeSpan(nanoseconds: try number("rtt"))
    outcome.responder = try address("responder")
    outcome.timeToLive = UInt8(truncatingIfNeeded: try number("ttl"))
    outcome.address = try address("address")
    outcome.detail = UInt32(truncatingIfNeeded: try number("detail"))
    guard facts.contains(where: { $0.name == "bytes" }) else { return outcome }
    outcome.bytes = try number("bytes")
    outcome.duration = TimeSpan(nanoseconds: try number("duration"))
    outcome.repeats = UInt32(truncatingIfNeeded: try number("repeats"))
    return outcome
  }

  private func translation() throws(JournalFileError) -> Translation {
    let side = try text("side") == "source" ? Translation.Side.source : .destination
    return Translation(
      side, before: try endpoint("before"), after: try endpoint("after"),
      isReverse: try number("reverse") != 0)
  }

  private func endpoint(_ name: String) throws(JournalFileError) -> Endpoint {
    let parts = try text(name).split(separator: ":")
    guard parts.count == 2, let address = IPv4Address(String(parts[0])), let port = UInt16(parts[1]) else {
      throw wrong(name)
    }
    return Endpoint(address, port)
  }
}

extension PortNumber {
  init(stored: UInt64) {
    self = stored == UInt64(UInt16.max) ? .none : PortNumber(Int(UInt16(truncatingIfNeeded: stored)))
  }
}

extension DirectionID {
  init(stored: UInt32) { self = stored == .max ? .none : DirectionID(index: Int(stored)) }
}

extension [UInt8] {
  /// Pairs of digits; nil for anything else.
  init?(hexadecimal text: String) {
    self = []
    var high: UInt8?
    for byte in text.utf8 {
      guard let scalar = Character(Unicode.Scalar(byte)).hexDigitValue else { return nil }
      if let first = high {
        append(first << 4 | UInt8(scalar))
        high = nil
      } else {
        high = UInt8(scalar)
      }
    }
    guard high == nil else { return nil }
  }

  var hexadecimal: String {
    let digits = [UInt8]("0123456789abcdef".utf8)
    return String(decoding: flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
  }
}
