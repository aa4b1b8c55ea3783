import Packets
import Scenarios
import Simulation

/// The nearest thing that would have let a packet pass: a phrase without a full stop for each reason for which it did not.
///
/// What stands between single quotes is a word of scenarios, the same in every language.
protocol RemedyWording: Sendable {
  func remedy(for stop: StopFacts) -> String
  /// Where no packet died.
  func remedy(for failure: FailureReason, _ facts: FailureFacts) -> String
}

/// What is to be known about somebody who wanted to send and could not.
struct FailureFacts {
  var sender: String
  /// What it wanted to reach, as it was written.
  var target: String
  /// Those of the two that have no address.
  var withoutAddress: [String]

  var senderHasNoAddress: Bool { withoutAddress.contains(sender) }
}

/// A rule or another piece of configuration that decided.
enum DecidingRule {
  case numbered(Int, chain: String, line: String?)
  case labelled(String, line: String?)
}

/// A link that lost something, with its line in the file; only one end where it is not known.
enum LosingLink {
  case between(String, String, line: String?)
  case at(String)
}

/// How a host behind a router that hides it could be reached.
enum PortForward {
  /// By VMware's NAT, and others that open sockets of their own.
  case proxy(String)
  /// `protocol: tcp, port: 22`.
  case rule(String, at: String)
  /// By a whole address: there are no ports.
  case address(String)
}

/// What has failed, and the id of the step that made it so.
enum Fault {
  case cut(LosingLink, by: String?)
  /// Perhaps the very machine that is looked for.
  case off(String, by: String?)
}

/// Why nobody answered ARP.
enum MissingNeighbor {
  case unknown
  /// Nobody has the address.
  case nobody(Sought)
  /// It has come, and is not answered.
  case silent(Sought, holder: String)
  case refused(Sought, holder: String, StopFacts)
  /// The question, or the answer, died on its way.
  case lost(Sought, holder: String, isAnswer: Bool, StopFacts)
  /// What joined the two has failed.
  case severed(Sought, holder: String, Fault)
  /// Nothing joins the two.
  case apart(Sought, holder: String)

  struct Sought {
    var address: IPv4Address
    var isGateway: Bool
  }
}
