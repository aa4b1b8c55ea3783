import Devices
import Packets
import Protocols
import Simulation

/// W4-nat: W4 with a router that masquerades toward the server, and lets pass what a hundred rules allow.
///
/// No rule for known connections stands in front, so every packet is asked about all of them.
package enum TranslatedClients: Workload {
  package static let word = "W4-nat"
  package static let sizeMeans = "clients"
  package static let defaultSize = 100

  package static func plan(size: Int) -> NetworkPlan {
    var plan = ClientsAndServer.plan(size: size, rules: rules)
    plan.isTranslated = true
    return plan
  }

  private static var rules: [PacketFilter.Rule] {
    func rule(_ action: PacketFilter.Rule.Action, _ say: (inout PacketMatch) -> Void) -> PacketFilter.Rule {
      var match = PacketMatch()
      say(&match)
      return PacketFilter.Rule(match, action: action, origin: .none)
    }
    func port(_ transport: IPProtocol, _ number: UInt16, _ match: inout PacketMatch) {
      match.transport = .is(transport)
      match.destinationPorts = .is([number...number])
    }
    let ports = (1...49).map { number in rule(.drop) { port(.tcp, UInt16(1000 + number), &$0) } }
    let sources = (1...49).map { number in
      rule(.drop) { $0.source = .is(.made(IPv4Address(172, 16, UInt8(number), 0), 24)) }
    }
    let allowed = [rule(.accept) { $0.states = .is([.established]) }, rule(.accept) { port(.udp, 7, &$0) }]
    return ports + sources + allowed
  }
}
