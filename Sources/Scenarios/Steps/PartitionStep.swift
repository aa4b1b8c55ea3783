import Configuration
import Simulation
import Topology

/// `partition: [[a, sw1], [b, sw2]]`
public struct PartitionStep: StepKind {
  public static let word = "partition"
  public static let summary =
    "Cuts every link between groups of machines; `repair: partition` mends them. Machines in no group keep their links"
  public static let family = StepFamily.change
  private static let shape = Shape<[[Located<String>]]>.list(
    of: .list(of: Shape<String>.string.located, atLeast: 1), atLeast: 2)
  public static var schema: SchemaNode { shape.schema }

  private let links: [Int]
  public let words: String

  public init?(_ value: Value, _ reader: inout StepReader) {
    guard let groups = reader.read(Self.shape, value), let members = reader.members(of: groups) else { return nil }
    let topology = reader.places.topology
    // A guest is where its host is, unless it stands in a group of its own.
    func group(of end: LinkEnd) -> Int? {
      topology.lineage(of: topology.devices[Int(end.device.index)].machine).lazy.compactMap { members[$0] }.first
    }
    links = topology.links.indices.filter { index in
      let ends = topology.links[index].ends
      guard let one = group(of: ends.0), let other = group(of: ends.1) else { return false }
      return one != other
    }
    words = "partition " + groups.map { $0.map(\.value).joined(separator: ", ") }.joined(separator: " | ")
    guard !links.isEmpty else {
      reader.diagnostics.report(
        "no link joins these groups, so nothing is cut", .nothingToChange, at: value.location,
        notes: ["name the switches between them too, each in one of the groups"])
      return nil
    }
    reader.partitioned += links.filter { !reader.partitioned.contains($0) }
  }

  public var length: StepLength { .exactly(.zero) }
  public func begin(on stage: inout Stage) {
    for link in links { stage.setLink(link, isUp: false) }
  }
}

extension StepReader {
  /// Which group each machine is in; nil where a name stands for nothing or twice, which has been reported.
  fileprivate mutating func members(of groups: [[Located<String>]]) -> [Int: Int]? {
    var members: [Int: Int] = [:]  // looked up, never iterated
    var isWhole = true
    for (number, group) in groups.enumerated() {
      for written in group {
        guard let names = places.roster.names(written.value, at: written.location, &diagnostics) else { return nil }
        for name in names {
          guard let machine = places.machine(name, at: written.location, &diagnostics) else { return nil }
          guard let other = members.updateValue(number, forKey: machine), other != number else { continue }
          diagnostics.report("'\(name)' is in two groups", .contradiction, at: written.location)
          isWhole = false
        }
      }
    }
    return isWhole ? members : nil
  }
}
