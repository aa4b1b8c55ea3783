import Configuration
import Devices
import Packets
import Testing

/// Translation as it is written, and what is said of mistakes.
@Suite("Reading translation") struct TranslationReadingTests {
  private func read(_ nat: Value) -> Written<IPStackSettings> {
    Written<IPStackSettings>(["interfaces": ["eth0": "10.0.0.1/24", "wan0": "203.0.113.2/24"], "nat": nat])
  }

  private func messages(_ nat: Value) -> [String] {
    read(nat).diagnostics.all.map { "\($0.code.rawValue) \($0.message)" }
  }

  @Test("every rule is named by what it does")
  func origins() {
    let written = read([
      "one-to-one": ["203.0.113.9": "10.0.0.9"],
      "prerouting": [
        ["in": "wan0", "protocol": "tcp", "port": 8080, "dnat": "10.0.0.2:80"], ["redirect": 3128],
        ["dnat": "10.0.0.2-10.0.0.5:80-89"],
      ],
      "output": [["redirect": true]],
      "input": [["accept": true]],
      "postrouting": [
        ["out": "wan0", "masquerade": true], ["masquerade": ["ports": "1024-65535"]], ["netmap": "192.0.2.0/24"],
        ["snat": "203.0.113.5-203.0.113.9", "persistent": true],
      ],
    ])
    #expect(written.said == [])
    let labels = written.origins.entries.map(\.label).filter { !$0.hasPrefix("eth0") && !$0.hasPrefix("wan0") }
    #expect(
      labels == [
        "one-to-one 203.0.113.9 = 10.0.0.9",
        "prerouting rule: dnat to 10.0.0.2:80", "prerouting rule: redirect to 3128",
        "prerouting rule: dnat to 10.0.0.2-10.0.0.5:80-89", "output rule: redirect", "input rule: accept",
        "masquerade out of wan0", "postrouting rule: masquerade", "postrouting rule: netmap to 192.0.2.0/24",
        "postrouting rule: snat to 203.0.113.5-203.0.113.9",
      ])
    #expect(written.kind?.extraAddresses.map(\.description) == ["203.0.113.9"])
    #expect(
      written.kind?.remarks.map(\.description) == [
        "owns 203.0.113.9", "translates addresses", "masquerades out of wan0",
      ])
  }

  @Test(
    "mistakes are told",
    arguments: [
      (["postrouting": [["dnat": "10.0.0.2"]]], "HL0250 'dnat' has no place in 'postrouting'"),
      (["prerouting": [["masquerade": true]]], "HL0250 'masquerade' has no place in 'prerouting'"),
      (["prerouting": [["out": "wan0", "dnat": "10.0.0.2"]]], "HL0250 a rule of 'prerouting' cannot look at 'out'"),
      (["postrouting": [["in": "eth0", "masquerade": true]]], "HL0250 a rule of 'postrouting' cannot look at 'in'"),
      (
        ["postrouting": [["mac": "02:00:00:00:00:01", "masquerade": true]]],
        "HL0250 a rule of 'postrouting' cannot look at 'mac'"
      ),
      (
        ["prerouting": [["destination-translated": true, "dnat": "10.0.0.2"]]],
        "HL0250 a rule of 'prerouting' cannot look at 'destination-translated'"
      ),
      (["postrouting": [["out": "wan0"]]], "HL0121 the rule does nothing"),
      (
        ["postrouting": [["masquerade": true, "snat": "203.0.113.2"]]],
        "HL0130 a rule does one thing, not 'masquerade' and 'snat'"
      ),
      (["postrouting": [["out": "wan1", "masquerade": true]]], "HL0205 'm' has no interface 'wan1'"),
      (["one-to-one": ["wan0": "10.0.0.2"]], "HL0125 expected an IPv4 address such as 203.0.113.10, found 'wan0'"),
      (["timeout": "60s"], "HL0121 Linux has no 'timeout'"),
      (
        ["mapping": "symmetric"],
        "HL0124 expected one of endpoint-independent, address-dependent, address-and-port-dependent, found 'symmetric'"
      ),
    ] as [(Value, String)])
  func mistakes(nat: Value, message: String) {
    #expect(messages(nat) == [message])
  }

  @Test(
    "a target is an address or a range of them, with a port or a range of them",
    arguments: [
      "10.0.0.2", "10.0.0.2:80", "10.0.0.2-10.0.0.9", "10.0.0.2-10.0.0.9:80-81", "10.0.0.2:65535", "!10.0.0.300",
      "!10.0.0.2:0", "!10.0.0.2:65536", "!10.0.0.9-10.0.0.2", "!10.0.0.2:81-80", "!10.0.0.2:", "!:80", "!",
      "!10.0.0.2:80:81", "!10.0.0.2-", "!10.0.0.0/24",
    ])
  func targets(text: String) {
    let isWrong = text.hasPrefix("!")
    let target = isWrong ? String(text.dropFirst()) : text
    #expect(messages(["prerouting": [["dnat": .string(target)]]]).isEmpty != isWrong)
  }
}
