import Configuration
import Simulation
import Topology

/// From where to where, found in the topology: one way, or many that begin together.
public struct Traffic: Sendable {
  public struct Way: Sendable {
    public var sender: DeviceID
    public var destination: Destination
    /// Both ends by the names of one.
    public var from: String
    public var to: String
  }

  public var ways: [Way]
  /// Both ends as they were written.
  public var from: String
  public var to: String
  /// Whether all of them go to one place.
  private var isToOne = true

  init(_ ways: [Way], from: String, to: String) {
    self.ways = ways
    self.from = from
    self.to = to
    isToOne = ways.allSatisfy { $0.to == ways.first?.to }
  }

  var words: String { "\(from) → \(to)" }

  /// What tells one of many from the others: its sender, or both ends; nil where there is only one.
  func name(of number: Int) -> String? {
    guard ways.count > 1, ways.indices.contains(number) else { return nil }
    return isToOne ? ways[number].from : "\(ways[number].from) → \(ways[number].to)"
  }
}

/// A verb that sends from one end to another.
protocol TrafficStep: StepKind {
  var traffic: Traffic { get }
}

extension TrafficStep {
  public func name(ofFlow number: Int) -> String? { traffic.name(of: number) }
}

extension StepReader {
  /// Where traffic comes from and goes to.
  mutating func traffic(_ shape: Shape<EndpointPair>, _ value: Value) -> (
    pair: EndpointPair, traffic: Traffic
  )? {
    guard let pair = read(shape, value), let names = places.roster.pairs(pair.from, pair.to, &diagnostics),
      takesOn(names.count, at: value.location)
    else { return nil }
    var ways: [Traffic.Way] = []
    ways.reserveCapacity(names.count)
    for (from, to) in names {
      let sender = places.sender(Located(from, at: pair.from.location), &diagnostics)
      let destination = places.destination(Located(to, at: pair.to.location), &diagnostics)
      // What is wrong with one of many is wrong with all.
      guard let sender, let destination else { return nil }
      ways.append(Traffic.Way(sender: sender.stack, destination: destination, from: from, to: to))
    }
    return (pair, Traffic(ways, from: pair.from.value, to: pair.to.value))
  }

  /// Everyone that a name stands for, each with the stack that sends for it; nil where one cannot, which has been
  /// reported.
  mutating func senders(_ written: Located<String>) -> [(name: String, stack: DeviceID)]? {
    guard let names = places.roster.names(written.value, at: written.location, &diagnostics),
      takesOn(names.count, at: written.location)
    else { return nil }
    var senders: [(name: String, stack: DeviceID)] = []
    for name in names {
      guard let sender = places.sender(Located(name, at: written.location), &diagnostics) else { return nil }
      senders.append((name, sender.stack))
    }
    return senders
  }

  /// Counts what a step begins; false when there is too much of it in all, which has been reported.
  mutating func takesOn(_ count: Int, at location: SourceLocation) -> Bool {
    flowCount += count
    guard flowCount > NamePattern.mostNames else { return true }
    diagnostics.report(
      "up to this step more than \(NamePattern.mostNames) flows begin", .outOfRange, at: location,
      notes: ["let fewer nodes send, or fewer steps"])
    return false
  }
}
