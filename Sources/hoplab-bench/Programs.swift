import Foundation

/// Where the programs are that the benchmark starts.
enum Programs {
  /// This program itself.
  static func bench() throws -> String {
    guard let path = Bundle.main.executablePath else {
      throw Child.Failure(description: "this program cannot find its own file")
    }
    return path
  }

  /// The `hoplab` that was built beside this program.
  static func hoplab() throws -> String {
    let path = URL(fileURLWithPath: try bench()).deletingLastPathComponent().appendingPathComponent("hoplab").path
    guard FileManager.default.isExecutableFile(atPath: path) else {
      throw Child.Failure(description: "there is no \(path); swift build -c release --product hoplab makes it")
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
