import Configuration
import Packets
import Protocols
import Simulation
import Testing

/// Translators that are not Linux, by the words of RFC 4787: how a mapping depends on the far end, and who may come in.
///
/// An inside end 10.0.0.2:5000 has spoken to 192.0.2.1:10 and 192.0.2.1:20, then to 192.0.2.2:10; nobody else.
@Suite("Endpoint mappings") struct EndpointMappingTests {
  typealias Dependence = EndpointMappings.Dependence

  private let client = "10.0.0.2:5000"

  private func bench(
    _ mapping: Dependence, _ filtering: Dependence, _ more: (String, Value)..., seed: UInt64 = 1
  ) -> TranslationBench {
    let own: [(String, Value)] = [("mapping", .string(mapping.rawValue)), ("filtering", .string(filtering.rawValue))]
    return TranslationBench(("masquerade", "eth1"), ("nat", .map(own + more)), seed: seed)
  }

  private func out(_ bench: inout TranslationBench, _ source: String, _ destination: String) -> UInt16? {
    port(in: bench.fromInside(.udp(source, destination)).first)
  }

  @Test("a mapping is shared by the far ends that do not count", arguments: Dependence.allCases, Dependence.allCases)
  func mapping(mapping: Dependence, filtering: Dependence) {
    var bench = bench(mapping, filtering)
    let first = out(&bench, client, "192.0.2.1:10")
    #expect(first == 5000)
    let ports = (otherPort: out(&bench, client, "192.0.2.1:20"), otherAddress: out(&bench, client, "192.0.2.2:10"))
    #expect((ports.otherPort == first) == (mapping != .addressAndPortDependent))
    #expect((ports.otherAddress == first) == (mapping == .endpointIndependent))
    #expect(out(&bench, client, "192.0.2.1:10") == first, "and stays what it was")
  }

