import Configuration
import Devices
import Packets
import Scenarios
import Simulation
import Testing
import Topology

/// Pages that are fetched by a proxy with a leg in both networks, which forwards nothing.
@Suite("HTTP proxy") struct HTTPProxyTests {
  /// `a` knows no route but its own network's; `web` has a page, `mute` swallows everything, nobody is at .9.
  private static func lab(_ step: String, services: String = "[{ kind: http-proxy }]", dns: String = "dns: 10.0.1.3")
    -> String
  {
    """
    nodes:
      a: { kind: host, interfaces: { eth0: 10.0.0.1/24 } }
      p: { kind: host, interfaces: { in0: 10.0.0.254/24, out0: 10.0.1.254/24 }, services: \(services), \(dns) }
      sw: { kind: switch }
      web: { kind: host, interfaces: { eth0: 10.0.1.2/24 }, services: [tcp/80, { kind: http-server, port: 8080 }] }
      ns: { kind: dns-server, interfaces: { eth0: 10.0.1.3/24 }, names: { www.test: 10.0.1.2 } }
      mute: { kind: host, interfaces: { eth0: 10.0.1.4/24 }, filter: { input: [{ action: drop, protocol: tcp }] } }
    links: [["p:in0", a], ["p:out0", sw], [web, sw], [ns, sw], [mute, sw]]
    steps: [\(step)]

    """
  }

  private func outcome(_ text: String) throws -> Outcome {
    let reading = ScenarioText(text)
    try #require(reading.diagnostics.filter { $0.severity == .error }.isEmpty, "\(reading.diagnostics)")
    return try #require(try reading.verdict().steps.first?.activities.first).outcome
  }

  @Test(
    "whoever asks the proxy gets the page, or is told what was wrong with it",
    arguments: [
      ("10.0.1.2", 200), ("10.0.1.2:8080", 200), ("10.0.1.2:81", 502), ("www.test", 200), ("nowhere.test", 502),
      ("10.0.1.4", 504), ("10.0.1.9", 502), ("192.0.2.1", 502),
    ])
  func answers(target: String, status: UInt32) throws {
    let parts = target.split(separator: ":")
    let port = parts.count == 2 ? ", port: \(parts[1])" : ""
    let outcome = try outcome(
      Self.lab("{ http: { from: a, to: \(parts[0])\(port), proxy: \"10.0.0.254:3128\" } }"))
    #expect(outcome.succeeded && outcome.detail == status, "\(outcome)")
  }

  @Test("without the proxy there is no way, without its program it refuses, and another port is told")
  func without() throws {
    #expect(try outcome(Self.lab("{ http: a -> 10.0.1.2 }")).failure == .noRoute)
    let step = #"{ http: { from: a, to: 10.0.1.2, proxy: "10.0.0.254:3128" } }"#
    #expect(try outcome(Self.lab(step, services: "[]")).failure == .refused)
    #expect(try outcome(Self.lab(step, services: "[{ kind: http-proxy, port: 8000 }]")).failure == .refused)
    #expect(try outcome(Self.lab(step, dns: "gateway: 10.0.1.1")).detail == 200, "an address needs no name server")
  }

  @Test("what is asked of the proxy as of a server is no request for it")
  func directly() throws {
    #expect(try outcome(Self.lab("{ http: { from: a, to: p, port: 3128 } }")).detail == 400)
  }

  @Test("the page's server sees the proxy, by a connection of the proxy's own")
  func connections() throws {
    let text = Self.lab(#"{ http: { from: a, to: www.test, proxy: "10.0.0.254:3128" } }"#)
    let play = try ScenarioText(text).play
    let playback = Player(play).run()
    let arrived = playback.journal.records.compactMap { record -> String? in
      guard case .sent(let frame, _) = record.event, case .ipv4(let packet) = frame.payload,
        case .tcp(let segment) = packet.payload, segment.flags == .syn
      else { return nil }
      return "\(packet.source) to \(packet.destination):\(segment.destinationPort)"
    }
    #expect(arrived.first == "10.0.0.1 to 10.0.0.254:3128")
    #expect(Set(arrived.dropFirst()) == ["10.0.1.254 to 10.0.1.2:80"])
    #expect(playback.imbalance == nil)
  }

  @Test("a server that says nothing is waited for twenty seconds, not longer")
  func patience() throws {
    let outcome = try outcome(Self.lab(#"{ http: { from: a, to: 10.0.1.4, proxy: "10.0.0.254:3128" } }"#))
    #expect(outcome.roundTrip >= .seconds(20) && outcome.roundTrip < .milliseconds(20_100), "\(outcome.roundTrip)")
  }

  @Test("two clients are served at once, each with its own page")
  func together() throws {
    let text = Self.lab(
      #"{ http: { from: a, to: 10.0.1.4, proxy: "10.0.0.254:3128" }, background: true }, "#
        + #"{ http: { from: a, to: 10.0.1.2, proxy: "10.0.0.254:3128" } }"#)
    let verdict = try ScenarioText(text).verdict()
    #expect(verdict.steps.map { $0.activities.first?.outcome.detail } == [504, 200])
  }

  @Test("a proxy is an address and a port", arguments: ["10.0.0.254", "10.0.0.254:0", "10.0.0.254:65536", "p:3128"])
  func refusals(written: String) {
    let reading = ScenarioText(Self.lab("{ http: { from: a, to: 10.0.1.2, proxy: \"\(written)\" } }"))
    #expect(reading.places == ["HL0125 9:49"], "\(reading.diagnostics)")
  }
}
