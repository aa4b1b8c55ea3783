import ArgumentParser
import Scenarios

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Which of many variants are played.
struct BatchSelection: Sendable {
  /// `vmware`, `vmware/nat`, `tcp-*`; all where there are none.
  var patterns: [String] = []
  var shard = Shard.whole

  /// Whether a file that cannot be read belongs to it: all that is known of it is its path.
  func includes(unreadable path: String, number: Int) -> Bool {
    let names = [path, ScenarioFile.name(of: path)]
    let isWanted = patterns.isEmpty || patterns.contains { pattern in names.contains { Glob.matches($0, pattern) } }
    return isWanted && shard.includes(file: number, variant: 0)
  }

  /// The plays of a file that are wanted here.
  func plays(of scenario: Scenario, at path: String, number: Int) -> [Play] {
    let wanted = scenario.plays.filter { play in
      patterns.isEmpty
        || patterns.contains { pattern in
          [path, scenario.name, "\(scenario.name)/\(play.variant)"].contains { Glob.matches($0, pattern) }
        }
    }
    return wanted.enumerated().filter { shard.includes(file: number, variant: $0.offset) }.map { $0.element }
  }

  var isWhole: Bool { patterns.isEmpty && shard.count == 1 }
}

/// One of several equal parts of all that there is to play: every variant is in exactly one of them.
struct Shard: Hashable, Sendable, ExpressibleByArgument {
  /// From 1.
  let number: Int
  let count: Int

  static let whole = Shard(number: 1, count: 1)

  private init(number: Int, count: Int) {
    self.number = number
    self.count = count
  }

  /// `2/8`
  init?(argument: String) {
    let parts = argument.split(separator: "/", omittingEmptySubsequences: false)
    guard parts.count == 2, parts.allSatisfy({ !$0.isEmpty && $0.allSatisfy("0123456789".contains) }),
      let number = Int(parts[0]), let count = Int(parts[1]), count >= 1, (1...count).contains(number)
    else { return nil }
    self.init(number: number, count: count)
  }

  var defaultValueDescription: String { "\(number)/\(count)" }

  /// Variants are dealt out like cards, those of one file to parts that follow each other.
  func includes(file: Int, variant: Int) -> Bool { (file + variant) % count == number - 1 }
}

/// Patterns of the shell: `*` is any text, `?` any one character, `[a-z]` one of several.
enum Glob {
  static func matches(_ text: String, _ pattern: String) -> Bool { fnmatch(pattern, text, 0) == 0 }
}
