import Configuration
import Devices
import Packets
import Simulation

/// `answer: 198.51.100.80` of a lookup, `answer: 200` of a page
public struct AnswerExpectation: ExpectationKind {
  public static let word = "answer"
  public static let summary = "The address a name resolves to, or the status of a page"
  public static let suits: [StepFamily] = [.lookup, .connection]
  private static let status = Shape<Int>.integer(in: 100...599)
  private static let peer = Shape<PeerAddress.Written>.either(PeerAddress.shapes)
  public static var schema: SchemaNode { .anyOf([status.schema, peer.schema]) }

  private enum Wanted: Sendable {
    case status(Int)
    case peer(PeerAddress)
  }

  private let answer: Wanted

  public init?(_ value: Value, _ reader: inout ExpectationReader) {
    if let text = value.text, text.allSatisfy({ $0.isASCII && $0.isNumber }) {
      guard let status = reader.read(Self.status, value) else { return nil }
      answer = .status(status)
    } else {
      guard let written = reader.read(Self.peer, value), let peer = PeerAddress(written, &reader) else {
        return nil
      }
      answer = .peer(peer)
    }
  }

  public var wantsSuccess: Bool? { true }

  public var wanted: Phrase {
    switch answer {
    case .status(let status): .answer("\(status)")
    case .peer(let peer): .answer(peer.name)
    }
  }

  public func judge(_ evidence: Evidence) -> Judgement {
    guard evidence.outcome.succeeded else { return Judgement(false, got: evidence.outcomePhrase) }
    switch answer {
    case .status(let status):
      return Judgement(evidence.outcome.detail == status, got: .text(evidence.outcome.detail))
    case .peer(let peer):
      return Judgement(peer.matches(evidence.outcome.address, evidence), got: .text(evidence.outcome.address))
    }
  }
}

/// `request-reaches: peer`
public struct RequestReachesExpectation: ExpectationKind {
  public static let word = "request-reaches"
  public static let summary = "Where the request ends, whatever becomes of the reply"
  public static var schema: SchemaNode { NamedPlace.shape.schema }

  private let place: NamedPlace

  public init?(_ value: Value, _ reader: inout ExpectationReader) {
    guard let place = NamedPlace(reading: value, &reader) else { return nil }
    self.place = place
  }

  public var wanted: Phrase { .reaches(place.name) }

  public func judge(_ evidence: Evidence) -> Judgement {
    guard let request = evidence.activity.request else { return Judgement(false, got: .nothingSent) }
    // What a link lost was still its sender's; that is not reached.
    let holds = request.hasArrived && evidence.isAt(request.lastDevice, place.place)
    return Judgement(holds, got: request.endPhrase(evidence))
  }
}

/// `reply-dropped-by: internet`
public struct ReplyDroppedByExpectation: ExpectationKind {
  public static let word = "reply-dropped-by"
  public static let summary = "Where the reply is lost"
  public static let suits = [StepFamily].answered
  public static var schema: SchemaNode { NamedPlace.shape.schema }

  private let place: NamedPlace

  public init?(_ value: Value, _ reader: inout ExpectationReader) {
    guard let place = NamedPlace(reading: value, &reader) else { return nil }
    self.place = place
  }

  public var wantsSuccess: Bool? { false }
  public var wanted: Phrase { .replyDropped(by: place.name) }

  public func judge(_ evidence: Evidence) -> Judgement {
    guard let reply = evidence.activity.reply else { return Judgement(false, got: .noReply) }
    guard case .dropped = reply.end else { return Judgement(false, got: reply.endPhrase(evidence)) }
    return Judgement(evidence.isAt(reply.lastDevice, place.place), got: reply.endPhrase(evidence))
  }
}

/// `redirect: rtr` or `redirect: none`
public struct RedirectExpectation: ExpectationKind {
  public static let word = "redirect"
  public static let summary = "Which router tells a sender of a better one by ICMP redirect, or none"
  private static let shape = Shape<Located<String>?>.either(
    Shape<Located<String>?>.oneOf([("none", nil)]), Shape<String>.string.located.map { Optional($0) })
  public static var schema: SchemaNode { shape.schema }

  private let place: NamedPlace?

  public init?(_ value: Value, _ reader: inout ExpectationReader) {
    guard let name = reader.read(Self.shape, value) else { return nil }
    guard let name else {
      place = nil
      return
    }
    guard let place = NamedPlace(name, &reader) else { return nil }
    self.place = place
  }

  public var wanted: Phrase { .redirect(by: place.map { .text($0.name) }) }

  public func judge(_ evidence: Evidence) -> Judgement {
    var devices: [DeviceID] = []
    var known: Set<DeviceID> = []  // looked up, never iterated
    for record in evidence.records {
      guard case .refused(.redirect) = record.event, known.insert(record.device).inserted else { continue }
      devices.append(record.device)
    }
    let got = Phrase.redirect(by: devices.isEmpty ? nil : .names(devices.map { evidence.name(of: $0) }))
    guard let place else { return Judgement(devices.isEmpty, got: got) }
    return Judgement(devices.contains { evidence.isAt($0, place.place) }, got: got)
  }

  /// It speaks of the whole step, whatever began in it.
  public func judge(all evidence: [Evidence]) -> Judgement {
    evidence.first.map { judge($0) } ?? judgeEach(evidence)
  }
}
