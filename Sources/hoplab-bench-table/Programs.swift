import Foundation

/// Where the programs are that the benchmark starts.
enum Programs {
  /// This program itself.
  static func own() throws -> String {
    guard let path = Bundle.main.executablePath else {
      throw Child.Failure(description: "this program cannot find its own file")
    }
    return path
  }

  static func hoplab() throws -> String { try neighbor("hoplab") }
  static func bench() throws -> String { try neighbor("hoplab-bench") }

  /// A program that was built beside this one.
  private static func neighbor(_ name: String) throws -> String {
    let path = URL(fileURLWithPath: try own()).deletingLastPathComponent().appendingPathComponent(name).path
    guard FileManager.default.isExecutableFile(atPath: path) else {
      throw Child.Failure(description: "there is no \(path); swift build -c release makes it")
    }
    return path
  }
}

extension [Double] {
  /// The middle one, or the mean of the two in the middle; nothing has the median 0.
  var median: Double {
    guard !isEmpty else { return 0 }
    let sorted = sorted()
    return (sorted[(count - 1) / 2] + sorted[count / 2]) / 2
  }
}
