import Configuration
import Testing

@Suite("Shapes") struct ShapeTests {
  @Test("text is text, whatever it looks like", arguments: ["5", "true", "NO", "a b"])
  func string(text: String) { #expect(read(.string(text), as: .string).output == text) }

  @Test("what is no text is told")
  func notText() {
    #expect(read(["a"], as: .string).messages == ["HL0122 expected text, found a list"])
    #expect(read(.null, as: .string).messages == ["HL0122 expected text, found nothing"])
  }

  @Test(
    "integers have a range",
    arguments: [
      ("1", nil), ("4094", nil), ("0", "HL0123"), ("4095", "HL0123"), ("99999999999999999999", "HL0123"),
      ("1.0", "HL0122"), ("+1", "HL0122"), ("0x1", "HL0122"), ("1e3", "HL0122"), ("", "HL0122"),
      ("-", "HL0122"),
    ] as [(String, String?)])
  func integer(text: String, code: String?) {
    let result = read(.string(text), as: .integer(in: 1...4094))
    #expect(result.output == (code == nil ? Int(text) : nil))
    #expect(result.messages.first?.prefix(6) == code.map { $0[...] })
  }

  @Test("negative numbers are read where the range has them")
  func negative() {
    #expect(read("-5", as: .integer).output == -5)
    #expect(
      read("-5", as: .integer(in: 0...Int.max)).messages == [
        "HL0123 expected a whole number of at least 0, found '-5'"
      ])
  }

  @Test(
    "true and false, and the right word for other languages", arguments: [("true", true), ("False", false)])
  func boolean(text: String, truth: Bool) { #expect(read(.string(text), as: .boolean).output == truth) }

  @Test("yes is refused", arguments: [("yes", "true"), ("off", "false"), ("ture", "true")])
  func booleanRefused(text: String, meant: String) {
    #expect(
      read(.string(text), as: .boolean).messages == [
        "HL0122 expected true or false, found '\(text)' | did you mean '\(meant)'?"
      ])
  }

  @Test("a choice suggests the nearest word")
  func choice() {
    let shape = Shape.choice("bridged", "nat")
    #expect(read("nat", as: shape).output == "nat")
    #expect(
      read("brigded", as: shape).messages == [
        "HL0124 expected one of bridged, nat, found 'brigded' | did you mean 'bridged'?"
      ])
    #expect(read("zzz", as: shape).messages == ["HL0124 expected one of bridged, nat, found 'zzz'"])
  }

  @Test("texts with a form of their own are parsed, with the way out they know")
  func parsed() {
    let shape = Shape<Int>(
      expecting: "a time such as 5ms", code: .missingUnit, suggest: { "\($0)ms" },
      parse: { $0.hasSuffix("ms") ? Int($0.dropLast(2)) : nil })
    #expect(read("7ms", as: shape).output == 7)
    #expect(
      read("7", as: shape).messages == ["HL0127 expected a time such as 5ms, found '7' | did you mean '7ms'?"]
    )
  }

  @Test("a list reports every wrong item")
  func list() {
    let shape = Shape<[Int]>.list(of: .integer(in: 0...9), atLeast: 1)
    #expect(read([1, 2], as: shape).output == [1, 2])
    #expect(read([1, 77, "x"], as: shape).messages.count == 2)
    #expect(read([], as: shape).messages.count == 1)
    #expect(read("x", as: shape).messages.count == 1)
  }

  @Test("one or many")
  func oneOrMany() {
    let shape = Shape<[String]>.oneOrMany(of: .string)
    #expect(read("a", as: shape).output == ["a"])
    #expect(read(["a", "b"], as: shape).output == ["a", "b"])
  }

  @Test("a map keeps order and places, and leaves out x- keys")
  func map() throws {
    let shape = Shape<[ReadEntry<Int>]>.map(of: .integer)
    let result = try #require(read(["b": 1, "x-note": "?", "a": 2], as: shape).output)
    #expect(result.map(\.key) == ["b", "a"])
    #expect(result.map(\.value) == [1, 2])
    #expect(read(["a": "x"], as: shape).messages.count == 1)
  }

  @Test("either blames the branch that has the value's form, and names all if none or several do")
  func either() {
    let shape = Shape<Int>.either(.integer(in: 1...9), Shape<[Int]>.list(of: .integer).map { $0.count })
    #expect(read(5, as: shape).output == 5)
    #expect(read([1, 1], as: shape).output == 2)
    #expect(read(["x"], as: shape).messages == ["HL0122 expected a whole number, found 'x'"])
    #expect(read(77, as: shape).messages == ["HL0123 expected a whole number from 1 to 9, found '77'"])
    #expect(
      read([:], as: shape).messages == [
        "HL0122 expected a whole number from 1 to 9, or a list, each a whole number, found an empty map"
      ])
    let both = Shape<Int>.either(.integer(in: 1...9), Shape.choice("none").map { _ in 0 })
    #expect(read("none", as: both).output == 0)
    #expect(
      read("nine", as: both).messages == [
        "HL0125 expected a whole number from 1 to 9, or 'none', found 'nine'"
      ])
  }

  @Test("map and flatMap go on from what was read")
  func combinators() {
    let even = Shape<Int>.integer.flatMap { number, value, diagnostics -> Int? in
      if number % 2 == 0 { return number }
      diagnostics.report(.expected("an even number", found: value, code: .outOfRange))
      return nil
    }
    #expect(read(4, as: even.map { $0 * 2 }).output == 8)
    #expect(read(3, as: even).messages == ["HL0123 expected an even number, found '3'"])
    #expect(read(Value.integer(4, at: at(6)), as: even.located).output == Located(4, at: at(6)))
  }
}

