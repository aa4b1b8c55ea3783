import Foundation

/// One program with its arguments: what is started once in each round.
struct Probe: Hashable {
  enum Tool: Hashable { case hoplab, ns3 }

  var tool: Tool
  var arguments: [String]

  /// What a probe of either tool says in a line of JSON; the two have the same keys, such as `frame_hops`.
  private struct Line: Decodable {
    var size: Double
    var frameHops: Double
    var delivered: Double
    var setupCpuS: Double
    var cpuS: Double
    var sysS: Double
    var wallS: Double
    var rssSetupKib: Double
    var maxRssKib: Double
    /// Of Hoplab only.
    var records: Double?
  }

  /// Starts it and reads what it says; a probe that played several times says a line for each, which count together.
  func measure(with program: String) throws -> Sample {
    let json = tool == .hoplab ? ["--json"] : []
    let child = try Child(program, arguments + json)
    guard child.status == 0 else {
      throw Child.Failure(description: "\(arguments.joined(separator: " ")): exit code \(child.status)")
    }
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    var sample = Sample()
    for text in child.output.split(separator: "\n") {
      let line = try decoder.decode(Line.self, from: Data(text.utf8))
      sample.size = line.size
      sample.frameHops += line.frameHops
      sample.delivered += line.delivered
      sample.setup += line.setupCpuS
      sample.cpu += line.cpuS
      sample.system += line.sysS
      sample.wall += line.wallS
      sample.residentAfterSetup = line.rssSetupKib
      sample.residentMost = line.maxRssKib
      sample.records += line.records ?? 0
    }
    return sample
  }
}

/// The figures of a probe: of one start, or the medians over all rounds.
struct Sample {
  var size = 0.0
  var frameHops = 0.0
  var delivered = 0.0
  var records = 0.0
  /// Seconds of user time.
  var setup = 0.0
  var cpu = 0.0
  /// Seconds of the kernel's time, of set-up and of playing.
  var system = 0.0
  var wall = 0.0
  /// KiB.
  var residentAfterSetup = 0.0
  var residentMost = 0.0

  /// Each figure's own median.
  ///
  /// What a short probe does is no constant, because it plays until a time is over; so the median is that of the costs
  /// of one delivery.
  static func median(of samples: [Sample]) -> Sample? {
    guard var result = samples.first else { return nil }
    let deliveries = max(result.delivered, 1)
    func cost(_ path: KeyPath<Sample, Double>) -> Double {
      samples.map { $0[keyPath: path] / max($0.delivered, 1) }.median * deliveries
    }
    result.cpu = cost(\.cpu)
    result.system = cost(\.system)
    result.wall = cost(\.wall)
    result.setup = cost(\.setup)
    result.residentAfterSetup = samples.map(\.residentAfterSetup).median
    result.residentMost = samples.map(\.residentMost).median
    return result
  }
}
