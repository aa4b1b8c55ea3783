import Configuration
import Packets
import Protocols

/// What rules say about packets.
extension Shape {
  /// The same, or with a `!` before it what it must not be, as in iptables.
  static func negatable<Wrapped: Hashable & Sendable>(_ plain: Shape<Wrapped>) -> Shape
  where Output == Condition<Wrapped> {
    let schema = SchemaNode.anyOf([plain.schema, .string(pattern: "^! ?.+$")])
    return Shape(expecting: "\(plain.expecting), or '!' and what it must not be", schema: schema) {
      value, diagnostics in
      guard let text = value.text, text.hasPrefix("!") else { return plain.read(value, &diagnostics).map { .is($0) } }
      let rest = text.dropFirst().drop { $0 == " " }
      return plain.read(.string(String(rest), at: value.location), &diagnostics).map { .isNot($0) }
    }
  }

  /// One item, several in one text with commas between them, or a list of items.
  static func commaList<Item>(of item: Shape<Item>) -> Shape where Output == [Item] {
    let schema = SchemaNode.anyOf([item.schema, .list(of: item.schema), .string(pattern: "^[^,]+(,[^,]+)+$")])
    let plain = Shape<[Item]>.oneOrMany(of: item)
    return Shape(expecting: plain.expecting, schema: schema) { value, diagnostics in
      guard let text = value.text, text.contains(",") else { return plain.read(value, &diagnostics) }
      let parts = text.split(separator: ",", omittingEmptySubsequences: false)
      return plain.read(.list(parts.map { .string(String($0), at: value.location) }), &diagnostics)
    }
  }
}

extension Shape where Output == [ClosedRange<UInt16>] {
  /// `22`, `1000-2000`, `80,443`, or a list.
  static var portSet: Shape { Shape.commaList(of: .portRange).named("ports") }
}

extension Shape where Output == ClosedRange<UInt16> {
  public static var portRange: Shape {
    let expecting = "a port from 0 to 65535, or a range such as 1000-2000"
    let schema = SchemaNode.anyOf([.integer(0...65535), .string(pattern: #"^\d{1,5}-\d{1,5}$"#)])
    return Shape(expecting: expecting, schema: schema) { value, diagnostics in
      guard let text = value.text else {
        diagnostics.report(.expected(expecting, found: value))
        return nil
      }
      let ends = text.split(separator: "-", omittingEmptySubsequences: false).map { PlainNumber.whole($0) }
      guard ends.count <= 2, let first = ends[0], let last = ends[ends.count - 1] else {
        diagnostics.report(.expected(expecting, found: value, code: .malformedText))
        return nil
      }
      guard let first = UInt16(exactly: first), let last = UInt16(exactly: last), first <= last else {
        let notes: [Diagnostic.Note] = first > last ? ["did you mean '\(last)-\(first)'?"] : []
        diagnostics.report(.expected(expecting, found: value, code: .outOfRange, notes: notes))
        return nil
      }
      return first...last
    }
  }
}

extension Shape where Output == Set<ConnectionTracking.State> {
  static var connectionStates: Shape {
    Shape<[ConnectionTracking.State]>.commaList(
      of: .oneOf([
        ("new", .new), ("established", .established), ("related", .related), ("invalid", .invalid),
      ])
    ).map { Set($0) }
  }
}

extension Shape where Output == ICMPPattern {
  /// The names that iptables and nftables give to ICMP messages; those of one code stand for that code.
  static var icmpPattern: Shape {
    let types: [(String, ICMPPattern)] = [
      ("echo-request", ICMPPattern(type: 8)), ("echo-reply", ICMPPattern(type: 0)),
      ("destination-unreachable", ICMPPattern(type: 3)), ("redirect", ICMPPattern(type: 5)),
      ("time-exceeded", ICMPPattern(type: 11)), ("parameter-problem", ICMPPattern(type: 12)),
    ]
    let codes: [(String, UInt8)] = [
      ("network-unreachable", 0), ("host-unreachable", 1), ("protocol-unreachable", 2), ("port-unreachable", 3),
      ("fragmentation-needed", 4), ("network-prohibited", 9), ("host-prohibited", 10),
      ("communication-prohibited", 13),
    ]
    return .oneOf(types + codes.map { ($0.0, ICMPPattern(type: 3, code: $0.1)) })
  }
}

extension Shape where Output == MarkPattern {
  /// `7`, `0x10`, or `0x10/0xf0`.
  static var markPattern: Shape {
    var shape = Shape(
      expecting: "a mark such as 1, 0x10 or 0x10/0xf0", pattern: #"^(0x[0-9a-fA-F]+|\d+)(/(0x[0-9a-fA-F]+|\d+))?$"#,
      parse: { text in
        let parts = text.split(separator: "/", omittingEmptySubsequences: false).map(markNumber)
        guard parts.count <= 2, let value = parts[0], let mask = parts.count == 2 ? parts[1] : .max else { return nil }
        return MarkPattern(value: value, mask: mask)
      })
    // A bare number is no text to an editor.
    shape.schema = .anyOf([.integer(0...Int(UInt32.max)), shape.schema])
    return shape
  }
}

private func markNumber(_ text: Substring) -> UInt32? {
  guard text.hasPrefix("0x") else { return PlainNumber.whole(text).flatMap { UInt32(exactly: $0) } }
  let digits = text.dropFirst(2)
  return digits.allSatisfy(\.isHexDigit) ? UInt32(digits, radix: 16) : nil
}
