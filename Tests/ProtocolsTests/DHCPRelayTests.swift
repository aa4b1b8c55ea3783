import Packets
import Protocols
import Simulation
import Testing

private let gateway = IPv4Address(10, 0, 1, 1)
private let server = IPv4Address(10, 0, 0, 5)
private let hardware = MACAddress(rawValue: 0x5254_0000_0001)
private let offered = IPv4Address(10, 0, 1, 50)

/// RFC 1542, section 4, and RFC 3046.
@Suite("DHCP relay") struct DHCPRelayTests {
  private func relay(
    _ servers: [IPv4Address] = [server], _ change: (inout DHCPRelay.Configuration) -> Void = { _ in }
  ) -> DHCPRelay {
    var configuration = DHCPRelay.Configuration(servers: servers)
    change(&configuration)
    return DHCPRelay(configuration)
  }

  private func message(_ kind: DHCPMessage.Kind, operation: UInt8 = 1, hops: UInt8 = 0) -> DHCPMessage {
    var message = DHCPMessage(
      operation: operation, transaction: 7, clientHardware: hardware, options: [.messageType(kind)])
    message.hops = hops
    return message
  }

  @Test("tells each server by its own address on which link the client is, and counts itself")
  func request() {
    let other = IPv4Address(10, 0, 0, 6)
    var expected = message(.discover, hops: 1)
    expected.relayAgent = gateway
    let actions = relay([server, other]).request(message(.discover), gateway: gateway, circuit: "lan1")
    #expect(actions == [.forward(expected, to: server), .forward(expected, to: other)])
  }

  @Test("leaves what another agent said, and passes on what has come round to nobody")
  func chain() {
    var passed = message(.discover, hops: 1)
    passed.relayAgent = IPv4Address(10, 0, 2, 1)
    var expected = passed
    expected.hops = 2
    #expect(relay().request(passed, gateway: gateway, circuit: "lan1") == [.forward(expected, to: server)])
    passed.relayAgent = gateway
    #expect(relay().request(passed, gateway: gateway, circuit: "lan1") == [.silent(.badRequest)])
  }

  /// RFC 1542, 4.1.1: 4 by default, 16 at most.
  @Test("discards what has passed too many agents", arguments: [(4, 4, true), (4, 5, false), (16, 16, true)])
  func hops(limit: UInt8, hops: UInt8, isPassed: Bool) {
    let relay = relay { $0.hopLimit = limit }
    let actions = relay.request(message(.discover, hops: hops), gateway: gateway, circuit: "lan1")
    #expect((actions != [.silent(.badRequest)]) == isPassed)
  }

  @Test("gives the answer to the client's hardware address, or to all where it must be heard without an address")
  func reply() {
    var answer = message(.offer, operation: 2)
    (answer.relayAgent, answer.yourAddress) = (gateway, offered)
    #expect(relay().reply(answer) == .deliver(answer, to: offered))
    answer.wantsBroadcast = true
    #expect(relay().reply(answer) == .broadcast(answer))
    var refusal = message(.nak, operation: 2)
    refusal.relayAgent = gateway
    #expect(relay().reply(refusal) == .broadcast(refusal))
    #expect(relay().reply(message(.offer)) == .silent(.badRequest))
  }

  @Test("adds the circuit behind everything else and takes it away again; no client may bring its own")
  func information() throws {
    let relay = relay { $0.addsInformation = true }
    let circuit = DHCPOption.other(code: 82, bytes: [1, 4] + Array("lan1".utf8))
    guard case .forward(let sent, _)? = relay.request(message(.discover), gateway: gateway, circuit: "lan1").first
    else {
      Issue.record("nothing was sent")
      return
    }
    #expect(sent.options == [.messageType(.discover), circuit])
    var answer = message(.offer, operation: 2)
    (answer.yourAddress, answer.relayAgent) = (offered, gateway)
    let plain = answer
    answer.options.append(circuit)
    #expect(relay.reply(answer) == .deliver(plain, to: offered))
    var forged = message(.discover)
    forged.options.append(circuit)
    #expect(relay.request(forged, gateway: gateway, circuit: "lan1") == [.silent(.badRequest)])
  }
}

