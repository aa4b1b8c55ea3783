import Scenarios
import Simulation

extension English {
  func remedy(for stop: StopFacts) -> String {
    let (here, place) = (stop.here, stop.place)
    switch stop.reason {
    // Links
    case .linkDown: return mending(.cut(stop.link, by: stop.cutBy))
    case .noLink: return "plug something into \(stop.exit): a link with it as one end"
    case .queueFull:
      return "a longer 'queue' or a higher 'rate' of \(words(of: stop.link)), or less traffic at that moment"
    case .lost: return "take 'loss' off \(words(of: stop.link)), or ask with another --seed: it loses only some"
    case .corrupted:
      return "take 'corruption' off \(words(of: stop.link)), or ask with another --seed: it damages only some"
    case .tooBig: return "a larger 'mtu' of \(words(of: stop.link)), or the smaller one on the sender's interface too"
    case .deviceDown: return mending(.off(here, by: stop.switchedOffBy))
    case .noCarrier: return stop.farEnd.map { mending($0) } ?? "'repair' what is at the other end of \(place)"
    // Layer 2
    case .sameSegment: return "nothing is wrong here: its station has heard it already, on the wire it came from"
    case .noPortUp: return beyond(stop) ?? "a link of \(here) that is up, besides the one by which it came"
    case .notAddressedToUs:
      return beyond(stop)
        ?? "a fresh answer to ARP at the sender: it sends to \(hardware(stop)), which is another station's address"
    case .reservedGroupAddress: return "a destination that bridges pass on: \(hardware(stop)) never leaves its link"
    case .groupSource:
      let source = stop.senderHardware.map { "\($0)" } ?? "its address"
      return "a station address as the sender's 'mac'; \(source) is a group's"
    case .malformed: return "a sender that makes sense; compare what it sent with the standard in capture.pcapng"
    case .unknownVLAN: return "\(vlan(stop)) among the 'vlans' of \(place), or no tag on what is sent there"
    case .unknownProtocol: return "a protocol that \(here) speaks: tcp, udp or ICMP"
    case .noTunnelEnd: return "a 'remote' for the tunnel \(here), or a packet from the other end before this one"
    case .foreignNetwork: return "the same 'vni' at both ends of the tunnel \(here)"
    case .tagInTunnel: return "'vlan-tags: true' at both ends of the tunnel \(here), or no tag on what is sent there"
    case .untagged: return "a 'native' VLAN on the trunk \(place), or a tag on what the other end sends"
    case .alreadyTagged: return "an untagged frame at \(place): take the VLAN off the end before it"
    case .vlanNotCarried:
      let now = stop.rule.map { "; it is \(words(of: $0)) now" } ?? ""
      return "\(vlan(stop)) in the 'trunk' of \(place), or as its 'access'\(now)"
    case .vlanEndsHere:
      return "\(vlan(stop)) on one more port of \(here): as 'access', or in the 'trunk' towards the station"
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
    case .noRoute: return missingRoute(stop)
    case .unreachableRoute:
      let route = stop.rule.map { words(of: $0) } ?? "that route"
      return "\(here) without \(route), or a longer prefix beside it that leads on"
    case .timeToLiveExceeded:
      return "fewer routers on the way, or a larger 'ttl'; the same router twice in this walk means routes in a circle"
    case .noNeighbor, .neighborQueueFull: return missingNeighbor(stop.neighbor, from: here)
    case .neighborTableFull:
      return "a larger 'gc-thresh3' at \(here), or fewer neighbours on one segment: routers between smaller networks"
    case .martianSource:
      return "a source that can be true at \(place): \(source(stop)) is its own, a group's or of no network"
    case .reversePath: return "a route back to \(source(stop)) by \(place), or 'rp-filter: off' at \(here)"
    case .noAddress: return "an address on \(place): in the file, or a 'dhcp' step before this one"
    case .martianDestination: return "a destination that can be on a wire; \(destination(stop)) cannot"
    case .fragmentationNeeded:
      let most = stop.mtu.map { "\($0) bytes" } ?? "what the next link takes"
      return "smaller packets (\(most) at most), or 'dont-fragment' off"
    case .notForUs:
      let owner = stop.owner.map { ": \($0) has it" } ?? ""
      return "\(destination(stop)) as an address of \(here), or a sender that knows who has it\(owner)"
    case .unhandledFragment: return "a packet that needs no parts: at most what the smallest 'mtu' on the way takes"
    case .reassemblyTimedOut, .duplicateFragment, .overlappingFragments, .mixedFragments:
      return "a packet that needs no parts, or a way that loses and doubles none of them"
    case .reassemblyFull: return "fewer datagrams in parts at one moment at \(here)"
    // Layer 4 and above
    case .noSocket: return missingListener(stop)
    case .noConnection:
      return "a connection that begins with a SYN and that \(here) still remembers; it may have been given up"
    case .unexpected: return "a question by \(here) before: it takes answers only to what it has asked"
    case .badRequest: return "a request that the server of \(here) understands"
    case .noFreeAddress:
      let pool = stop.rule.map { words(of: $0) } ?? "the DHCP pool of \(here)"
      return "a larger 'range' of \(pool), or a 'release' by somebody else"
    case .notOurServer: return "nothing here: the client has chosen another DHCP server, which answers it"
    // Filtering and translation
    case .filtered: return filtered(stop)
    case .portsExhausted: return "more 'ports' for the translation at \(here), or connections that have ended"
    case .staleMapping:
      return "an answer that comes sooner, or a longer time for which \(here) remembers the translation"
    case .unsolicited: return "a packet from inside to \(source(stop)) before, or \(words(of: stop.portForward))"
    }
  }

