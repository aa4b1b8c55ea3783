import Configuration

/// How many, as people write large numbers.
extension Shape where Output == UInt64 {
  /// `250000`, `50k`, `100M` or `2G`; zero is none.
  public static var amount: Shape {
    let expecting = "a number such as 100M, 50k or 250000"
    let suffixed = Shape.quantity(
      expecting, [("k", 1e3), ("M", 1e6), ("G", 1e9)], usually: "M"
    ) { $0 >= 1 && $0 < 1e18 ? UInt64($0.rounded()) : nil }
    // A bare number is no text to an editor.
    let schema = SchemaNode.anyOf([.integer(1 ... .max), .string(pattern: #"^\d+(\.\d+)?(k|M|G)?$"#)])
    return Shape(expecting: expecting, schema: schema) { value, diagnostics in
      guard let text = value.text, let number = PlainNumber.whole(text) else {
        return suffixed.read(value, &diagnostics)
      }
      if number > 0 { return UInt64(number) }
      diagnostics.report(.expected(expecting, found: value, code: .outOfRange))
      return nil
    }
  }
}

/// An amount of memory.
public struct ByteCount: Hashable, Sendable {
  public var bytes: Int
  public init(bytes: Int) { self.bytes = bytes }
}

extension Shape where Output == ByteCount {
  public static var byteCount: Shape {
    let units: [(String, Double)] = [
      ("kB", 1e3), ("MB", 1e6), ("GB", 1e9), ("KiB", 1024), ("MiB", 1_048_576), ("GiB", 1_073_741_824),
    ]
    return .quantity("an amount of memory such as 512MB or 4GB", units, usually: "MB") { bytes in
      bytes >= 1 && bytes < 1e18 ? ByteCount(bytes: Int(bytes.rounded())) : nil
    }
  }
}
