import Configuration
import Devices
import Packets
import Simulation
import Topology

/// A place as it was written, found in the topology.
struct NamedPlace: Sendable {
  var name: String
  var place: Place

  static let shape = Shape<String>.string.located
  static let list = Shape<[Located<String>]>.oneOrMany(of: shape)

  init?(_ name: Located<String>, _ reader: inout ExpectationReader) {
    guard let place = reader.places.find(name.value, at: name.location, &reader.diagnostics) else {
      return nil
    }
    self.name = name.value
    self.place = place
  }

  init?(reading value: Value, _ reader: inout ExpectationReader) {
    guard let name = reader.read(NamedPlace.shape, value) else { return nil }
    self.init(name, &reader)
  }

  static func all(_ value: Value, _ reader: inout ExpectationReader) -> [NamedPlace]? {
    guard let names = reader.read(list, value) else { return nil }
    let places = names.compactMap { NamedPlace($0, &reader) }
    return places.count == names.count ? places : nil
  }
}

/// An expectation of the way a packet takes; behind `reply:` it speaks of the reply's.
protocol PathExpectation: ExpectationKind {
  /// - Parameter passage: Nil when no packet was ever made.
  func judge(_ passage: Passage?, _ journey: Journey?, _ evidence: Evidence) -> Judgement
}

extension PathExpectation {
  public func judge(_ evidence: Evidence) -> Judgement {
    judge(evidence.requestPassage, evidence.activity.request, evidence)
  }
}

extension Evidence {
  /// A packet to the machine itself is never sent, and yet arrives.
  var requestPassage: Passage? {
    if let request = activity.request { return Passage(request, in: topology) }
    return outcome.succeeded ? Passage(at: activity.device) : nil
  }

  var replyPassage: Passage? {
    if let reply = activity.reply { return Passage(reply, in: topology) }
    return activity.request == nil && outcome.succeeded ? Passage(at: activity.device) : nil
  }
}

/// `via: [pc.VMnet8, pc.nat8, "pc:eth0"]`
public struct ViaExpectation: PathExpectation {
  public static let word = "via"
  public static let summary = "Places the request passes in this order; others may lie between"
  public static var schema: SchemaNode { NamedPlace.list.schema }

  private let places: [NamedPlace]

  public init?(_ value: Value, _ reader: inout ExpectationReader) {
    guard let places = NamedPlace.all(value, &reader) else { return nil }
    self.places = places
  }

  public var wanted: Phrase { .via(places.map(\.name)) }

  func judge(_ passage: Passage?, _ journey: Journey?, _ evidence: Evidence) -> Judgement {
    guard let passage else { return Judgement(places.isEmpty, got: .nothingSent) }
    var next = 0
    var last: Place?
    for wanted in places {
      // A machine and its device may be named one after the other; the same place twice is passed twice.
      if wanted.place == last { next += 1 }
      guard
        let found = passage.stations.indices.first(where: {
          $0 >= next && passage.isAt(passage.stations[$0], wanted.place, in: evidence.topology)
        })
      else {
        let isEarlier = passage.stations.contains { passage.isAt($0, wanted.place, in: evidence.topology) }
        return Judgement(
          false, got: .way(passage.words(evidence), lacks: wanted.name, again: isEarlier && next > 0))
      }
      next = found
      last = wanted.place
    }
    return Judgement(true, got: .text(passage.words(evidence)))
  }
}

/// `avoids: [ctl]`
public struct AvoidsExpectation: PathExpectation {
  public static let word = "avoids"
  public static let summary = "Places the request never comes to"
  public static var schema: SchemaNode { NamedPlace.list.schema }

  private let places: [NamedPlace]

  public init?(_ value: Value, _ reader: inout ExpectationReader) {
    guard let places = NamedPlace.all(value, &reader) else { return nil }
    self.places = places
  }

  public var wanted: Phrase { .avoids(places.map(\.name)) }

