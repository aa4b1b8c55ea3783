import Configuration
import Reports
import Testing

@Suite("JSON") struct JSONTests {
  @Test(
    "reads back what it writes",
    arguments: [
      JSONValue.null, .boolean(false), .number("18446744073709551615"), .text("a\"b\\c\n\t\u{1}é→😀"), .list([]),
      .list([.integer(-1), .text("")]), .object([]),
      .members([("a", .list([.members([("b", .null)])])), ("skipped", nil), ("c", .text("x"))]),
    ])
  func roundTrip(value: JSONValue) throws {
    #expect(try JSONValue(parsing: value.written()) == value)
    #expect(try JSONValue(parsing: value.written(width: 0)) == value)
  }

  @Test("keeps the order of members and breaks what is too long")
  func layout() {
    let value = JSONValue.members([("z", .integer(1)), ("a", .list([.text("one"), .text("two")]))])
    #expect(value.written() == "{ \"z\": 1, \"a\": [\"one\", \"two\"] }\n")
    #expect(value.written(width: 20) == "{\n  \"z\": 1,\n  \"a\": [\"one\", \"two\"]\n}\n")
    #expect(value.written(width: 10) == "{\n  \"z\": 1,\n  \"a\": [\n    \"one\",\n    \"two\"\n  ]\n}\n")
  }

  @Test("reads escapes, surrogate pairs too")
  func escapes() throws {
    #expect(try JSONValue(parsing: #""\u00e9\ud83d\ude00\/\b\f""#) == .text("é😀/\u{8}\u{c}"))
  }

  @Test(
    "refuses what is no JSON",
    arguments: [
      "", "{", "[1", "[1,]", "{\"a\" 1}", "{a: 1}", "\"a", "\"\\u12\"", "nul", "1 2", "{\"a\": 1}}", "'a'",
    ])
  func refusals(text: String) {
    #expect(throws: JSONError.self) { try JSONValue(parsing: text) }
  }

  @Test("nests 64 deep and no deeper")
  func depth() throws {
    func nested(_ depth: Int) -> String {
      String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
    }
    _ = try JSONValue(parsing: nested(64))
    #expect(throws: JSONError.self) { try JSONValue(parsing: nested(65)) }
    #expect(throws: JSONError.self) { try JSONValue(parsing: nested(100_000)) }
  }
}
