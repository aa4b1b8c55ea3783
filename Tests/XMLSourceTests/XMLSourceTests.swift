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

  @Test(
    "what is no XML is told with its line",
    arguments: [
      ("", "HL0117 1:"), ("network: {}", "HL0117 1:"), ("<network>\n<ip>\n</network>", "HL0117 3:11"),
      ("<network>", "HL0117 1:"), ("<network>\n<ip address=5/>\n</network>", "HL0117 2:13"),
      ("<network/>\n<network/>", "HL0117 2:"), ("<network>&nobody;</network>", "HL0117 1:"),
      ("<network>\n<ip", "HL0117 2:"), ("<network>\n</networ", "HL0117 2:"), ("<network>\n<!-- ", "HL0117 2:"),
    ])
  func mistakes(text: String, place: String) {
    let (root, mistakes) = read(text)
    #expect(root == nil)
    #expect(mistakes.count == 1 && mistakes[0].hasPrefix(place), "\(mistakes)")
  }

  @Test("elements may stand in each other fifty deep, not more", arguments: [(50, true), (51, false)])
  func depth(count: Int, isRead: Bool) {
    let text = String(repeating: "<a>", count: count) + String(repeating: "</a>", count: count)
    let (root, mistakes) = read(text)
    #expect((root != nil) == isRead)
    #expect(mistakes.map { String($0.prefix(6)) } == (isRead ? [] : ["HL0109"]))
  }

  /// A few lines that would stand for a thousand million, and a file of the machine's that nobody shall see.
  @Test("entities neither multiply nor open files")
  func entities() {
    let levels = (1...9).map { "<!ENTITY e\($0) \"\(String(repeating: "&e\($0 - 1);", count: 10))\">" }
    let bomb = "<!DOCTYPE n [<!ENTITY e0 \"lol\">\(levels.joined())]><n>&e9;</n>"
    let expanded = read(bomb).root?.text.utf8.count ?? 0
    #expect(expanded < 1_000_000)
    let file = "<!DOCTYPE n [<!ENTITY f SYSTEM \"file:///etc/passwd\">]><n>&f;</n>"
    #expect(read(file).root?.text.contains("root") != true)
  }

  @Test("a line of a million characters takes no longer than a thousand lines")
  func longLine() throws {
    let text = "<network>" + String(repeating: "<ip a='1'/>", count: 50_000) + "</network>"
    let root = try #require(read(text).root)
    #expect(root.children.count == 50_000)
    #expect(root.children[7].location.line == 1)
  }
}
