import Packets
import Scenarios
import Simulation

/// The catalogue: for each reason for which a frame can die, the nearest thing that would have let it pass.
extension Remedies {
  package func words(for stop: Stop) -> String {
    let here = names.device(stop.device)
    let place = names.end(LinkEnd(stop.device, stop.port))
    switch stop.reason {
    // Links
    case .linkDown: return "'repair' \(link(stop))\(cutBy(stop))"
    case .noLink: return "plug something into \(outgoing(stop)): a link with it as one end"
    case .queueFull: return "a longer 'queue' or a higher 'rate' of \(link(stop)), or less traffic at that moment"
    case .lost: return "take 'loss' off \(link(stop)), or ask with another --seed: it loses only some"
    case .corrupted: return "take 'corruption' off \(link(stop)), or ask with another --seed: it damages only some"
    case .tooBig: return "a larger 'mtu' of \(link(stop)), or the smaller one on the sender's interface too"
    case .deviceDown: return "'repair' \(here), which is switched off\(switchedOffBy(stop))"
    // Layer 2
    case .sameSegment: return "nothing is wrong here: its station has heard it already, on the wire it came from"
    case .notAddressedToUs:
      return "a fresh answer to ARP at the sender: it sends to \(stop.hardware), which is another station's address"
    case .reservedGroupAddress: return "a destination that bridges pass on: \(stop.hardware) never leaves its link"
    case .groupSource: return "a station address as the sender's 'mac'; \(stop.senderHardware) is a group's"
    case .malformed: return "a sender that makes sense; compare what it sent with the standard in capture.pcapng"
    case .unknownVLAN: return "\(stop.vlan) among the 'vlans' of \(place), or no tag on what is sent there"
    case .unknownProtocol: return "a protocol that \(here) speaks: tcp, udp or ICMP"
    case .noTunnelEnd: return "a 'remote' for the tunnel \(here), or a packet from the other end before this one"
    case .foreignNetwork: return "the same 'vni' at both ends of the tunnel \(here)"
    case .tagInTunnel: return "'vlan-tags: true' at both ends of the tunnel \(here), or no tag on what is sent there"
    case .untagged: return "a 'native' VLAN on the trunk \(place), or a tag on what the other end sends"
    case .alreadyTagged: return "an untagged frame at \(place): take the VLAN off the end before it"
    case .vlanNotCarried: return "\(stop.vlan) in the 'trunk' of \(place), or as its 'access'\(carriers(stop))"
    case .vlanEndsHere:
      return "\(stop.vlan) on one more port of \(here): as 'access', or in the 'trunk' towards the station"
    case .portBlocked:
      return "another spanning tree: a smaller 'priority' where the root should be, or a 'wait' until it forwards"
    case .inactiveMember: return "the same links in the bonds at both ends, and the same 'mode'"
    case .noActiveMember:
      return "a link of the bond \(here) that is up, and at the other end a bond that speaks its 'mode'"
    case .notAssociated:
      return "the sender's own Wi-Fi link to \(here): a card in the air speaks for its own address only"
    case .foreignProtocol:
      return "IPv4 or ARP; a guest behind a Wi-Fi card has no others, as its frames get the card's address"
    case .isolatedPort: return "one of the two ports without 'isolated: true'"
    // Layer 3
    case .notForwarding: return "'forwards: true' at \(here), or 'kind: router'; or a sender whose gateway is a router"
    case .noRoute: return noRoute(stop, here)
    case .unreachableRoute:
      return "\(here) without \(rule(stop) ?? "that route"), or a longer prefix beside it that leads on"
    case .timeToLiveExceeded:
      return "fewer routers on the way, or a larger 'ttl'; the same router twice in this walk means routes in a circle"
    case .noNeighbor, .neighborQueueFull: return neighbour(stop, here)
    case .martianSource:
      return "a source that can be true at \(place): \(stop.source) is its own, a group's or of no network"
    case .reversePath: return "a route back to \(stop.source) by \(place), or 'rp-filter: off' at \(here)"
    case .noAddress: return "an address on \(place): in the file, or a 'dhcp' step before this one"
    case .martianDestination: return "a destination that can be on a wire; \(stop.destination) cannot"
    case .fragmentationNeeded: return "smaller packets (\(mtu(stop)) at most), or 'dont-fragment' off"
    case .notForUs:
      return "\(stop.destination) as an address of \(here), or a sender that knows who has it\(owner(stop))"
    case .unhandledFragment: return "a packet that needs no parts: at most what the smallest 'mtu' on the way takes"
    case .reassemblyTimedOut, .duplicateFragment, .overlappingFragments, .mixedFragments:
      return "a packet that needs no parts, or a way that loses and doubles none of them"
    case .reassemblyFull: return "fewer datagrams in parts at one moment at \(here)"
    // Layer 4 and above
    case .noSocket: return listener(stop, here)
    case .noConnection:
      return "a connection that begins with a SYN and that \(here) still remembers; it may have been given up"
    case .unexpected: return "a question by \(here) before: it takes answers only to what it has asked"
    case .badRequest: return "a request that the server of \(here) understands"
    case .noFreeAddress:
      return "a larger 'range' of \(rule(stop) ?? "the DHCP pool of \(here)"), or a 'release' by somebody else"
    case .notOurServer: return "nothing here: the client has chosen another DHCP server, which answers it"
    // Filtering and translation
    case .filtered: return filtered(stop, here)
    case .portsExhausted: return "more 'ports' for the translation at \(here), or connections that have ended"
    case .staleMapping:
      return "an answer that comes sooner, or a longer time for which \(here) remembers the translation"
    case .unsolicited: return "a packet from inside to \(stop.source) before, or \(portForward(stop, at: here))"
    }
  }
}

extension Stop {
  var hardware: String { hop.map { "\($0.frame.destination)" } ?? "an address" }
  var senderHardware: String { hop.map { "\($0.frame.source)" } ?? "its address" }
}
