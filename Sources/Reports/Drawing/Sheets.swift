/// The traffic-flow graph of one step: which wires its packets crossed, in order, and what was done to them.
public struct StepSheet: Hashable, Sendable {
  /// How a step ended, in colour, mark and words.
  public struct Verdict: Hashable, Sendable {
    public enum Outcome: String, Hashable, Sendable {
      case holds
      case fails
      /// Nothing was expected.
      case neutral
    }

    public var outcome: Outcome
    /// What happened: "reply in 0.42 ms, seen as 192.168.1.10".
    public var words: String

    public init(_ outcome: Outcome, _ words: String) {
      self.outcome = outcome
      self.words = words
    }
  }

  /// One use of one link in one direction.
  public struct Crossing: Hashable, Sendable {
    public enum Direction: Hashable, Sendable {
      case fromAToB
      case fromBToA
    }

    /// Index into the plan's links.
    public var link: Int
    public var direction: Direction

    public init(link: Int, _ direction: Direction) {
      self.link = link
      self.direction = direction
    }
  }

  public enum Leg: Hashable, Sendable, CaseIterable {
    case request
    case reply
  }

  public struct Arrow: Hashable, Sendable {
    public var crossing: Crossing
    /// Its place in hop order, from 1.
    public var number: Int
    public var leg: Leg
    /// From which address to which, "10.0.0.1 → 10.0.0.2"; nil for what is no Internet packet. It is not drawn.
    public var carries: String?

    public init(_ crossing: Crossing, number: Int, leg: Leg, carries: String? = nil) {
      self.crossing = crossing
      self.number = number
      self.leg = leg
      self.carries = carries
    }
  }

  /// What a device did to the packet on its way: a rewriting, an answer, a choice.
  public struct Note: Hashable, Sendable {
    public var device: Plan.DeviceID
    /// The number of the arrow that leaves with the result.
    public var number: Int?
    /// One line each: "NAT", "192.168.233.128:4711 → 192.168.1.10:40001".
    public var lines: [String]

    public init(at device: Plan.DeviceID, number: Int?, lines: [String]) {
      self.device = device
      self.number = number
      self.lines = lines
    }
  }

  /// Where a packet ended against its sender's wish.
  public struct Death: Hashable, Sendable {
    public var device: Plan.DeviceID
    /// The number of the arrow that brought it; nil if it never left `device`.
    public var number: Int?
    public var reason: String

    public init(at device: Plan.DeviceID, number: Int?, reason: String) {
      self.device = device
      self.number = number
      self.reason = reason
    }
  }

  public var id: String
  /// What was done: "ping vm1 → peer".
  public var title: String
  public var verdict: Verdict
  /// The step's place in its variant, from 0: its colour and letter, the same in the overview.
  public var order: Int
  public var arrows: [Arrow]
  public var notes: [Note]
  public var deaths: [Death]
  /// Links that are cut, and devices that are switched off, at its end.
  public var cutLinks: [Int]
  public var offDevices: [Plan.DeviceID]

  public init(
    id: String, title: String, verdict: Verdict, order: Int, arrows: [Arrow], notes: [Note] = [],
    deaths: [Death] = [], cutLinks: [Int] = [], offDevices: [Plan.DeviceID] = []
  ) {
    self.id = id
    self.title = title
    self.verdict = verdict
    self.order = order
    self.arrows = arrows
    self.notes = notes
    self.deaths = deaths
    self.cutLinks = cutLinks
    self.offDevices = offDevices
  }
}

/// The overview of a variant: every step as one line along the links it used.
public struct OverviewSheet: Hashable, Sendable {
  public var steps: [StepSheet]

  public init(steps: [StepSheet]) { self.steps = steps }
}
