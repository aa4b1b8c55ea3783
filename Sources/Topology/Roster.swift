import Configuration

/// What a name in links and steps stands for: itself, every instance of a counted node, or the names of its ranges.
public struct Roster: Sendable {
  /// How many there are of each counted node.
  private var counts: [String: Int] = [:]  // looked up, never iterated

  private var isOfSteps = false

  public init() {}

  /// The same for steps, where `h.example` is a domain name and no part of h.
  public var forSteps: Roster {
    var roster = self
    roster.isOfSteps = true
    return roster
  }

  public mutating func add(_ name: String, count: Int) { counts[name] = count }

  /// How many instances a counted node has; nil for any other name.
  public func count(of name: String) -> Int? { counts[name] }

  /// Whether the text may stand for several names.
  public func isCollective(_ text: String) -> Bool { NamePattern.isPattern(text) || counted(text) != nil }

  /// The names in order; what stands behind the node's own, as in `h:eth0`, stays. Nil where a range is none, which
  /// has been reported.
  public func names(
    _ text: String, at location: SourceLocation, _ diagnostics: inout Diagnostics
  ) -> [String]? {
    if NamePattern.isPattern(text) { return NamePattern(text, at: location, &diagnostics)?.names }
    guard let (node, count, rest) = counted(text) else { return [text] }
    return (1...count).map { "\(node)\($0)\(rest)" }
  }

  /// The same as a range, which needs no counted node: `h[1-1000]:eth0`.
  public func ranged(_ text: String) -> String {
    guard !NamePattern.isPattern(text), let (node, count, rest) = counted(text) else { return text }
    return "\(node)[1-\(count)]\(rest)"
  }

  private func counted(_ text: String) -> (node: String, count: Int, rest: Substring)? {
    guard !counts.isEmpty else { return nil }
    let name = EndpointName(text)
    // With a point it is a part of a machine in links, and a domain name in steps.
    guard name.device == nil || !isOfSteps, let count = counts[name.first] else { return nil }
    return (name.first, count, text[text.utf8.index(text.startIndex, offsetBy: name.first.utf8.count)...])
  }

  /// Both sides side by side; one name goes with each of the others. Nil for different numbers, which has been
  /// reported.
  public func pairs(
    _ one: Located<String>, _ other: Located<String>, _ diagnostics: inout Diagnostics
  ) -> [(String, String)]? {
    let first = names(one.value, at: one.location, &diagnostics)
    let second = names(other.value, at: other.location, &diagnostics)
    guard let first, let second else { return nil }
    guard first.count == second.count || first.count == 1 || second.count == 1 else {
      diagnostics.report(
        "'\(one.value)' stands for \(first.count) names and '\(other.value)' for \(second.count)", .unequalRanges,
        at: other.location, notes: ["as many on both sides go in pairs, and a single name goes with each"])
      return nil
    }
    return (0..<max(first.count, second.count)).map { place in
      (first[first.count == 1 ? 0 : place], second[second.count == 1 ? 0 : place])
    }
  }
}

/// Links between many.
extension Roster {
  /// One link for each pair of names that the ends stand for, in the form and at the place of the one that was written.
  public func links(_ written: [Value], _ diagnostics: inout Diagnostics) -> [Value] {
    var result: [Value] = []
    result.reserveCapacity(written.count)
    for link in written {
      guard let ends = Self.ends(of: link), ends.contains(where: { isCollective($0.value) }) else {
        result.append(link)
        continue
      }
      guard let pairs = pairs(ends[0], ends[1], &diagnostics) else { continue }
      guard result.count + pairs.count <= NamePattern.mostNames else {
        diagnostics.report(
          "with these \(pairs.count) there are more than \(NamePattern.mostNames) links", .outOfRange, at: link.location
        )
        continue
      }
      for pair in pairs { result.append(Self.link(link, between: pair, at: ends)) }
    }
    return result
  }

  /// Nil for what is no pair of names; whoever reads the link says so.
  private static func ends(of link: Value) -> [Located<String>]? {
    guard let items = link.list ?? link["endpoints"]?.list, items.count == 2 else { return nil }
    let ends = items.compactMap { item in item.text.map { Located($0, at: item.location) } }
    return ends.count == 2 ? ends : nil
  }

  private static func link(_ link: Value, between pair: (String, String), at ends: [Located<String>]) -> Value {
    let names = [pair.0, pair.1]
    let items = zip(names, ends).map { Value.string($0, at: $1.location) }
    guard var fields = link.map, let old = fields["endpoints"] else { return .list(items, at: link.location) }
    fields.set("endpoints", to: .list(items, at: old.location))
    return .map(fields, at: link.location)
  }
}
