import Packets
import Simulation

/// The catalogue for what fails without a packet that died anywhere.
extension Remedies {
  /// - Parameters:
  ///   - sender: Who wanted to send.
  ///   - target: What it wanted to reach, as it was written.
  package func words(for failure: FailureReason, at sender: String, to target: String) -> String {
    switch failure {
    case .noAnswer: "a program at \(target) that answers"
    case .noRoute where hasNoAddress(sender): noAddress(sender, sender)
    case .noRoute: "a route to \(target) at \(sender), or a 'gateway'"
    case .networkUnreachable: "a route to \(target) at the router that answers"
    case .hostUnreachable: "somebody on the last network who has the address of \(target)"
    case .protocolUnreachable: "a protocol that \(target) speaks"
    case .portUnreachable: "an open port at \(target): 'services'"
    case .fragmentationNeeded: "a smaller packet, or a larger 'mtu' on the way"
    case .prohibited: "a rule or route of \(sender) itself that lets it pass"
    case .networkProhibited, .hostProhibited, .adminProhibited: "a rule that lets it pass at whoever refuses it"
    case .timeExceeded: "fewer routers on the way, or a larger 'ttl'"
    case .refused: "an open port at \(target): 'services'"
    case .reset: "a program at \(target) that keeps the connection"
    case .noAddress: noAddress(sender, target)
    case .noLease: "a DHCP server on the network of \(sender)"
    case .noNameserver: "a name server for \(sender): 'dns', or a lease that brings one"
    case .nameNotFound: "the name \(target) among the 'names' of a name server"
    case .nameRefused: "a name server that answers \(sender)"
    case .nameUnresolved: "a name server that \(sender) can reach"
    case .interrupted: "a play that comes to its end: see 'limits'"
    case .notSupported: "a machine that can do this; \(sender) cannot"
    case .switchedOff: "'repair' \(sender), which is switched off"
    case .nameWithoutAddress: "an address for the name \(target) at the name server"
    case .portTaken: "a port of \(sender) that no program has"
    }
  }

  private func noAddress(_ sender: String, _ target: String) -> String {
    let without = (sender == target ? [sender] : [sender, target]).filter { hasNoAddress($0) }
    let who = without.isEmpty ? "one of the two ends" : without.joined(separator: " and ")
    return "an address for \(who): in the file, or a 'dhcp' step before this one"
  }
}
