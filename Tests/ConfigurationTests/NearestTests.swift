import Configuration
import Testing

@Suite("Nearest spelling") struct NearestTests {
  static let words = ["gateway", "interfaces", "kind", "dns", "guests", "ping"]

  @Test(
    "finds what was meant",
    arguments: [
      ("gatway", "gateway"), ("interface", "interfaces"), ("knid", "kind"), ("dn", "dns"), ("DNS", "dns"),
      ("pnig", "ping"), ("guest", "guests"), ("gatewayy", "gateway"),
    ])
  func found(word: String, meant: String) { #expect(nearest(to: word, among: NearestTests.words) == meant) }

  @Test("finds nothing for what is too far off", arguments: ["", "x", "xyz", "address", "mtu", "gw"])
  func notFound(word: String) { #expect(nearest(to: word, among: NearestTests.words) == nil) }

  @Test("of equally near words the first wins, and the nearer before the first")
  func ties() {
    #expect(nearest(to: "vm3", among: ["vm1", "vm2"]) == "vm1")
    #expect(nearest(to: "lane1", among: ["lan", "lane2"]) == "lane2")
    #expect(nearest(to: "a", among: []) == nil)
  }
}
