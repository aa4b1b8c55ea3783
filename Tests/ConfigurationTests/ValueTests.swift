import Configuration
import Testing

@Suite("Values") struct ValueTests {
  @Test("literals build what they look like, in order")
  func literals() {
    let value: Value = ["b": ["x", 5, true], "a": ["k": .null]]
    #expect(value.map?.keys == ["b", "a"])
    #expect(value["b"]?.list?.map { $0.text } == ["x", "5", "true"])
    #expect(value["a"]?["k"]?.isNull == true)
  }

  @Test("a text that a program makes never means null", arguments: ["null", "~", "", "Null", "NULL"])
  func texts(text: String) {
    #expect(!Value.string(text).isNull)
    #expect(Value(.scalar(text, quoted: false)).isNull)
  }

  @Test("equality ignores places, quotes and the order of keys")
  func equality() {
    #expect(Value.string("a", at: at(1)) == "a")
    #expect(Value(.scalar("5", quoted: true)) == Value(.scalar("5", quoted: false)))
    #expect(Value(.scalar("~", quoted: false)) == .null)
    #expect(Value.string("~") != .null)
    #expect((["a": "1", "b": "2"] as Value) == ["b": "2", "a": "1"])
    #expect((["a": "1"] as Value) != ["a": "1", "b": "2"])
    #expect((["a", "b"] as Value) != ["b", "a"])
    #expect(([:] as Value) != [])
  }

  @Test("located(at:) fills only the places that are missing")
  func located() {
    let value = Value.map([("a", .string("x", at: at(9))), ("b", ["y"])]).located(at: at(2))
    #expect(value.location == at(2))
    #expect(value["a"]?.location == at(9))
    #expect(value["b"]?.list?[0].location == at(2))
    #expect(value.map?.entry("b")?.keyLocation == at(2))
  }

  @Test("a map finds, replaces and removes, small and large", arguments: [3, 11, 12, 13, 1000])
  func mapping(count: Int) {
    var mapping = Mapping((0..<count).map { ("k\($0)", .integer($0)) })
    #expect(mapping.count == count)
    #expect((0..<count).allSatisfy { mapping["k\($0)"]?.text == String($0) })
    #expect(mapping["none"] == nil)
    mapping.set("k1", to: "new")
    #expect(mapping.keys[1] == "k1")
    #expect(mapping["k1"] == "new")
    #expect(mapping.remove("k0") == "0")
    #expect(mapping.remove("k0") == nil)
    #expect(mapping.count == count - 1)
    #expect(mapping["k2"] == "2")
    mapping["k0"] = "again"
    #expect(mapping.keys.last == "k0")
  }
}

/// RFC 7396, appendix A.
@Suite("Merge patch") struct MergePatchTests {
  static let examples: [(Value, Value, Value)] = [
    (["a": "b"], ["a": "c"], ["a": "c"]),
    (["a": "b"], ["b": "c"], ["a": "b", "b": "c"]),
    (["a": "b"], ["a": .null], [:]),
    (["a": "b", "b": "c"], ["a": .null], ["b": "c"]),
    (["a": ["b"]], ["a": "c"], ["a": "c"]),
    (["a": "c"], ["a": ["b"]], ["a": ["b"]]),
    (["a": ["b": "c"]], ["a": ["b": "d", "c": .null]], ["a": ["b": "d"]]),
    (["a": [["b": "c"]]], ["a": [1]], ["a": [1]]),
    (["a", "b"], ["c", "d"], ["c", "d"]),
    (["a": "b"], ["c"], ["c"]),
    (["a": "foo"], .null, .null),
    (["a": "foo"], "bar", "bar"),
    (["e": .null], ["a": 1], ["e": .null, "a": 1]),
    ([1, 2], ["a": "b", "c": .null], ["a": "b"]),
    ([:], ["a": ["bb": ["ccc": .null]]], ["a": ["bb": [:]]]),
  ]

  @Test("the examples of the standard", arguments: 0..<15)
  func standard(number: Int) {
    let (target, patch, result) = MergePatchTests.examples[number]
    #expect(target.merging(patch: patch) == result)
  }

  @Test("what is replaced has the patch's place, what is merged keeps its own")
  func places() {
    let base = Value.map([("a", .map([("b", .string("1", at: at(3)))], at: at(2)))], at: at(1))
    let patch = Value.map([("a", .map([("b", .string("2", at: at(7)))], at: at(6)))], at: at(5))
    let merged = base.merging(patch: patch)
    #expect(merged.location == at(1))
    #expect(merged["a"]?.location == at(2))
    #expect(merged["a"]?["b"]?.location == at(7))
  }

  @Test("a null that removes nothing stays if asked to")
  func unmatchedNulls() {
    let patch: Value = ["a": .null, "b": ["c": .null]]
    #expect((["a": 1] as Value).merging(patch: patch, keepingUnmatchedNulls: true) == ["b": ["c": .null]])
  }
}
