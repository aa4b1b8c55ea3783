import Simulation

/// Large numbers as people read them.
enum Amounts {
  /// `12,345`.
  static func grouped(_ number: UInt64) -> String {
    var text = ""
    for (place, digit) in "\(number)".reversed().enumerated() {
      if place > 0, place % 3 == 0 { text.append(",") }
      text.append(digit)
    }
    return String(text.reversed())
  }

  /// `1.8 MB`.
  static func bytes(_ count: UInt64) -> String {
    scaled(count, [(1_000_000_000, "GB"), (1_000_000, "MB"), (1000, "kB")]) ?? "\(count) bytes"
  }

  /// `762.4 Mbit/s`.
  static func rate(_ bitsPerSecond: UInt64) -> String {
    scaled(bitsPerSecond, [(1_000_000_000, "Gbit/s"), (1_000_000, "Mbit/s"), (1000, "kbit/s")])
      ?? "\(bitsPerSecond) bit/s"
  }

  private static func scaled(_ number: UInt64, _ units: [(UInt64, String)]) -> String? {
    guard let (size, name) = units.first(where: { number >= $0.0 }) else { return nil }
    let tenths = number / (size / 10)
    return tenths % 10 == 0 ? "\(tenths / 10) \(name)" : "\(tenths / 10).\(tenths % 10) \(name)"
  }
}

extension Outcome {
  /// `100 MB in 1.1 s, 727.2 Mbit/s, 17 segments sent again`; nil where nothing was transferred.
  var transferWords: String? {
    guard bytes > 0 else { return nil }
    var words = "\(Amounts.bytes(bytes)) in \(duration.words)"
    if duration > .zero {
      words += ", \(Amounts.rate(UInt64(Double(bytes) * 8e9 / Double(duration.nanoseconds))))"
    }
    if repeats > 0 { words += ", \(Amounts.grouped(UInt64(repeats))) segments sent again" }
    return words
  }
}
