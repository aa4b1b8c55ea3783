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

  /// `1.8 MB`; nil below a thousand bytes, which each language counts in its own word.
  static func large(_ count: UInt64) -> String? {
    scaled(count, [(1_000_000_000, "GB"), (1_000_000, "MB"), (1000, "kB")])
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
  /// What a transfer achieved, `727.2 Mbit/s`; nil where it took no time.
  var rate: String? {
    guard duration > .zero else { return nil }
    return Amounts.rate(UInt64(Double(bytes) * 8e9 / Double(duration.nanoseconds)))
  }
}
