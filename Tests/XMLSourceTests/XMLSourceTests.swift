import Configuration
import Testing
import XMLSource

private func read(_ text: String) -> (root: XMLElement?, mistakes: [String]) {
  var sources = SourceMap()
  let number = sources.add(name: "net.xml", text: text)
  var diagnostics = Diagnostics()
  let root = XMLSource.read(
    text, at: { SourceLocation(file: number, line: UInt32($0), column: UInt32($1)) }, &diagnostics)
  return (root, diagnostics.sorted.map { "\($0.code.rawValue) \($0.location.line):\($0.location.column)" })
}

@Suite("XML") struct XMLSourceTests {
  @Test("elements have their attributes, their text and the place where their tag begins")
  func elements() throws {
    let (read, mistakes) = read(
      """
      <?xml version='1.0'?>
      <network ipv6='yes'>
        <name> default </name><uuid/>
        <ip address='192.168.122.1'
            netmask="255.255.255.0">
          <dhcp/>
        </ip>
      </network>
      """)
    let root = try #require(read)
    #expect(mistakes == [])
    #expect(root.name == "network" && root["ipv6"] == "yes" && root["name"] == nil)
    #expect(root.children.map(\.name) == ["name", "uuid", "ip"])
    #expect(root.children[0].text == "default")
    #expect(root.children[2].attributes.map(\.name) == ["address", "netmask"])
    #expect(root.children[2].children(named: "dhcp").count == 1 && root.children(named: "dhcp").isEmpty)
    let places = ([root] + root.children).map { "\($0.location.line):\($0.location.column)" }
    #expect(places == ["2:1", "3:3", "3:25", "4:3"])
  }

  @Test("characters can be written as references or as they are, and comments say nothing")
  func characters() throws {
    let root = try #require(
      read(
        "<?xml version='1.0'?><!-- a --><n a='&lt;&#65;&#x42;&quot;' b=\"'\">x &amp; <!-- b --><![CDATA[<y>]]> Zürich</n>"
      ).root)
    #expect(root["a"] == "<AB\"" && root["b"] == "'")
    #expect(root.text == "x & <y> Zürich")
  }

  @Test(
    "what is no XML is told with its place",
    arguments: [
      ("", "1:1"), ("network: {}", "1:1"), ("<network>\n<ip>\n</network>", "3:1"), ("<network>", "1:10"),
      ("<network>\n<ip address=5/>\n</network>", "2:13"), ("<network/>\n<network/>", "2:1"),
      ("<network>&nobody;</network>", "1:10"), ("<n a='1' a='2'/>", "1:10"), ("<n a='1'b='2'/>", "1:9"),
      ("<n a/>", "1:5"), ("<n a='<'/>", "1:7"), ("<n a='1/>", "1:7"), ("<n", "1:3"), ("< n/>", "1:2"),
      ("<n><!-- </n>", "1:4"),
      ("<n>&#0;</n>", "1:4"), ("<n>&#+65;</n>", "1:4"), ("<n>&#x110000;</n>", "1:4"), ("<n>a & b</n>", "1:6"),
      ("<é>\n  ü <b c></b></é>", "2:9"),
      ("<!DOCTYPE n [<!ENTITY e 'x'>]><n>&e;</n>", "1:1"), ("<n></n", "1:7"), ("<n/> text", "1:6"),
    ])
  func mistakes(text: String, place: String) {
    let (root, mistakes) = read(text)
    #expect(root == nil)
    #expect(mistakes == ["HL0117 \(place)"])
  }

  @Test("elements may stand in each other fifty deep, not more", arguments: [(50, true), (51, false)])
  func depth(count: Int, isRead: Bool) {
    let text = String(repeating: "<a>", count: count) + String(repeating: "</a>", count: count)
    let (root, mistakes) = read(text)
    #expect((root != nil) == isRead)
    #expect(mistakes.map { String($0.prefix(6)) } == (isRead ? [] : ["HL0109"]))
  }

  @Test("nothing that is cut off anywhere is taken for whole, or traps")
  func prefixes() {
    let text = "<?xml version='1.0'?><n a='&amp;'><!-- c --><b>ü<![CDATA[x]]></b></n>"
    for length in text.utf8.indices.dropFirst() {
      guard let part = String(text.utf8[..<length]) else { continue }
      #expect(read(part).root == nil, "\(part)")
    }
    #expect(read(text).root != nil)
  }

  @Test("a line of a million characters takes no longer than a thousand lines")
  func longLine() throws {
    let text = "<network>" + String(repeating: "<ip a='1'/>", count: 50_000) + "</network>"
    let root = try #require(read(text).root)
    #expect(root.children.count == 50_000)
    #expect(root.children[7].location.line == 1)
  }
}
