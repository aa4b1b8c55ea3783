import Devices
import Packets
import Scenarios

extension English {
  func remark(_ remark: Remark) -> String { "\(remark)" }

  func label(_ there: String?, back: String?) -> String { "\(there ?? "plain") there, \(back ?? "plain") back" }
  func loses(_ share: String) -> String { "loses \(share)" }
  var losesInBursts: String { "loses in bursts" }
  func reorders(_ share: String) -> String { "reorders \(share)" }
  func doubles(_ share: String) -> String { "doubles \(share)" }
  func damages(_ share: String) -> String { "damages \(share)" }

  func failsAsExpected(_ words: String) -> String { "fails as expected: \(words)" }
  func missed(_ word: String, _ wish: Phrase, _ fact: Phrase) -> String {
    "\(word): wanted \(phrase(wish)), got \(phrase(fact))"
  }
  func drawn(_ count: Int, of all: Int) -> String { " (\(count) of \(all) drawn)" }
  func back(to end: String) -> String { "back to \(end)" }
  func wrapped(_ network: UInt32) -> String { "into a datagram, VNI \(network)" }
  func unwrapped(_ network: UInt32) -> String { "out of the datagram, VNI \(network)" }
  var socketTranslation: String { "NAT by a socket of its own" }
  var tagOff: String { "tag off" }
  func refused(_ kind: ICMPMessage.Kind) -> String? {
    switch kind {
    case .unreachable(let code, _):
      switch code {
      case .network: "ICMP network unreachable"
      case .host: "ICMP host unreachable"
      case .protocol: "ICMP protocol unreachable"
      case .port: "ICMP port unreachable"
      case .fragmentationNeeded: "ICMP fragmentation needed"
      default: "ICMP unreachable, code \(code.rawValue)"
      }
    case .timeExceeded: "ICMP time exceeded"
    default: nil
    }
  }
  func noRoute(to address: IPv4Address) -> String { "no route to \(address)" }
  func cut(to machine: String, isDirection: Bool) -> String {
    "cut: the \(isDirection ? "direction" : "link") to \(machine)"
  }
  var switchedOff: String { "switched off" }
  func stopped(_ service: String) -> String { "stopped: \(service)" }

  var overviewSubject: String { "where each step's packets went" }
  var topologySubject: String { "topology" }
  func asExpected(_ count: Int) -> String { "all as expected: \(count) of \(count) steps" }
  func notAsExpected(_ count: Int, of all: Int) -> String { "not as expected: \(count) of \(all) steps" }

  func legend(_ mark: LegendMark) -> String {
    switch mark {
    case .request: "request"
    case .reply: "reply"
    case .order: "order of the hops"
    case .death: "a packet ends here"
    case .terminals: "start and end of the request"
    case .uninvolved: "not involved"
    case .fault: "cut, or switched off"
    case .host: "host: has addresses, does not forward"
    case .router: "forwards between its interfaces"
    case .nat: "rewrites addresses"
    case .joins: "switch, bridge or hub: joins wires"
    case .server: "server: answers, does not forward"
    case .interface: "interface and its address"
    case .both: "both"
    case .replyAndOrder: "dashed: the reply; numbers: the order"
    }
  }
}
