import Configuration
import Foundation
import Packets
import Platforms
import Scenarios
import Simulation
import YAMLSource

/// Frames to begin with: what is sent when scenarios are played.
enum FrameSeeds {
  static func write(into folder: String, from files: [String]) {
    var seeds: Set<[UInt8]> = []
    for file in files {
      guard let data = FileManager.default.contents(atPath: file) else { fail("\(file) cannot be read") }
      var sources = SourceMap()
      var diagnostics = Diagnostics()
      let value = YAMLSource.read(bytes: [UInt8](data), name: file, into: &sources, &diagnostics)
      var texts = TextFiles(sources) { name, sources, diagnostics in
        YAMLSource.readText(name, into: &sources, &diagnostics) { [UInt8](try Data(contentsOf: URL(filePath: $0))) }
      }
      guard let scenario = value.flatMap({ Scenario.read($0, files: &texts, &diagnostics) }) else {
        fail("\(file) is no scenario")
      }
      for play in scenario.plays { seeds.formUnion(frames(of: Player(play).run())) }
    }
    do {
      try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
      for seed in seeds {
        let name = String(digest(of: seed), radix: 16)
        try Data(seed).write(to: URL(filePath: folder).appending(path: "seed-\(name)"))
      }
    } catch {
      fail("\(error)")
    }
  }

  /// One of each length and kind; more would teach nothing.
  private static func frames(of playback: Playback) -> [[UInt8]] {
    var kinds: Set<String> = []
    var frames: [[UInt8]] = []
    for record in playback.journal.records {
      guard case .sent(let frame, _) = record.event else { continue }
      let words = described(frame, playback.messages)
      let bytes = frame.encoded(playback.messages)
      if kinds.insert("\(bytes.count) \(words.filter(\.isLetter))").inserted { frames.append(bytes) }
    }
    return frames
  }

  private static func digest(of bytes: [UInt8]) -> UInt64 {
    bytes.reduce(0xcbf2_9ce4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
  }

  private static func fail(_ words: String) -> Never {
    FileHandle.standardError.write(Data("\(words)\n".utf8))
    exit(1)
  }
}
