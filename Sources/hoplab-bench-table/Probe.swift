import Foundation

/// One program with its arguments: what is started once in each round.
struct Probe: Hashable {
  enum Tool: Hashable {
    case hoplab, ns3
    /// This program itself, which starts `hoplab` as a person does.
    case table
  }

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
    let json = tool == .ns3 ? [] : ["--json"]
    let child = try Child(program, arguments + json)
    guard child.status == 0 else {
      throw Child.Failure(description: "\(arguments.joined(separator: " ")): exit code \(child.status)")
    }
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    var sample = Sample()
    for text in child.output.split(separator: "\n") {
      let line = try decoder.decode(Line.self, from: Data(text.utf8))
      sample.plays += 1
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

/// The figures of one start of a probe; those of several plays are added up, but for the size.
struct Sample {
  var plays = 0.0
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
}
