import Configuration
import Devices
import Simulation

/// What one direction of a link does to frames, and how that is written.
public struct Cable: Hashable, Sendable {
  public var configuration = LinkConfiguration()
  public var impairments = LinkImpairments.none

  public init() {}

  private static let rate = Field("rate", .rate, "Bits a second; without limit unless set")
  private static let delay = Field("delay", .duration, "Propagation time one way; none unless set")
  private static let loss = Field("loss", Loss.shape, "Frames that die on the way, each for itself or in bursts")
  private static let queue = Field(
    "queue", .integer(in: 1...1_000_000), "Frames that may wait for a busy transmitter; 1000 unless set")
  private static let mtu = Field("mtu", .integer(in: 68...65535), "The longest packet in bytes; 1500 unless set")
  private static let jitter = Field(
    "jitter", .jitter, "By how much the delay differs from frame to frame; they stay in order")
  private static let reordering = Field(
    "reordering", .reordering, "Frames that overtake others, by the whole delay unless said")
  private static let duplication = Field("duplication", .percentage, "Frames that come twice")
  private static let corruption = Field(
    "corruption", .percentage, "Frames that arrive damaged, which the receiver drops")

  /// What can be said of a direction, or of both at once.
  static let fields: [any FieldDeclaration] = [
    rate, delay, loss, queue, mtu, jitter, reordering, duplication, corruption,
  ]

  /// This, but for what the fields say.
  func changed(by fields: Fields, _ diagnostics: inout Diagnostics) -> Cable {
    var cable = self
    cable.configuration.rate = fields.read(Cable.rate, &diagnostics)?.bitsPerSecond ?? configuration.rate
    cable.configuration.delay = fields.read(Cable.delay, &diagnostics) ?? configuration.delay
    cable.configuration.queueLimit =
      fields.read(Cable.queue, &diagnostics).map { UInt32($0) } ?? configuration.queueLimit
    cable.configuration.mtu = fields.read(Cable.mtu, &diagnostics).map { UInt16($0) } ?? configuration.mtu
    if let loss = fields.read(Cable.loss, &diagnostics) {
      cable.configuration.loss = loss.single
      cable.impairments.bursts = loss.bursts
    }
    cable.impairments.jitter = fields.read(Cable.jitter, &diagnostics) ?? impairments.jitter
    cable.impairments.reordering = fields.read(Cable.reordering, &diagnostics) ?? impairments.reordering
    cable.impairments.duplication = fields.read(Cable.duplication, &diagnostics)?.share ?? impairments.duplication
    cable.impairments.corruption = fields.read(Cable.corruption, &diagnostics)?.share ?? impairments.corruption
    return cable
  }

  /// The same, for packets that a port at one of its ends takes.
  func limited(to mtu: UInt16?) -> Cable {
    guard let mtu else { return self }
    var cable = self
    cable.configuration.mtu = min(mtu, configuration.mtu)
    return cable
  }

  /// Says what no link can do: let a frame arrive before it was sent, or overtake nothing.
  func check(_ fields: Fields, _ diagnostics: inout Diagnostics) {
    let delay = configuration.delay
    if let jitter = impairments.jitter, jitter.spread > delay {
      diagnostics.report(
        "a jitter of \(jitter.spread) is more than the delay of \(delay)", .outOfRange,
        at: fields.location(of: Cable.jitter),
        notes: ["some frames would arrive before they were sent: raise the delay"])
    }
    guard let reordering = impairments.reordering else { return }
    if delay == .zero {
      diagnostics.report(
        "without delay no frame can overtake another", .outOfRange, at: fields.location(of: Cable.reordering),
        notes: ["set the 'delay' of the link"])
    } else if reordering.gain > delay, reordering.gain != .whole {
      diagnostics.report(
        "no frame can gain \(reordering.gain) on a delay of \(delay)", .outOfRange,
        at: fields.location(of: Cable.reordering), notes: ["say less, or leave 'by' out for the whole delay"])
    }
  }
}

/// `1%`, or the four numbers of a link that is now good and now bad.
private struct Loss: Sendable {
  var single = 0.0
  var bursts: LinkImpairments.BurstLoss?

  private static let good = Field("good", .percentage, "Lost while the link is good; none unless set")
  private static let bad = Field("bad", .percentage, "Lost while the link is bad; all unless set")
  private static let toBad = Field(
    "to-bad", .percentage, "How likely a good link turns bad, at each frame", required: true)
  private static let toGood = Field(
    "to-good", .percentage, "How likely a bad link turns good again, at each frame", required: true)

  static let shape = Shape<Loss>.either(
    Shape<Loss>(expecting: Shape<Percentage>.percentage.expecting, schema: Shape<Percentage>.percentage.schema) {
      Shape.percentage.read($0, &$1).map { Loss(single: $0.share) }
    },
    .object("the loss of a link", [good, bad, toBad, toGood]) { fields, diagnostics in
      let rest = (fields.read(good, &diagnostics)?.share ?? 0, fields.read(bad, &diagnostics)?.share ?? 1)
      guard let toBad = fields.read(toBad, &diagnostics), let toGood = fields.read(toGood, &diagnostics) else {
        return nil
      }
      return Loss(
        bursts: LinkImpairments.BurstLoss(good: rest.0, bad: rest.1, toBad: toBad.share, toGood: toGood.share))
    })
}

extension Shape where Output == LinkImpairments.Jitter {
  /// `2ms`, or with its distribution.
  fileprivate static var jitter: Shape {
    let spread = Field("spread", .duration, "The most it differs; if normal, its standard deviation", required: true)
    let distribution = Field("distribution", .cases(of: Output.Distribution.self), "uniform unless set")
    return .either(
      Shape(expecting: Shape<TimeSpan>.duration.expecting, schema: Shape<TimeSpan>.duration.schema) {
        Shape<TimeSpan>.duration.read($0, &$1).map { Output($0) }
      },
      .object("jitter", [spread, distribution]) { fields, diagnostics in
        let kind = fields.read(distribution, default: .uniform, &diagnostics)
        return fields.read(spread, &diagnostics).map { Output($0, kind) }
      })
  }
}

extension Shape where Output == LinkImpairments.Reordering {
  /// `5%`, or with what these gain.
  fileprivate static var reordering: Shape {
    let share = Field("share", .percentage, "How many frames overtake", required: true)
    let gain = Field("by", .duration, "How much earlier they arrive; the whole delay unless set")
    return .either(
      Shape(expecting: Shape<Percentage>.percentage.expecting, schema: Shape<Percentage>.percentage.schema) {
        Shape<Percentage>.percentage.read($0, &$1).map { Output(share: $0.share, gain: .whole) }
      },
      .object("reordering", [share, gain]) { fields, diagnostics in
        let gain = fields.read(gain, default: .whole, &diagnostics)
        return fields.read(share, &diagnostics).map { Output(share: $0.share, gain: gain) }
      })
  }
}

extension TimeSpan {
  /// More than any delay: a frame that gains it arrives when it was sent.
  fileprivate static let whole = TimeSpan(nanoseconds: .max)
}