  func judge(_ passage: Passage?, _ journey: Journey?, _ evidence: Evidence) -> Judgement {
    guard let passage else { return Judgement(true, got: .nothingSent) }
    let passed = places.filter { wanted in
      passage.stations.contains { passage.isAt($0, wanted.place, in: evidence.topology) }
    }
    return Judgement(passed.isEmpty, got: .text(passage.words(evidence)))
  }
}

/// `crosses: { "ctl:eth0": 2 }`
public struct CrossesExpectation: PathExpectation {
  public static let word = "crosses"
  public static let summary =
    "How often the request crosses a port, in and out counted each, or enters a machine or device"
  private static let count = Shape<Int>.integer(in: 0...1000)
  private static let shape = Shape<[ReadEntry<Int>]>.map(of: count)
  public static var schema: SchemaNode { shape.schema }

  private let counts: [(place: NamedPlace, count: Int)]

  public init?(_ value: Value, _ reader: inout ExpectationReader) {
    guard let entries = reader.read(Self.shape, value) else { return nil }
    var counts: [(place: NamedPlace, count: Int)] = []
    for entry in entries {
      guard let place = NamedPlace(Located(entry.key, at: entry.keyLocation), &reader) else { continue }
      counts.append((place, entry.value))
    }
    guard counts.count == entries.count else { return nil }
    self.counts = counts
  }

  public var wanted: Phrase {
    .crosses(counts.map { .times($0.place.name, $0.count) })
  }

  func judge(_ passage: Passage?, _ journey: Journey?, _ evidence: Evidence) -> Judgement {
    let real = counts.map { passage?.crossings(of: $0.place.place, in: evidence.topology) ?? 0 }
    let words = zip(counts, real).map { Phrase.times($0.place.name, $1) }
    return Judgement(real == counts.map(\.count), got: .list(words))
  }
}

/// `hops: 1`
public struct HopsExpectation: PathExpectation {
  public static let word = "hops"
  public static let suits = [StepFamily].routed
  public static let summary = "How many routers the request passes"
  private static let shape = Shape<Int>.integer(in: 0...255)
  public static var schema: SchemaNode { shape.schema }

  private let count: Int

  public init?(_ value: Value, _ reader: inout ExpectationReader) {
    guard let count = reader.read(Self.shape, value) else { return nil }
    self.count = count
  }

  public var wanted: Phrase { .passed(routers: count) }

  func judge(_ passage: Passage?, _ journey: Journey?, _ evidence: Evidence) -> Judgement {
    guard let passage else { return Judgement(false, got: .nothingSent) }
    return Judgement(passage.routers == count, got: .text(passage.routers))
  }
}

/// `seen-as: vm1` or `seen-as: 192.168.1.10`
public struct SeenAsExpectation: PathExpectation {
  public static let word = "seen-as"
  public static let suits = [StepFamily].routed
  public static let summary = "The source address the receiver sees: an address, or a machine that has it"
  private static let shape = Shape<PeerAddress.Written>.either(PeerAddress.shapes)
  public static var schema: SchemaNode { shape.schema }

  private let peer: PeerAddress

  public init?(_ value: Value, _ reader: inout ExpectationReader) {
    guard let written = reader.read(Self.shape, value), let peer = PeerAddress(written, &reader) else {
      return nil
    }
    self.peer = peer
  }

  public var wanted: Phrase { .seenAs(peer.name) }

  func judge(_ passage: Passage?, _ journey: Journey?, _ evidence: Evidence) -> Judgement {
    guard let journey else { return Judgement(false, got: .nothingSent) }
    guard journey.hasReachedItsEnd, let packet = journey.arrivedPacket else {
      return Judgement(false, got: .notArrived(journey.endPhrase(evidence)))
    }
    return Judgement(peer.matches(packet.source, evidence), got: .text(evidence.name(of: packet.source)))
  }
}
