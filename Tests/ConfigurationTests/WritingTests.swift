import Configuration
import Testing

@Suite("Writing") struct WritingTests {
  @Test("short maps stand on one line, lists of lists do not, long ones are blocks")
  func pretty() {
    let value: Value = [
      "name": "lab", "title": "Two ways: out",
      "nodes": [
        "lan": ["kind": "switch"],
        "rtr": ["kind": "router", "dhcp": ["lan0": ["range": "10.0.0.2-10.0.0.9"]]],
        "pc": [
          "kind": "host", "interfaces": ["eth0": "192.168.1.10/24", "eth1": "192.168.2.10/24"],
          "gateway": "192.168.1.1",
          "names": [:],
        ],
      ],
      "links": [["rtr:lan0", "lan"], ["endpoints": ["pc:eth0", "lan"], "delay": "50us"]],
      "steps": [], "empty": .null,
    ]
    #expect(
      value.yaml() == """
        name: lab
        title: "Two ways: out"
        nodes:
          lan: { kind: switch }
          rtr: { kind: router, dhcp: { lan0: { range: 10.0.0.2-10.0.0.9 } } }
          pc:
            kind: host
            interfaces: { eth0: 192.168.1.10/24, eth1: 192.168.2.10/24 }
            gateway: 192.168.1.1
            names: {}
        links:
          - [rtr:lan0, lan]
          - { endpoints: [pc:eth0, lan], delay: 50us }
        steps: []
        empty: null

        """)
  }

  @Test(
    "keeps quotes that other tools need",
    arguments: [("5", true), ("yes", true), ("a", false), ("1:2", true)])
  func quotes(text: String, stay: Bool) {
    let value: Value = ["a": Value(.scalar(text, quoted: true))]
    #expect(value.yaml() == (stay ? "a: \"\(text)\"\n" : "a: \(text)\n"))
  }

  @Test("a line of exactly the width stays, one more breaks", arguments: [(22, true), (21, false)])
  func width(width: Int, isOneLine: Bool) {
    let value: Value = ["list": ["1234567", "89012"]]
    let block = "list:\n  - 1234567\n  - 89012\n"
    #expect(value.yaml(width: width) == (isOneLine ? "list: [1234567, 89012]\n" : block))
  }
}

@Suite("JSON Schema") struct SchemaTests {
  @Test("is the same text each time, says what is declared and writes named parts once")
  func schema() {
    let mode = Shape.choice("bridged", "nat").named("mode")
    let guest = Shape<Int>.object(
      "a guest",
      [
        Field("network", mode, "Where it is plugged in.", required: true),
        Field("vlan", .integer(in: 1...4094), "Its VLAN."),
      ]
    ) { _, _ in 0 }
    let root = SchemaNode.object([
      Field("guests", .map(of: guest), "The guests."), Field("mode", mode, "The mode."),
    ])
    #expect(
      SchemaWriter(title: "Lab").write(root) == """
        {
          "$schema": "https://json-schema.org/draft/2020-12/schema",
          "title": "Lab",
          "type": "object",
          "properties": {
            "guests": {
              "description": "The guests.",
              "type": "object",
              "patternProperties": { "^x-": {} },
              "additionalProperties": {
                "type": "object",
                "properties": {
                  "network": { "description": "Where it is plugged in.", "$ref": "#/$defs/mode" },
                  "vlan": { "description": "Its VLAN.", "type": "integer", "minimum": 1, "maximum": 4094 }
                },
                "required": ["network"],
                "patternProperties": { "^x-": {} },
                "additionalProperties": false
              }
            },
            "mode": { "description": "The mode.", "$ref": "#/$defs/mode" }
          },
          "patternProperties": { "^x-": {} },
          "additionalProperties": false,
          "$defs": { "mode": { "enum": ["bridged", "nat"] } }
        }

        """)
  }

  @Test("variables may stand for any scalar if the writer says so")
  func variables() {
    let text = SchemaWriter(title: "x", variablePattern: "^\\$").write(.object([Field("a", .boolean, "?")]))
    #expect(text.contains(#"{ "type": "string", "pattern": "^\\$" }"#))
  }

  @Test("a part may contain itself, and a patch of it too")
  func recursion() {
    let tree = SchemaNode.named(
      "tree",
      .object([
        SchemaNode.Property(name: "below", schema: .reference("tree"), summary: "More.", isRequired: true)
      ]))
    let text = SchemaWriter(title: "x").write(
      .object([
        SchemaNode.Property(name: "a", schema: tree, summary: "A."),
        SchemaNode.Property(name: "b", schema: tree.mergePatch, summary: "B."),
      ]))
    #expect(text.contains(##""$ref": "#/$defs/tree""##))
    #expect(text.contains(##""$ref": "#/$defs/tree-patch""##))
    #expect(text.contains(##""tree-patch": {"##))
    #expect(text.split(separator: "required").count == 2)
  }

  @Test("text is escaped as JSON wants it")
  func escaping() {
    let text = SchemaWriter(title: "a\"b\\c\nd\u{1}é").write(.any)
    #expect(text.contains(#""title": "a\"b\\c\nd\u0001é""#))
  }
}
