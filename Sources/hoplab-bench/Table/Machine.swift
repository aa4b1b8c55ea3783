import Foundation

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// What the figures were measured on, in the words of the system.
struct Machine {
  let processor: String
  let cores: Int
  let memory: String
  let kernel: String
  /// How many programs wanted the processor in the minute before: on a quiet machine nearly 0.
  let load: Double

  init() {
    processor =
      Machine.value(of: "model name", in: "/proc/cpuinfo") ?? Machine.value(of: "Model", in: "/proc/cpuinfo")
      ?? "unknown processor"
    cores = ProcessInfo.processInfo.activeProcessorCount
    memory = "\(Numeral.words(Double(ProcessInfo.processInfo.physicalMemory) / 1_073_741_824)) GiB"
    var names = utsname()
    uname(&names)
    kernel = "\(Machine.text(&names.sysname)) \(Machine.text(&names.release))"
    var loads = [0.0, 0.0, 0.0]
    load = getloadavg(&loads, 3) > 0 ? loads[0] : 0
  }

  var words: String {
    "\(processor), \(cores) core\(cores == 1 ? "" : "s"), \(memory) of memory, \(kernel), load \(Numeral.words(load))"
      + " when it began"
  }

  /// What stands behind the first line's colon that begins with the key.
  private static func value(of key: String, in path: String) -> String? {
    guard let text = try? String(contentsOfFile: path, encoding: .utf8) else { return nil }
    let line = text.split(separator: "\n").first { $0.hasPrefix(key) }
    guard let line, let colon = line.firstIndex(of: ":") else { return nil }
    return line[line.index(after: colon)...].trimmingCharacters(in: .whitespaces)
  }

  /// The text of an array of characters of C, which Swift sees as a tuple.
  private static func text<Characters>(_ characters: inout Characters) -> String {
    withUnsafeBytes(of: &characters) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
  }
}