@Suite("Fields") struct FieldsTests {
  static let kind = Field("kind", .string, "What the node is.", required: true)
  static let mtu = Field("mtu", .integer(in: 68...65535), "The largest packet.")

  private func fields(_ value: Value) -> (fields: Fields, diagnostics: Diagnostics) {
    var diagnostics = Diagnostics()
    let fields = Fields(value, declared: [FieldsTests.kind, FieldsTests.mtu], of: "node 'a'", &diagnostics)
    return (fields, diagnostics)
  }

  @Test("reads what is declared")
  func reading() {
    var (fields, diagnostics) = fields(["kind": "host", "mtu": 1500, "x-room": 5])
    #expect(diagnostics.isEmpty)
    #expect(fields.read(FieldsTests.kind, &diagnostics) == "host")
    #expect(fields.read(FieldsTests.mtu, &diagnostics) == 1500)
    #expect(fields.has(FieldsTests.mtu))
  }

  @Test("a key without a value is absent")
  func absent() {
    var (fields, diagnostics) = fields(["kind": "host", "mtu": .null])
    #expect(fields.read(FieldsTests.mtu, default: 9, &diagnostics) == 9)
    #expect(!fields.has(FieldsTests.mtu))
    #expect(diagnostics.isEmpty)
  }

  @Test("unknown and missing fields are told together")
  func wrong() {
    let diagnostics = fields(["kin": "host", "mtuu": 1, "zzzzzz": 1]).diagnostics
    #expect(
      diagnostics.all.map(\.summary) == [
        "HL0120 node 'a' has no field 'kin' | did you mean 'kind'?",
        "HL0120 node 'a' has no field 'mtuu' | did you mean 'mtu'?",
        "HL0120 node 'a' has no field 'zzzzzz' | the fields are kind, mtu",
        "HL0121 node 'a' has no 'kind' | kind: What the node is.",
      ])
  }

  @Test("what is no map is told once")
  func notAMap() {
    let (fields, diagnostics) = fields("host")
    #expect(!fields.isMap)
    #expect(diagnostics.all.map(\.summary) == ["HL0122 expected a map of fields for node 'a', found 'host'"])
  }

  @Test("knows where a field stands, or else the map")
  func places() {
    let fields = fields(.map([("kind", .string("host", at: at(8)))], at: at(3))).fields
    #expect(fields.location(of: FieldsTests.kind) == at(8))
    #expect(fields.location(of: FieldsTests.mtu) == at(3))
  }
}
