import Packets
import Testing

@Suite("Addresses from text") struct AddressTests {
  @Test(
    "IPv4: four decimal octets and nothing else",
    arguments: [
      ("0.0.0.0", 0), ("255.255.255.255", 0xffff_ffff), ("192.168.1.10", 0xc0a8_010a),
      ("1.2.3.4", 0x0102_0304),
    ] as [(String, UInt32)])
  func address(text: String, value: UInt32) {
    #expect(IPv4Address(text)?.rawValue == value)
    #expect(IPv4Address(rawValue: value).description == text)
  }

  @Test(
    "IPv4: refuses what other readers let pass",
    arguments: [
      "", "1.2.3", "1.2.3.4.5", "1.2.3.", ".1.2.3", "1..2.3", "1.2.3.256", "256.0.0.1", "1.2.3.+2",
      "1.2.3.-2",
      "01.2.3.4", "1.2.3.00", "1.2.3.0x4", " 1.2.3.4", "1.2.3.4 ", "1.2.3.4/24", "1.2.3.٤", "16909060",
      "1.2.3.99999999999999999999",
    ])
  func noAddress(text: String) { #expect(IPv4Address(text) == nil) }

  @Test(
    "MAC: six octets of one or two digits",
    arguments: [
      ("00:0c:29:00:00:01", "00:0c:29:00:00:01"), ("00-0C-29-AB-cd-Ef", "00:0c:29:ab:cd:ef"),
      ("0:c:29:0:0:1", "00:0c:29:00:00:01"), ("ff:ff:ff:ff:ff:ff", "ff:ff:ff:ff:ff:ff"),
    ])
  func hardware(text: String, written: String) { #expect(MACAddress(text)?.description == written) }

  @Test(
    "MAC: refuses other shapes",
    arguments: [
      "", "00:0c:29:00:00", "00:0c:29:00:00:01:02", "00:0c:29:00:00:", ":0c:29:00:00:01", "000:c:29:0:0:1",
      "00:0c:29:00:00:0g", "00:0c:29:00:00:+1", "000c29000001", " 00:0c:29:00:00:01", "00:0c:29:00:00:01 ",
    ])
  func noHardware(text: String) { #expect(MACAddress(text) == nil) }

  @Test(
    "a prefix has no host bits, an interface's address may have them",
    arguments: [
      ("10.0.0.0/8", true, true), ("10.0.0.1/8", false, true), ("10.0.0.1/32", true, true),
      ("0.0.0.0/0", true, true), ("0.0.0.1/0", false, true), ("10.0.0.0/33", false, false),
      ("10.0.0.0/", false, false), ("10.0.0.0", false, false), ("10.0.0.0/+8", false, false),
      ("10.0.0.0/008", false, false), ("10.0.0.0/8/8", false, false), ("10.0.0.0 /8", false, false),
      ("/8", false, false), ("10.0.0/8", false, false),
    ])
  func prefixes(text: String, isPrefix: Bool, isInterface: Bool) {
    #expect((IPv4Prefix(text) != nil) == isPrefix)
    #expect((InterfaceAddress(text) != nil) == isInterface)
    if isPrefix { #expect(IPv4Prefix(text)?.description == text) }
  }

  @Test("a prefix ends where its broadcast address is")
  func edges() throws {
    let prefix = try #require(IPv4Prefix("192.168.1.64/26"))
    #expect(prefix.broadcast == IPv4Address("192.168.1.127"))
    #expect(prefix.netmask == IPv4Address("255.255.255.192"))
    for (text, isInside) in [
      ("192.168.1.63", false), ("192.168.1.64", true), ("192.168.1.127", true), ("192.168.1.128", false),
    ] {
      #expect(prefix.contains(try #require(IPv4Address(text))) == isInside)
    }
    #expect(IPv4Prefix.all.contains(.broadcast))
    #expect(IPv4Prefix(holding: .any, length: 33) == nil)
    #expect(IPv4Prefix(holding: .any, length: -1) == nil)
  }

  @Test("an address may be counted on to either end, not beyond")
  func counting() {
    #expect(IPv4Address.any.advanced(by: 1) == IPv4Address(0, 0, 0, 1))
    #expect(IPv4Address.any.advanced(by: -1) == nil)
    #expect(IPv4Address.broadcast.advanced(by: 1) == nil)
  }

  @Test("VLAN identifiers are 1 to 4094", arguments: [(0, false), (1, true), (4094, true), (4095, false)])
  func vlan(value: UInt16, isValid: Bool) {
    #expect((VLANID(rawValue: value) != nil) == isValid)
    #expect((VLANTag(control: 0xe000 | value).id != nil) == isValid)
  }

  @Test(
    "a domain name has labels of 1 to 63 bytes and at most 253 in all",
    arguments: [
      ("www.example.net", true), ("WWW.Example.net.", true), ("a", true), ("", false), (".", false),
      ("a..b", false),
      (".a", false), (String(repeating: "a", count: 63), true), (String(repeating: "a", count: 64), false),
      (String(repeating: "abcd.", count: 50) + "abc", true),
      (String(repeating: "abcd.", count: 50) + "abcd", false),
      ("a.\u{301}b", true), (".\u{301}", false),
    ])
  func names(text: String, isValid: Bool) { #expect((DomainName(text) != nil) == isValid) }
}
