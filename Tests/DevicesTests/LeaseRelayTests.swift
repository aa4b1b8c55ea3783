import Configuration
import Devices
import Packets
import Simulation
import Testing

/// A client on one network, its server on another, and a router between them that carries what is said to everybody
/// (RFC 1542, section 4).
@Suite("Lease relay") struct LeaseRelayTests {
  private let acquire = DHCPCommand(.acquire)

  private func lab(_ change: [(String, Value)] = []) -> Lab {
    var relay = Mapping([("kind", "dhcp-relay"), ("interface", "lan1"), ("server", "10.0.0.5")])
    for (field, value) in change { relay.set(field, to: value) }
    var lab = Lab()
    lab.addWritten(
      "router",
      [
        "interfaces": ["lan0": "10.0.0.1/24", "lan1": "10.0.1.1/24"], "forwards": true,
        "services": .list([.map(relay)]),
      ])
    lab.addWritten(
      "server",
      [
        "interfaces": ["eth0": "10.0.0.5/24"], "gateway": "10.0.0.1",
        "services": [
          [
            "kind": "dhcp-server", "range": "10.0.0.50-10.0.0.60", "lease": "120s", "renewal-times": true,
            "relayed": [["network": "10.0.1.0/24", "range": "10.0.1.50-10.0.1.60"]],
          ]
        ],
      ])
    lab.addWritten("client", ["interfaces": ["eth0": "up"]])
    lab.wire(("server", 0), ("router", 0))
    lab.wire(("client", 0), ("router", 1))
    lab.build()
    return lab
  }

  @Test("the server gives an address of the client's network, with the relay agent as router")
  func exchange() throws {
    var lab = lab()
    let outcome = lab.play("client", acquire)
    #expect(outcome.address == address("10.0.1.50"))
    #expect(outcome.responder == address("10.0.0.5"))
    #expect(lab.play("client", PingCommand(.address(address("10.0.0.5")))).succeeded, "it has a way out")
    let relayed = lab.leaseMessages(of: "router")
    #expect(relayed.map(\.message.kind) == [.discover, .offer, .request, .ack])
    #expect(relayed.map(\.message.hops) == [1, 0, 1, 0])
    let (frame, message) = try #require(relayed.first)
    #expect(frame.packet?.source == address("10.0.1.1"))
    #expect(frame.packet?.destination == address("10.0.0.5"))
    #expect(message.relayAgent == address("10.0.1.1"))
    let offer = try #require(lab.leaseMessages(of: "server").first)
    #expect(offer.frame.packet?.destination == address("10.0.1.1"))
    guard case .udp(let datagram)? = offer.frame.packet?.payload else { return }
    #expect([datagram.sourcePort, datagram.destinationPort] == [67, 67])
    #expect(lab.simulator.journal.counters.isBalanced)
  }

  @Test("a renewal goes to the server past the agent; everybody is asked through it again")
  func renewal() {
    var lab = lab()
    #expect(lab.play("client", acquire).succeeded)
    let bound = lab.simulator.now
    lab.advance(to: bound + .seconds(70))
    #expect(lab.leaseMessages(of: "server").count == 3)
    #expect(lab.sent(by: "router").filter { $0.packet?.destination == address("10.0.1.50") }.count > 2)
    #expect(lab.leaseMessages(of: "server").last?.frame.packet?.destination == address("10.0.1.50"))
    #expect(lab.removals(at: "client").isEmpty)
  }

  @Test("the client hears nothing of the circuit that the agent told the server")
  func information() throws {
    var lab = lab([("option-82", true)])
    #expect(lab.play("client", acquire).succeeded)
    let circuit = DHCPOption.other(code: 82, bytes: [1, 4] + Array("lan1".utf8))
    #expect(lab.leaseMessages(of: "server").allSatisfy { $0.message.options.last == circuit })
    #expect(
      lab.leaseMessages(of: "router").map { $0.message.options.contains(circuit) } == [true, false, true, false])
  }

  @Test("without an agent, or with one that knows no way to the server, nobody answers")
  func nobody() {
    var other = lab([("interface", "lan0")])
    #expect(other.play("client", acquire).failure == .noLease)
    var lost = lab([("server", "172.16.0.1")])
    #expect(lost.play("client", acquire).failure == .noLease)
    #expect(lost.leaseMessages(of: "router").isEmpty)
  }
}
