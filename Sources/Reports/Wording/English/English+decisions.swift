import Packets
import Simulation

extension English {
  func floods(copies: UInt16, to destination: MACAddress, isHub: Bool) -> String {
    let ports = copies == 1 ? "its one other port" : "each of its \(copies) other ports"
    guard !isHub else { return "repeats it on \(ports), as a hub does with everything" }
    let why = destination.isGroup ? "it is for everybody" : "it has not learned where \(destination) is"
    return "floods it to \(ports) because \(why)"
  }
  func forwards(to destination: MACAddress, at port: String) -> String {
    "knows that \(destination) is behind \(port)"
  }
  func learns(_ address: MACAddress, at port: String) -> String { "learns that \(address) is behind \(port)" }
  func cable(to end: String) -> String { "the cable to \(end)" }
  func sends(from port: String, to target: String?, isCopy: Bool) -> String {
    "\(isCopy ? "one copy goes" : "sends it")\(port.isEmpty ? "" : " from \(port)") to "
      + (target.map { "`\($0)`" } ?? "a port that nothing is plugged into")
  }

  func routes(_ destination: IPv4Address, _ prefix: IPv4Prefix, nextHop: IPv4Address, _ origin: String?) -> String {
    guard nextHop != destination else { return "finds \(destination) on its own network \(prefix)\(source(origin))" }
    let match = prefix.length == 0 ? "only the default route" : "the route to \(prefix)"
    return "finds that \(match)\(source(origin)) leads to \(destination) by way of \(nextHop)"
  }

  func translates(_ rewriting: Rewriting, _ origin: String?) -> String {
    let side = rewriting.side == .source ? "source" : "destination"
    if rewriting.isReverse {
      let change = "\(rewriting.before) back to \(rewriting.after)"
      return "knows the connection from its table and rewrites the \(side) \(change)"
    }
    return """
      rewrites the \(side) \(rewriting.before) to \(rewriting.after)\(source(origin)) and remembers that for the way \
      back
      """
  }

  func proxies(_ rewriting: Rewriting, _ origin: String?) -> String {
    if rewriting.isReverse {
      return "hears it on a socket of its own and says the same to \(rewriting.after)"
    }
    return """
      passes nothing on: it takes the packet in and has a socket of its own say the same\(source(origin)), so that \
      \(rewriting.before) becomes \(rewriting.after)
      """
  }

  func wraps(_ network: UInt32, ends: UInt16, _ origin: String?) -> String {
    let datagrams = ends == 1 ? "a datagram" : "\(ends) datagrams, one for each other end,"
    return "wraps it, whole as it is, into \(datagrams) of virtual network \(network)\(source(origin))"
  }
  func unwraps(_ network: UInt32, _ origin: String?) -> String {
    "takes the frame out of the datagram of virtual network \(network)\(source(origin))"
  }

  func tags(_ vlan: UInt16?, _ origin: String?) -> String {
    (vlan.map { "gives it the tag of VLAN \($0)" } ?? "takes the tag off") + source(origin)
  }

  var repeats: String { "says the same on the other of its two connections" }
  var handsOver: String { "finds the socket that waits for it" }
  func waits(for address: IPv4Address?) -> String {
    address.map { "has it wait until ARP has found \($0)" } ?? "keeps it until the rest of its datagram has come"
  }
  func resolves(_ address: IPv4Address, _ hardware: MACAddress) -> String { "learns that \(address) is at \(hardware)" }
  func cannotResolve(_ address: IPv4Address) -> String { "gets no answer to its ARP for \(address)" }
  var isDuplicated: String { "has its packet doubled by the link, and this is the second of the two" }
  var loops: String { "finds that it is for itself" }

  func refuses(_ kind: ICMPMessage.Kind) -> String { "tells the sender so by ICMP (\(words(of: kind)))" }
  func rations(_ kind: ICMPMessage.Kind) -> String {
    "keeps quiet about it, since it rations its ICMP errors (\(words(of: kind)))"
  }
  private func words(of kind: ICMPMessage.Kind) -> String {
    switch kind {
    case .unreachable(let code, _): "destination unreachable, code \(code.rawValue)"
    case .timeExceeded(let code): "time exceeded, code \(code)"
    case .redirect(_, let gateway): "redirect to \(gateway)"
    default: "an error"
    }
  }

  func limitsSegments(to size: UInt16, _ origin: String?) -> String {
    "lowers the segment size that it offers to \(size)\(source(origin))"
  }

  func logs(_ origin: String?) -> String { "writes it down in its log\(source(origin))" }
  func relays(toServer: Bool, by agent: IPv4Address) -> String {
    toServer
      ? "takes it in as a relay agent and asks the server in the client's place, with its own address \(agent) in the message"
      : "hands it to the client as its relay agent (\(agent))"
  }
  func withholds(from port: String, _ origin: String?) -> String {
    "keeps it from leaving\(port.isEmpty ? "" : " by \(port)")\(source(origin))"
  }
  func timeToLive(_ count: UInt8, isOneLess: Bool) -> String {
    isOneLess ? "takes one off the time to live (now \(count))" : "starts a new time to live of \(count)"
  }

  // MARK: Ends
  func takesIn(_ absorber: Absorber, isAnswered: Bool) -> String {
    switch absorber {
    case .arp: "reads it for its ARP table"
    case .icmp, .tcp, .http: isAnswered ? "is its destination and answers" : "is its destination"
    case .udp: "hands it to the program that listens on that port"
    case .dhcp: isAnswered ? "reads it as DHCP and answers" : "reads it as DHCP"
    case .dns: isAnswered ? "reads the question and answers" : "reads it as DNS"
    case .proxy: "takes it into a socket"
    case .tunnel: "hears from it that the other end of the tunnel is there"
    case .reassembly: "puts it together with the other parts of its datagram"
    case .spanningTree: "reads it for its spanning tree"
    case .linkAggregation: "reads it for its bond"
    case .test: "takes it in"
    }
  }
  func dies(_ reason: DropReason, _ origin: String?) -> String {
    "**drops it: \(explanation(reason))**\(source(origin)) [\(reason.word)]"
  }
  var stillHasIt: String { "still had it when the step ended" }
  func neverArrived(_ reason: DropReason?) -> String {
    "never arrived: " + (reason.map { "\(explanation($0)) [\($0.word)]" } ?? "the play ended before")
  }
  func explanation(_ reason: DropReason) -> String { reason.explanation }
}