  @Test("who may come in by a mapping", arguments: Dependence.allCases, Dependence.allCases)
  func filtering(mapping: Dependence, filtering: Dependence) {
    let strangers = [("192.0.2.1:10", 0), ("192.0.2.1:99", 1), ("192.0.2.9:10", 2)]
    for (stranger, distance) in strangers {
      var bench = bench(mapping, filtering)
      _ = out(&bench, client, "192.0.2.1:10")
      let admitted =
        [Dependence.addressAndPortDependent, .addressDependent, .endpointIndependent]
        .dropFirst(distance).contains(filtering) || distance == 0
      let sent = bench.fromOutside(.udp(stranger, "203.0.113.2:5000"))
      #expect(sent == (admitted ? ["eth0 udp \(stranger) > \(client)"] : []), "\(stranger)")
      #expect(bench.drops == (admitted ? [] : [.unsolicited]))
      guard admitted else { continue }
      #expect(
        bench.fromInside(.udp(client, stranger)) == ["eth1 udp 203.0.113.2:5000 > \(stranger)"], "and is answered")
    }
  }

  @Test("the same holds for TCP")
  func tcp() {
    var open = bench(.endpointIndependent, .endpointIndependent)
    _ = open.fromInside(.tcp(client, "192.0.2.1:10", .syn))
    #expect(open.fromOutside(.tcp("192.0.2.9:10", "203.0.113.2:5000", .syn)) == ["eth0 tcp 192.0.2.9:10 > \(client)"])
    var closed = bench(.endpointIndependent, .addressDependent)
    _ = closed.fromInside(.tcp(client, "192.0.2.1:10", .syn))
    #expect(closed.fromOutside(.tcp("192.0.2.9:10", "203.0.113.2:5000", .syn)) == [])
  }

  @Test("what is for no mapping is for the router itself")
  func noMapping() {
    var bench = bench(.endpointIndependent, .endpointIndependent)
    #expect(bench.fromOutside(.udp("192.0.2.1:10", "203.0.113.2:5000")).first?.hasPrefix("eth1 3/3") == true)
  }

  @Test("no port stands for two inside ends, though their far ends differ (REQ-3)")
  func overloading() {
    var bench = bench(.endpointIndependent, .endpointIndependent)
    #expect(out(&bench, client, "192.0.2.1:10") == 5000)
    #expect(out(&bench, "10.0.0.3:5000", "192.0.2.2:10") != 5000)
  }

  @Test("a port is not kept where ports are not preserved")
  func preservation() {
    let moved = (1...10).filter { seed in
      var bench = bench(.endpointIndependent, .endpointIndependent, ("port-preservation", false), seed: UInt64(seed))
      return out(&bench, client, "192.0.2.1:10") != 5000
    }
    #expect(moved == Array(1...10))
  }

  /// REQ-5: five minutes unless said.
  @Test(
    "a mapping ends so long after its last packet of either direction",
    arguments: [(nil, 300), ("125s", 125)] as [(String?, UInt64)])
  func timeout(written: String?, seconds: UInt64) {
    for (before, lives) in [(TimeSpan.nanoseconds(1), true), (.zero, false)] {
      for direction in ["out", "in"] {
        var bench =
          written.map { self.bench(.endpointIndependent, .endpointIndependent, ("timeout", .string($0))) }
          ?? self.bench(.endpointIndependent, .endpointIndependent)
        _ = out(&bench, client, "192.0.2.1:10")
        bench.wait(.seconds(100))
        if direction == "out" {
          _ = out(&bench, client, "192.0.2.1:10")
        } else {
          _ = bench.fromOutside(.udp("192.0.2.1:10", "203.0.113.2:5000"))
        }
        bench.wait(.nanoseconds(seconds * 1_000_000_000 - before.nanoseconds))
        let sent = bench.fromOutside(.udp("192.0.2.9:10", "203.0.113.2:5000"))
        #expect(sent.first?.hasPrefix("eth0 udp") == lives, "\(direction)")
      }
    }
  }

  @Test("a permission ends with the last connection that gave it, though the mapping lives on")
  func permission() {
    for (before, lives) in [(TimeSpan.nanoseconds(1), true), (.zero, false)] {
      var bench = bench(.endpointIndependent, .addressDependent)
      _ = out(&bench, client, "192.0.2.1:10")
      bench.wait(.seconds(200))
      _ = out(&bench, client, "192.0.2.2:10")
      bench.wait(.nanoseconds(100_000_000_000 - before.nanoseconds))
      #expect(bench.fromOutside(.udp("192.0.2.1:99", "203.0.113.2:5000")).isEmpty != lives)
      #expect(bench.fromOutside(.udp("192.0.2.2:99", "203.0.113.2:5000")).count == 1)
    }
  }

  @Test("those inside reach each other by their outside ends, and see each other's (REQ-9)")
  func hairpinning() {
    var bench = bench(.endpointIndependent, .endpointIndependent)
    _ = out(&bench, client, "192.0.2.1:10")
    let other = "10.0.0.3:6000"
    #expect(bench.fromInside(.udp(other, "203.0.113.2:5000")) == ["eth0 udp 203.0.113.2:6000 > \(client)"])
    #expect(bench.fromInside(.udp(client, "203.0.113.2:6000")) == ["eth0 udp 203.0.113.2:5000 > \(other)"])
    #expect(out(&bench, other, "192.0.2.1:10") == 6000, "the mapping is the same toward outside")
  }

  @Test("where they cannot, it is dropped")
  func noHairpinning() {
    var bench = bench(.endpointIndependent, .endpointIndependent, ("hairpinning", false))
    _ = out(&bench, client, "192.0.2.1:10")
    #expect(bench.fromInside(.udp("10.0.0.3:6000", "203.0.113.2:5000")) == [])
    #expect(bench.drops == [.unsolicited])
  }

  @Test("filtering counts for those inside as well")
  func filteredHairpin() {
    var bench = bench(.endpointIndependent, .addressDependent)
    _ = out(&bench, client, "192.0.2.1:10")
    #expect(bench.fromInside(.udp("10.0.0.3:6000", "203.0.113.2:5000")) == [])
    let other = "10.0.0.3:6000"
    #expect(bench.fromInside(.udp(client, "203.0.113.2:6000")) == ["eth0 udp 203.0.113.2:5000 > \(other)"])
    #expect(bench.fromInside(.udp(other, "203.0.113.2:5000")) == ["eth0 udp 203.0.113.2:6000 > \(client)"])
  }

  @Test("every port of a range is taken: silence, and another far end does not help")
  func exhaustion() {
    var bench = TranslationBench(
      (
        "nat",
        [
          "mapping": "endpoint-independent",
          "postrouting": .list([["out": "eth1", "masquerade": ["ports": "40000-40001"]]]),
        ]
      ))
    for number in 0..<2 { #expect(out(&bench, "10.0.0.2:\(6000 + number)", "192.0.2.1:10") != nil) }
    #expect(out(&bench, "10.0.0.2:6002", "192.0.2.9:10") == nil)
    #expect(bench.drops == [.portsExhausted])
  }
}