  func remedy(for failure: FailureReason, _ facts: FailureFacts) -> String {
    let (sender, target) = (facts.sender, facts.target)
    return switch failure {
    case .noAnswer: "a program at \(target) that answers"
    case .noRoute where facts.senderHasNoAddress: address(for: [sender])
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
    case .noAddress: address(for: facts.withoutAddress)
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
}

// MARK: - Parts of sentences

extension English {
  private func address(for machines: [String]) -> String {
    let who = machines.isEmpty ? "one of the two ends" : machines.joined(separator: " and ")
    return "an address for \(who): in the file, or a 'dhcp' step before this one"
  }

  private func hardware(_ stop: StopFacts) -> String { stop.hardware.map { "\($0)" } ?? "an address" }
  private func vlan(_ stop: StopFacts) -> String { stop.vlan.map { "VLAN \($0)" } ?? "its VLAN" }
  private func source(_ stop: StopFacts) -> String { stop.source.map { "\($0)" } ?? "its source" }
  private func destination(_ stop: StopFacts) -> String { stop.destination.map { "\($0)" } ?? "its destination" }
  private func service(_ stop: StopFacts) -> String { stop.service ?? "it" }

  private func words(of link: LosingLink) -> String {
    switch link {
    case .between(let one, let other, let line): "the link \(one) -- \(other)\(source(line))"
    case .at(let place): "the link at \(place)"
    }
  }

  private func words(of rule: DecidingRule) -> String {
    switch rule {
    case .numbered(let number, let chain, let line): "rule \(number) of chain \(chain)\(source(line))"
    case .labelled(let label, let line): "'\(label)'\(source(line))"
    }
  }

  private func words(of forward: PortForward) -> String {
    switch forward {
    case .proxy(let device): "a port that \(device) forwards ('forwards')"
    case .rule(let port, let device): "a forwarded port of \(device), as in 'prerouting: [{ \(port), dnat: … }]'"
    case .address(let device):
      "a port of \(device) that is forwarded to them, or a floating address ('one-to-one')"
    }
  }

  private func beyond(_ stop: StopFacts) -> String? {
    stop.beyond.map { "it is on its way to \($0.station): \(mending($0.fault))" }
  }

  private func mending(_ fault: Fault) -> String {
    func or(_ step: String?) -> String { step == nil ? "" : "; or ask --after a step before it" }
    switch fault {
    case .cut(let link, let step):
      return "'repair' \(words(of: link))" + (step.map { ", which step '\($0)' has cut" } ?? "") + or(step)
    case .off(let device, let step):
      return "'repair' \(device), which is switched off" + (step.map { " since step '\($0)'" } ?? "") + or(step)
    }
  }

  private func filtered(_ stop: StopFacts) -> String {
    guard let rule = stop.rule.map({ words(of: $0) }) else {
      return "a rule at \(stop.here) that accepts \(service(stop))"
    }
    let what = "'\(stop.acceptRule)'"
    return stop.isInChain
      ? "\(what) before \(rule) at \(stop.here)" : "\(what) among the rules at \(stop.here), before \(rule) is asked"
  }

  private func missingRoute(_ stop: StopFacts) -> String {
    let missing = stop.missingRoute
    let words = "a route to \(missing?.target ?? destination(stop)) at \(stop.here), or a 'gateway'"
    guard let hidden = missing?.hidden else { return words }
    return "\(words); from outside one reaches such hosts by \(self.words(of: hidden))"
  }

  private func missingListener(_ stop: StopFacts) -> String {
    let open = stop.openServices
    return "a program that listens there: 'services: [\(service(stop))]' at \(stop.here)"
      + (open.isEmpty ? "" : " (it has \(Enumeration.some(of: open)))")
      + (stop.ownPortForward.map { ", or \(words(of: $0))" } ?? "")
  }

  private func missingNeighbor(_ missing: MissingNeighbor, from here: String) -> String {
    func has(_ sought: MissingNeighbor.Sought) -> String {
      sought.isGateway ? "is the gateway \(sought.address)" : "has \(sought.address)"
    }
    switch missing {
    case .unknown: return "a next hop that answers ARP"
    case .nobody(let sought):
      return "a machine on the network of \(here) that \(has(sought)); nobody has that address"
    case .silent(let sought, let who):
      return "\(who), which \(has(sought)), has heard the question and does not answer it: see 'arp-ignore'"
    case .refused(let sought, let who, let death):
      return "\(who), which \(has(sought)), does not take the question (\(explanation(death.reason))): "
        + remedy(for: death)
    case .lost(let sought, let who, let isAnswer, let death):
      let what = isAnswer ? "the answer of" : "the question for"
      return "\(what) \(who), which \(has(sought)), dies at \(death.here): \(explanation(death.reason)); what helps is "
        + remedy(for: death)
    case .severed(let sought, let who, let fault):
      return "\(who) \(has(sought)): \(mending(fault))"
    case .apart(let sought, let who):
      return "one segment for both: \(who), which \(has(sought)), is on another than \(here), and no bridge or cable "
        + "joins the two; or a router between them, and another prefix on each"
    }
  }
}