/// A server that hears clients through relay agents (RFC 2131, 4.3.1).
@Suite("DHCP server behind relays") struct DHCPServerRelayTests {
  private func bench(_ change: (inout DHCPServer.Configuration) -> Void = { _ in }) throws -> DHCPServerBench {
    let networks = try ["10.0.1.0/24", "10.0.2.0/24", "10.0.2.128/25"].map { try #require(IPv4Prefix($0)) }
    return try DHCPServerBench {
      $0.router = IPv4Address(192, 168, 122, 254)
      $0.relayed = [
        .init(networks[0], pool: offered...IPv4Address(10, 0, 1, 51)),
        .init(
          networks[1], pool: IPv4Address(10, 0, 2, 50)...IPv4Address(10, 0, 2, 59), router: IPv4Address(10, 0, 2, 9)),
        .init(networks[2], pool: IPv4Address(10, 0, 2, 200)...IPv4Address(10, 0, 2, 209)),
      ]
      change(&$0)
    }
  }

  @Test("chooses the pool by the agent's address, and sends the answer there")
  func pools() throws {
    var bench = try bench()
    for (agent, address) in [
      (gateway, offered), (IPv4Address(10, 0, 2, 1), IPv4Address(10, 0, 2, 50)),
      (IPv4Address(10, 0, 2, 129), IPv4Address(10, 0, 2, 200)), (.any, IPv4Address(192, 168, 122, 2)),
    ] {
      let actions = bench.receive(.discover, UInt64(agent.rawValue)) { $0.relayAgent = agent }
      #expect(actions.message?.yourAddress == address)
      #expect(actions.message?.relayAgent == agent)
      if !agent.isAny { #expect(actions.destination == .relay(agent)) }
    }
    let foreign = bench.receive(.discover, 9) { $0.relayAgent = IPv4Address(172, 16, 0, 1) }
    #expect(foreign == [.silent(.noFreeAddress)])
  }

  @Test("tells the mask of the client's network, and the agent as the router unless another is written down")
  func parameters() throws {
    var bench = try bench()
    let wish: [DHCPOption] = [.parameterRequestList([1, 28, 3])]
    let first = bench.receive(.discover, 1, .start, wish) { $0.relayAgent = gateway }
    #expect(
      first.message?.options.dropFirst(3) == [
        .subnetMask(IPv4Address(255, 255, 255, 0)), .broadcastAddress(IPv4Address(10, 0, 1, 255)),
        .routers([gateway]),
      ])
    let second = bench.receive(.discover, 2, .start, wish) { $0.relayAgent = IPv4Address(10, 0, 2, 1) }
    #expect(second.message?.options.last == .routers([IPv4Address(10, 0, 2, 9)]))
  }

  @Test("renews a lease that came by an agent without it, and still tells the router")
  func renewal() throws {
    var bench = try bench()
    let wish = DHCPOption.parameterRequestList([3])
    let options: [DHCPOption] = [.serverIdentifier(DHCPServerBench.ours), .requestedAddress(offered)]
    #expect(bench.receive(.request, 1, .start, options) { $0.relayAgent = gateway }.message?.kind == .ack)
    let renewed = bench.receive(.request, 1, .start, [wish], isUnicast: true) { $0.clientAddress = offered }
    #expect(renewed.message?.kind == .ack)
    #expect(renewed.destination == .unicast(offered))
    #expect(renewed.message?.options.last == .routers([gateway]))
  }

  @Test("a client that has moved to another network is refused there, by way of the agent, to everybody's ears")
  func moved() throws {
    var bench = try bench()
    let options: [DHCPOption] = [.serverIdentifier(DHCPServerBench.ours), .requestedAddress(offered)]
    _ = bench.receive(.request, 1, .start, options) { $0.relayAgent = gateway }
    let agent = IPv4Address(10, 0, 2, 1)
    let refused = bench.receive(.request, 1, .start, [.requestedAddress(offered)]) { $0.relayAgent = agent }
    #expect(refused.refusal == "wrong network")
    #expect(refused.destination == .relay(agent))
    #expect(refused.message?.wantsBroadcast == true)
    let again = bench.receive(.discover, 1, .start, [.requestedAddress(offered)]) { $0.relayAgent = agent }
    #expect(again.message?.yourAddress == IPv4Address(10, 0, 2, 50))
  }

  @Test("a refused renewal from another network goes back the way it came, where the client can be reached")
  func refusedRenewal() throws {
    var bench = try bench { $0.isAuthoritative = true }
    let address = IPv4Address(10, 0, 1, 99)
    let refused = bench.renew(address, 1, .start)
    #expect(refused.refusal == "address not available")
    #expect(refused.destination == .unicast(address))
  }

  @Test("what the agent added goes back to it behind everything else")
  func information() throws {
    var bench = try bench()
    let circuit = DHCPOption.other(code: 82, bytes: [1, 1, 65])
    let actions = bench.receive(.discover, 1, .start, [circuit, .parameterRequestList([1])]) {
      $0.relayAgent = gateway
    }
    #expect(actions.message?.options.last == circuit)
  }

  @Test("reservations hold in the network they are in")
  func reservations() throws {
    var bench = try bench { $0.reservations = [.init(DHCPServerBench.mac(1), IPv4Address(10, 0, 1, 9))] }
    let there = bench.receive(.discover, 1) { $0.relayAgent = gateway }
    #expect(there.message?.yourAddress == IPv4Address(10, 0, 1, 9))
    #expect(bench.receive(.discover, 1).message?.yourAddress == DHCPServerBench.host(2))
  }
}
