import Configuration
import Simulation

/// Numbers with units: a bare number is a mistake, because nobody can know what was meant.
extension Shape where Output == TimeSpan {
  public static var duration: Shape {
    let units: [(String, Double)] = [
      ("ns", 1), ("us", 1e3), ("µs", 1e3), ("ms", 1e6), ("s", 1e9), ("m", 60e9), ("h", 3600e9), ("d", 86400e9),
    ]
    return .quantity("a duration such as 50us, 20ms, 3s or 24h", units, usually: "ms") { nanoseconds in
      nanoseconds < 9e18 ? TimeSpan(nanoseconds: UInt64(nanoseconds.rounded())) : nil
    }.named("duration")
  }
}

/// Bits in a second.
public struct BitRate: Hashable, Sendable {
  public var bitsPerSecond: UInt64
  public init(bitsPerSecond: UInt64) { self.bitsPerSecond = bitsPerSecond }

  /// That of so many bytes in that time; nil where it took none.
  public init?(ofBytes bytes: UInt64, in span: TimeSpan) {
    let product = bytes.multipliedFullWidth(by: 8_000_000_000)
    guard product.high < span.nanoseconds else { return nil }
    bitsPerSecond = span.nanoseconds.dividingFullWidth(product).quotient
  }

  /// The largest unit that leaves a whole part, with up to three digits behind the point: `9.6Mbit`.
  public var words: String {
    let units: [(UInt64, String)] = [
      (1_000_000_000_000, "Tbit"), (1_000_000_000, "Gbit"), (1_000_000, "Mbit"), (1000, "kbit"),
    ]
    for (size, name) in units where bitsPerSecond >= size {
      let thousandths = bitsPerSecond / (size / 1000)
      var digits = String(thousandths % 1000 + 1000).dropFirst()
      while digits.last == "0" { digits.removeLast() }
      return "\(thousandths / 1000)\(digits.isEmpty ? "" : ".\(digits)")\(name)"
    }
    return "\(bitsPerSecond)bit"
  }
}

extension Shape where Output == BitRate {
  public static var rate: Shape {
    let units: [(String, Double)] = [("bit", 1), ("kbit", 1e3), ("Mbit", 1e6), ("Gbit", 1e9), ("Tbit", 1e12)]
    return .quantity("a rate such as 100Mbit or 1Gbit", units, usually: "Mbit") { bits in
      bits >= 1 && bits < 1e18 ? BitRate(bitsPerSecond: UInt64(bits.rounded())) : nil
    }.named("rate")
  }
}

/// A share of one, written in percent.
public struct Percentage: Hashable, Sendable {
  /// 0 to 1.
  public var share: Double
  public init(share: Double) { self.share = share }
}

extension Shape where Output == Percentage {
  public static var percentage: Shape {
    .quantity("a percentage such as 0.1%", [("%", 0.01)], usually: "%") { share in
      share <= 1 ? Percentage(share: share) : nil
    }.named("percentage")
  }
}

extension Shape {
  /// A number with one of the units, times what the unit stands for.
  static func quantity(
    _ expecting: String, _ units: [(String, Double)], usually common: String,
    make: @escaping @Sendable (Double) -> Output?
  ) -> Shape {
    let names = units.map { $0.0 }
    return Shape(
      expecting: expecting, schema: .string(pattern: #"^\d+(\.\d+)?("# + names.joined(separator: "|") + ")$")
    ) { value, diagnostics in
      guard let text = value.text else {
        diagnostics.report(.expected(expecting, found: value))
        return nil
      }
      let digits = text.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
      let unit = String(text.dropFirst(digits.count))
      guard let number = PlainNumber.decimal(digits) else {
        diagnostics.report(.expected(expecting, found: value, code: .badUnit))
        return nil
      }
      if unit.isEmpty {
        diagnostics.report(
          .expected(expecting, found: value, code: .missingUnit, notes: ["write the unit: '\(digits)\(common)'?"]))
        return nil
      }
      if let factor = units.first(where: { $0.0 == unit })?.1 {
        if let output = make(number * factor) { return output }
        diagnostics.report(.expected(expecting, found: value, code: .outOfRange, notes: ["it is out of all range"]))
        return nil
      }
      diagnostics.report(
        .expected(
          expecting, found: value, code: .badUnit,
          notes: Diagnostic.Note.suggestion(for: unit, among: names, called: "units")))
      return nil
    }
  }
}

/// Numbers as people write them: digits only, no sign, no exponent.
enum PlainNumber {
  static func whole(_ text: some StringProtocol) -> Int? {
    guard (1...18).contains(text.utf8.count), text.utf8.allSatisfy({ (48...57).contains($0) }) else { return nil }
    return Int(text)
  }

  static func decimal(_ text: some StringProtocol) -> Double? {
    let parts = text.split(separator: ".", omittingEmptySubsequences: false)
    guard parts.count <= 2, parts.allSatisfy({ whole($0) != nil }) else { return nil }
    return Double(String(text))
  }
}
