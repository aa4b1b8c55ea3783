import Configuration
import Devices
import Testing

/// What is wrong with a service is told, by its code.
@Suite("Reading services") struct ServiceReadingTests {
  private func codes(_ services: Value...) -> [String] {
    let stack: Value = [
      "interfaces": ["lan0": "10.0.0.1/24", "lan1": "10.0.1.1/24", "wan0": "up"], "services": .list(services),
    ]
    return Written<IPStackSettings>(stack).diagnostics.all.map(\.code.rawValue)
  }

  @Test("a relay agent needs interfaces with addresses, and a server")
  func relay() {
    let relay: Value = ["kind": "dhcp-relay", "interface": ["lan0", "lan1"], "server": "10.0.0.5"]
    #expect(codes(relay).isEmpty)
    #expect(codes(relay, relay) == ["HL0208"])
    #expect(codes(["kind": "dhcp-relay", "interface": "lan9", "server": "10.0.0.5"]) == ["HL0205"])
    #expect(codes(["kind": "dhcp-relay", "interface": "wan0", "server": "10.0.0.5"]) == ["HL0205"])
    #expect(codes(["kind": "dhcp-relay", "interface": "lan0"]) == ["HL0121"])
    #expect(codes(["kind": "dhcp-relay", "server": "10.0.0.5"]) == ["HL0121"])
  }

  @Test("a relayed network has a name and holds its range")
  func relayed() {
    func server(_ network: Value) -> Value { ["kind": "dhcp-server", "relayed": [network]] }
    #expect(codes(server(["network": "10.9.0.0/24", "range": "10.9.0.5-10.9.0.9"])).isEmpty)
    #expect(codes(server(["network": "10.9.0.0/24"])).isEmpty)
    #expect(codes(server(["network": "10.9.0.0/24", "range": "10.9.0.5-10.9.1.9"])) == ["HL0213"])
    #expect(codes(server(["range": "10.9.0.5-10.9.0.9"])) == ["HL0121"])
  }

  @Test("a name server of one interface needs one with an address")
  func nameServer() {
    #expect(codes(["kind": "dns-server", "interface": "lan1"]).isEmpty)
    #expect(codes(["kind": "dns-server", "interface": "lan2"]) == ["HL0205"])
    #expect(codes(["kind": "dns-server", "interface": "wan0"]) == ["HL0205"])
  }
}
