import Configuration
import Testing
import YAMLSource

/// What `Value.yaml()` writes is read back as the same value.
@Suite("Writing and reading back") struct RoundTripTests {
  static let texts = [
    "", " ", "a", "null", "~", "Null", "true", "NO", "-", "- a", "-5", "-5.1.2", "--- ", "---", "...", "?",
    "? a", ":", "a:",
    "a: b", "a :b", "a #b", "a# b", "#", "@x", "`x", "%x", "&x", "*x", "!x", "|", ">", "'", "\"", "it's",
    "\"a\"", "a, b", "[a]",
    "{a}", "a]", "<<", "=", "名字", "é", "😀", "a\nb", "\ta", "a\t", "a\u{7}b", "a\u{0}b", "a\u{85}b",
    "a\u{2028}b", "a\u{FEFF}",
    "a\u{A0}b", "\u{E000}", "\u{10FFFF}", "back\\slash", " lead", "trail ", "$mode", "vm1 -> vm2",
    "192.168.1.100-192.168.1.199", "50us",
    "00:11:22:33:44:55", "rtr:wan0", "a:?b", "::", ":a", "-a", "?a", "1_000", "<5ms", ">900Mbit", "pc.nat8",
    "a  b", "a\r\nb", "e\u{301}",
  ]

  @Test("every awkward text, as value, key and item", arguments: texts)
  func text(_ text: String) {
    let scalar = Value.string(text)
    let value: Value = .map([
      (text, scalar), ("list", [scalar, [scalar]]),
      ("flow", .map([(text, Value.map([(text, .list([scalar]))]))])),
    ])
    check(value)
    check(["a": scalar])
    check([scalar])
  }

  @Test("generated values", arguments: 0..<400)
  func generated(seed: Int) {
    var random = Generator(state: UInt64(seed) &* 0x9E37_79B9_7F4A_7C15 &+ 1)
    check(["root": value(depth: 5, &random)])
  }

  private func check(_ value: Value) {
    let text = value.yaml()
    let reading = Reading(text)
    #expect(reading.value == value, "\(text)\n\(reading.rendered)")
    #expect(reading.value?.yaml() == text)
  }

  private func value(depth: Int, _ random: inout Generator) -> Value {
    switch depth == 0 ? 0 : random.next() % 6 {
    case 0, 1: return .string(RoundTripTests.texts[Int(random.next() % UInt64(RoundTripTests.texts.count))])
    case 2: return .null
    case 3: return .list((0..<random.next() % 5).map { _ in value(depth: depth - 1, &random) })
    default:
      return .map(
        (0..<random.next() % 6).map { number in
          let word = RoundTripTests.texts[Int(random.next() % UInt64(RoundTripTests.texts.count))]
          return (word + String(number), value(depth: depth - 1, &random))
        })
    }
  }
}

/// SplitMix64: the same values in every run.
struct Generator: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }
}
