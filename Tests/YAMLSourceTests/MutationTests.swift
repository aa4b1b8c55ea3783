import Configuration
import Testing
import YAMLSource

/// Whatever is done to a scenario, reading it ends, with a value or with an error, and every place can be shown.
@Suite("Damaged scenarios") struct MutationTests {
  static let scenario = """
    # yaml-language-server: $schema=scenario.schema.json
    name: lab
    title: "Two ways out: 桥接 and NAT"
    x-host: &host { kind: host, gateway: 192.168.1.1 }
    notes: |
      Brackets [ and quotes ' in a text
        count for nothing.
    nodes:
      lan: { kind: switch }
      peer:
        <<: *host                       # merged
        interfaces: { eth0: 192.168.1.20/24 }
      pc:
        kind: vmware
        guests:
          vm1: { network: $mode }
          'vm 2': { network: "$mode", dns: [1.1.1.1, 8.8.8.8] }
    links:
      - [peer:eth0, lan]
      - { endpoints: [pc:eth0, lan], rate: 1Gbit, delay: 50us }
    steps:
    - { id: out, ping: vm1 -> peer }
    variants:
      nat:
        with: { mode: nat }
        expect: { out: { reply: true, via: [pc.VMnet8, "pc:eth0"] } }

    """

  @Test("the scenario itself is well")
  func whole() { #expect(Reading(MutationTests.scenario).verdict == "well") }

  @Test("cut at every byte")
  func truncated() {
    let bytes = Array(MutationTests.scenario.utf8)
    for length in 0..<bytes.count { check(Array(bytes[..<length])) }
  }

  @Test("each line taken away, or written twice")
  func lines() {
    let lines = MutationTests.scenario.split(separator: "\n", omittingEmptySubsequences: false)
    for place in lines.indices {
      for copies in [0, 2] {
        let kept = lines[..<place] + Array(repeating: lines[place], count: copies) + lines[(place + 1)...]
        check(Array(kept.joined(separator: "\n").utf8))
      }
    }
  }

  @Test("bytes changed, put in and taken out", arguments: 0..<8)
  func mutated(seed: Int) {
    let bytes = Array(MutationTests.scenario.utf8)
    let awkward =
      Array("[]{}:,-?*&!|>'\"%@`#\n\r\t \\<~\u{0}\u{7F}éa0".utf8) + [0xC2, 0x85, 0xFF, 0xE2, 0x80]
    var random = Generator(state: UInt64(seed))
    for _ in 0..<150 {
      var changed = bytes
      for _ in 0..<(1 + random.next() % 4) {
        let place = Int(random.next() % UInt64(changed.count))
        let byte = awkward[Int(random.next() % UInt64(awkward.count))]
        switch random.next() % 3 {
        case 0: changed[place] = byte
        case 1: changed.insert(byte, at: place)
        default: changed.remove(at: place)
        }
      }
      check(changed)
    }
  }

  private func check(_ bytes: [UInt8]) {
    let reading = Reading(bytes: bytes)
    #expect(reading.value != nil || reading.diagnostics.hasErrors)
    for diagnostic in reading.diagnostics.all {
      #expect(!diagnostic.location.isNone)
      #expect(!diagnostic.message.contains("not valid YAML"), "\(reading.rendered)")
    }
    #expect(reading.diagnostics.isEmpty == reading.rendered.isEmpty)
  }
}
