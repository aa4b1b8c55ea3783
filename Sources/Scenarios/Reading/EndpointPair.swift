import Configuration

/// `vm1 -> peer`, as written: from where, to where, and where the destination has one, the port.
struct EndpointPair: Sendable {
  var from: Located<String>
  var to: Located<String>
  var port: UInt16?
  /// What a longer form says beside.
  var extra: Fields?
}

/// Whether a verb speaks to a port.
enum PortUse {
  case none, required, optional
}

extension EndpointPair {
  private static let from = Field(
    "from", Shape<String>.string.located, "The machine that sends", required: true)
  private static let to = Field(
    "to", Shape<String>.string.located,
    "A machine, an interface such as peer:eth0, an address or a domain name",
    required: true)
  private static let port = Field("port", .integer(in: 1...65535), "The port at the destination")

  /// `from -> to`, or a map that can say more.
  static func shape(
    of word: String, port use: PortUse = .none, _ extra: [any FieldDeclaration] = []
  ) -> Shape<EndpointPair> {
    let example = use == .required ? "vm1 -> peer:22" : "vm1 -> peer"
    let text = Shape<EndpointPair>(
      expecting: "two ends such as '\(example)'", schema: .string(pattern: #"^\S+ *(->|→) *\S+$"#)
    ) { value, diagnostics in
      guard let text = value.text else {
        diagnostics.report(.expected("two ends such as '\(example)'", found: value))
        return nil
      }
      guard let pair = split(text, at: value.location) else {
        diagnostics.report(
          .expected("two ends such as '\(example)'", found: value, code: .badEndpointPair))
        return nil
      }
      return withPort(pair, use, example, &diagnostics)
    }
    var declared: [any FieldDeclaration] = [from, to]
    if use != .none { declared.append(port) }
    let map = Shape<EndpointPair>.object("'\(word)'", declared + extra) { fields, diagnostics in
      guard let sender = fields.read(from, &diagnostics), let target = fields.read(to, &diagnostics) else {
        return nil
      }
      var pair = EndpointPair(from: sender, to: target, extra: fields)
      guard use != .none else { return pair }
      guard let number = fields.read(port, &diagnostics) else {
        return fields.has(port) ? nil : withPort(pair, use, example, &diagnostics)
      }
      pair.port = UInt16(number)
      return pair
    }
    return .either(text, map)
  }

  /// Both parts keep their columns, so that a caret stands under the one that is wrong.
  private static func split(_ text: String, at location: SourceLocation) -> EndpointPair? {
    var parts: [(text: Substring, column: Int)] = []
    var start = text.startIndex
    var place = text.startIndex
    while place < text.endIndex {
      let rest = text[place...]
      let arrow = rest.hasPrefix("->") ? 2 : rest.hasPrefix("→") ? 1 : 0
      guard arrow > 0 else {
        place = text.index(after: place)
        continue
      }
      parts.append((text[start..<place], text.unicodeScalars.distance(from: text.startIndex, to: start)))
      place = text.index(place, offsetBy: arrow)
      start = place
    }
    parts.append((text[start...], text.unicodeScalars.distance(from: text.startIndex, to: start)))
    guard parts.count == 2 else { return nil }
    let ends = parts.map { part in
      let blanks = part.text.prefix { $0 == " " }.count
      let name = part.text.dropFirst(blanks).reversed().drop { $0 == " " }.reversed()
      var place = location
      if !place.isNone { place.column += UInt32(part.column + blanks) }
      return Located(String(name), at: place)
    }
    guard ends.allSatisfy({ !$0.value.isEmpty && !$0.value.contains(" ") }) else { return nil }
    return EndpointPair(from: ends[0], to: ends[1])
  }

  /// Takes the port from the end of the destination.
  private static func withPort(
    _ pair: EndpointPair, _ use: PortUse, _ example: String, _ diagnostics: inout Diagnostics
  ) -> EndpointPair? {
    guard use != .none else { return pair }
    var pair = pair
    if let colon = pair.to.value.lastIndex(of: ":") {
      let digits = pair.to.value[pair.to.value.index(after: colon)...]
      if digits.allSatisfy({ $0.isASCII && $0.isNumber }), let number = UInt16(digits), number > 0 {
        pair.port = number
        pair.to.value = String(pair.to.value[..<colon])
        return pair
      }
    }
    if use == .optional { return pair }
    diagnostics.report(
      "'\(pair.to.value)' has no port from 1 to 65535 behind it", .badEndpointPair, at: pair.to.location,
      notes: ["write it behind a colon, as in '\(example)'"])
    return nil
  }
}
