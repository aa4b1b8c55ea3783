import Configuration
import Devices
import Simulation
import Testing

/// Rules as they are written: what can be said, and what is said about mistakes.
@Suite("Filters as they are written") struct FilterReadingTests {
  private func said(_ filter: Value) -> [String] {
    Written<IPStackSettings>(["interfaces": ["eth0": "10.0.0.1/24", "eth1": "up"], "filter": filter]).said
      .map { String($0.prefix(6)) }
  }

  @Test(
    "every word of a rule can be written",
    arguments: [
      ["action": "accept"], ["action": "return"], ["jump": "user"], ["log": "seen: ", "action": "drop"],
      ["set-mark": 1], ["set-mark": "0x10/0xf0"], ["reject-with": "icmp-net-prohibited"],
      ["action": "reject", "reject-with": "tcp-reset", "protocol": "tcp"],
      ["action": "drop", "port": [80, "443", "1000-2000"]], ["action": "drop", "port": "!80,443"],
      ["action": "drop", "source-port": "0-1023"], ["action": "drop", "icmp": "!echo-request"],
      ["action": "drop", "state": "!established,related"], ["action": "drop", "mac": "! 02:00:00:00:00:01"],
      ["action": "drop", "in": "lo", "out": "!eth1"], ["action": "drop", "mark": "!0x1/0x3"],
    ] as [Value])
  func words(rule: Value) {
    #expect(said(["forward": [rule], "chains": ["user": [["action": "accept"]]]]) == [])
  }

  @Test(
    "each mistake has its code",
    arguments: [
      (["forward": [["source": "10.0.0.0/8"]]], ["HL0121"]), (["forward": [["jump": "usre"]]], ["HL0260"]),
      (["forward": [["jump": "user", "action": "drop"]]], ["HL0130"]),
      (["forward": [["action": "drop", "reject-with": "icmp-net-prohibited"]]], ["HL0130"]),
      (["forward": [["reject-with": "tcp-reset"]]], ["HL0262"]),
      (["forward": [["reject-with": "tcp-reset", "protocol": "!udp"]]], ["HL0262"]),
      (["forward": [["action": "drop", "port": "70000"]]], ["HL0123"]),
      (["forward": [["action": "drop", "port": "20-10"]]], ["HL0123"]),
      (["forward": [["action": "drop", "port": "ssh"]]], ["HL0125"]),
      (["forward": [["action": "drop", "port": "80,,81"]]], ["HL0125"]),
      (["forward": [["action": "drop", "state": "opened"]]], ["HL0124"]),
      (["forward": [["action": "drop", "source": "!10.0.0.1/24"]]], ["HL0213"]),
      (["forward": [["action": "drop", "mark": "0x1ffffffff"]]], ["HL0125"]),
      (["forward": [["action": "drop", "in": "!eth7"]]], ["HL0205"]),
      (["forward": [["action": "drop", "physdev-in": "eth0"]]], ["HL0205"]),
      (["input": [["action": "drop", "out": "eth0"]]], ["HL0262"]),
      (["prerouting": [["action": "drop", "out": "eth0"]]], ["HL0262"]),
      (["output": [["action": "drop", "in": "eth0"]]], ["HL0262"]),
      (["postrouting": [["action": "drop", "mac": "02:00:00:00:00:01"]]], ["HL0262"]),
      (["prerouting": [["action": "reject"]]], ["HL0262"]), (["policy": ["postrouting": "reject"]], ["HL0262"]),
      (["policy": ["forwards": "drop"]], ["HL0120"]), (["policy": "refuse"], ["HL0124"]),
    ] as [(Value, [String])])
  func mistakes(filter: Value, codes: [String]) {
    var filter = filter.map ?? Mapping()
    filter.set("chains", to: ["user": [["action": "accept"]]])
    #expect(said(.map(filter)) == codes)
  }

  @Test("chains that jump in a circle are told, by way of others too, with the way round")
  func circles() {
    let itself: Value = ["a": [["jump": "a"]]]
    let round: Value = [
      "top": [["jump": "a"]], "a": [["jump": "b"]], "b": [["action": "drop"], ["jump": "c"]],
      "c": [["jump": "a"], ["jump": "end"]], "end": [["action": "accept"]],
    ]
    for (chains, words) in [(itself, "a -> a"), (round, "-> a")] {
      let written = Written<IPStackSettings>(["interfaces": ["eth0": "up"], "filter": ["chains": chains]])
      #expect(written.diagnostics.all.map(\.code) == [.chainCircle])
      #expect(written.said.allSatisfy { $0.contains(words) && !$0.contains("end") && !$0.contains("top") })
    }
    let diamond: Value = [
      "a": [["jump": "b"], ["jump": "c"]], "b": [["jump": "d"]], "c": [["jump": "d"]], "d": [["action": "accept"]],
    ]
    #expect(said(["chains": diamond, "forward": [["jump": "a"]]]) == [])
  }

  @Test("jumps may be 16 deep and no deeper", arguments: [(16, []), (17, ["HL0261"])] as [(Int, [String])])
  func depth(chains: Int, codes: [String]) {
    let written = (0..<chains).map { number -> (String, Value) in
      ("c\(number)", [number + 1 < chains ? ["jump": .string("c\(number + 1)")] : ["action": "drop"]])
    }
    #expect(said(["forward": [["jump": "c0"]], "chains": .map(written)]) == codes)
  }

  @Test("a chain may not reject if prerouting leads there, by way of another chain too")
  func rejectingChains() {
    let chains: Value = ["a": [["jump": "b"]], "b": [["action": "reject"]]]
    #expect(said(["chains": chains, "forward": [["jump": "a"]]]) == [])
    #expect(said(["chains": chains, "forward": [["jump": "a"]], "postrouting": [["jump": "a"]]]) == ["HL0262"])
  }

  @Test("a bridge has the rules of what passes through it, and ports of its own")
  func bridges() {
    func said(_ filter: Value) -> [String] {
      Written<BridgeSettings>(["ports": ["vnet0": [:], "br0": [:]], "own-port": "br0", "filter": filter]).said
        .map { String($0.prefix(6)) }
    }
    #expect(said(["policy": "drop", "forward": [["physdev-in": "vnet0", "action": "accept"]]]) == [])
    #expect(said(["forward": [["physdev-out": "!vnet0", "in": "stack", "action": "accept"]]]) == [])
    #expect(said(["input": [["action": "drop"]]]) == ["HL0120"])
    #expect(said(["policy": ["output": "drop"]]) == ["HL0120"])
    #expect(said(["forward": [["physdev-in": "vnet1", "action": "accept"]]]) == ["HL0205"])
    #expect(said(["forward": [["in": "lo", "action": "accept"]]]) == ["HL0205"])
    #expect(said(["prerouting": [["physdev-out": "vnet0", "action": "accept"]]]) == ["HL0262"])
    let stranger = Written<BridgeSettings>(["ports": ["vnet0": [:]], "own-port": "br0"])
    #expect(stranger.diagnostics.all.map(\.code) == [.unknownInterface])
  }
}
