import Devices
import Packets
import Scenarios
import Simulation
import Testing
import Topology

/// The NAT device is a program with sockets of its own on the host: what that shows outside and to the guest.
@Suite("VMware: the NAT device") struct VMwareProxyTests {
  typealias Line = VMwareBed.Line

  private static let forwarding = [
    "VMnet8": """
    incomingtcp: { 8080: "192.168.233.128:80", 8081: "192.168.233.128:81", 8082: "192.168.233.77:80" }, \
    incomingudp: { 5353: "192.168.233.128:53" }
    """
  ]

  @Test("a forwarded TCP port leads to the guest, which sees the NAT device itself")
  func incomingTCP() throws {
    var bed = VMwareBed.pair(
      "nat",
      Line(
        "http: peer -> pc:8080",
        #"{ answer: 200, seen-as: 192.168.233.2, via: [lan, "pc:eth0", pc.stack, pc.nat8, pc.VMnet8, g] }"#),
      Line("tcp: peer -> pc:8080", "connected"), Line("tcp: peer -> pc:80", "{ refused: true, by: pc.stack }"),
      Line("tcp: peer -> pc:8081", "{ refused: true }"), Line("tcp: g2 -> g:80", "{ connected: true, avoids: pc.nat8 }")
    )
    bed.networks = VMwareProxyTests.forwarding
    try bed.check()
    try VMwareBed.pair("nat", Line("tcp: peer -> pc:8080", "{ refused: true, by: pc.stack }")).check()
  }

  @Test("a forwarded port whose guest is not there does not answer for it")
  func absentGuest() throws {
    var bed = VMwareBed.pair("nat", Line("tcp: peer -> pc:8082", "{ connected: false }"))
    bed.networks = VMwareProxyTests.forwarding
    try bed.check()
  }

  @Test("a forwarded port is there for the host itself and for other guests too, by the host's own stack")
  func incomingFromInside() throws {
    var bed = VMwareBed.pair(
      "nat", Line("http: pc -> 192.168.1.10:8080", "{ answer: 200, seen-as: 192.168.233.2 }"),
      Line("http: pc -> 127.0.0.1:8080", "{ answer: 200, seen-as: 192.168.233.2 }"),
      Line(
        "http: g2 -> 192.168.1.10:8080",
        "{ answer: 200, seen-as: 192.168.233.2, via: [pc.VMnet8, pc.nat8, pc.stack, pc.nat8, pc.VMnet8, g] }"),
      Line("udp: g2 -> 192.168.1.10:5353", "{ reply: true, seen-as: 192.168.1.10 }"))
    bed.networks = VMwareProxyTests.forwarding
    try bed.check()
  }

  @Test("the NAT device is a station of its own: it answers pings and refuses everything else")
  func device() throws {
    try VMwareBed.pair(
      "nat", Line("ping: g -> 192.168.233.2", "{ reply: { hops: 0 }, seen-as: g, request-reaches: pc.nat8 }"),
      Line("tcp: g -> 192.168.233.2:80", "{ refused: true, by: pc.nat8 }"),
      Line("udp: g -> 192.168.233.2:9", "{ fails: port-unreachable, by: pc.nat8 }")
    ).check()
  }

  @Test("a server that says nothing is the one who is told of, not the NAT device that goes on asking")
  func silentServer() throws {
    var bed = VMwareBed.pair(
      "nat",
      Line(
        "tcp: g -> peer:80",
        "{ fails: no-answer, by: peer, via: [pc.VMnet8, pc.nat8, pc.stack, lan, peer], request-reaches: peer }"))
    bed.peer = ["filter: { policy: accept, input: [{ action: drop, protocol: tcp }] }"]
    try bed.check()
  }

  @Test("a forwarded UDP port leads to the guest, whose answer comes from that same port of the host")
  func incomingUDP() throws {
    var bed = VMwareBed.pair(
      "nat", Line("udp: peer -> pc:5353", #"{ reply: { via: [g, pc.nat8, pc.stack, lan] }, via: [lan, pc.nat8, g] }"#),
      Line("udp: peer -> pc:53", "{ fails: port-unreachable, by: pc.stack }"),
      Line("udp: peer -> pc:5353", "reply"))
    bed.networks = VMwareProxyTests.forwarding
    try bed.check()
    let reply = try bed.play().lastActivity().reply?.hops.last?.frame.packet
    guard case .udp(let datagram)? = reply?.payload else {
      Issue.record("no datagram came back")
      return
    }
    #expect(reply?.source == IPv4Address(192, 168, 1, 10) && datagram.sourcePort == 5353)
  }

  @Test("a closed port behind the NAT device is refused, and looks so to the guest")
  func closedPort() throws {
    try VMwareBed.pair(
      "nat", Line("tcp: g -> peer:81", "{ refused: true, seen-as: 192.168.1.10, request-reaches: peer }"),
      Line("udp: g -> peer:81", "{ fails: port-unreachable, by: peer, seen-as: 192.168.1.10 }")
    ).check()
  }

  @Test("a host that is not there is said not to be, after the host has asked for three seconds")
  func absentHost() throws {
    let bed = VMwareBed.pair(
      "nat", Line("tcp: g -> 192.168.1.77:80", "{ connected: false }"),
      Line("ping: g -> 192.168.1.77", "{ fails: host-unreachable, by: pc.stack }"))
    try bed.check()
    let played = try bed.play()
    let flow = try played.lastFlow()
    #expect(flow.ended - flow.began >= .seconds(3))
    #expect(flow.ended - flow.began < .milliseconds(3100))
    #expect(flow.activities.first?.outcome.responder == IPv4Address(192, 168, 233, 2))
  }

  @Test("a network that nobody has a route to is told to the guest as well")
  func unreachableNetwork() throws {
    try VMwareBed.pair("nat", Line("ping: g -> 172.30.0.1", "{ fails: network-unreachable, by: internet }")).check()
  }

  @Test("the host cannot use the NAT device as its own gateway")
  func hostsGateway() throws {
    var bed = VMwareBed.pair(
      "nat", Line("ping: pc -> 8.8.8.8", "{ fails: no-answer, by: pc.nat8 }"),
      Line("ping: pc -> 192.168.233.2", "reply"), Line("ping: pc -> peer", "{ reply: true, seen-as: pc }"))
    bed.host = ["routes: [{ to: 8.8.8.8/32, via: 192.168.233.2 }]"]
    try bed.check()
  }

  @Test("an echo leaves the host with a new identifier, and the guest's own comes back")
  func identifiers() throws {
    let activity = try VMwareBed.pair("nat", Line("ping: g -> peer", "reply")).play().lastActivity()
    let asked = activity.request?.hops.compactMap(\.frame.echoIdentifier) ?? []
    let answered = activity.reply?.hops.compactMap(\.frame.echoIdentifier) ?? []
    #expect(Set(asked).count == 2)
    #expect(asked.first == answered.last && asked.last == answered.first && asked.first != asked.last)
  }

  @Test("a datagram leaves the host by a port of its own, and comes back to the guest's", arguments: ["udp", "tcp"])
  func ports(verb: String) throws {
    let bed = VMwareBed(
      guests: ["g: { network: nat }"], peer: ["services: [udp/7, tcp/7]"],
      steps: [Line("dhcp: g"), Line("\(verb): g -> peer:7", "{ reply: true, seen-as: 192.168.1.10 }")])
    try bed.check()
    let activity = try bed.play().lastActivity()
    let first = try #require(activity.request?.hops.first?.frame.ports)
    let last = try #require(activity.request?.hops.last?.frame.ports)
    #expect(first.source != last.source && last.destination == 7)
    #expect((32768...60999).contains(last.source), "the host's ephemeral range")
    #expect(activity.reply?.hops.first?.frame.ports?.destination == last.source)
    #expect(activity.reply?.hops.last?.frame.ports?.destination == first.source)
  }

  @Test("the guest's time to live ends at the NAT device: outside it is the host's, less one for each router behind")
  func timeToLive() throws {
    func arrival(_ target: String) throws -> UInt8? {
      try VMwareBed.pair("nat", Line("ping: g -> \(target)", "reply")).play().lastActivity().request?
        .arrivedPacket?.timeToLive
    }
    #expect(try arrival("peer") == 64)
    #expect(try arrival("8.8.8.8") == 63)
    #expect(try arrival("192.168.1.10") == 64)
  }

  @Test("ten guests share the host's one address, each by other ports")
  func sharing() throws {
    let names = (0..<10).map { "vm\($0)" }
    let bed = VMwareBed(
      guests: names.map { "\($0): { network: nat }" }, peer: ["services: [udp/7]"],
      steps: [Line("dhcp: [\(names.joined(separator: ", "))]")]
        + names.map { Line("udp: \($0) -> peer:7", "{ reply: true, seen-as: 192.168.1.10 }") })
    try bed.check()
    let played = try bed.play()
    let flows = FlowReader(played.playback.journal, played.playback.topology).flows()
    let ports = flows.dropFirst().compactMap { $0.activities.first?.request?.hops.last?.frame.ports?.source }
    #expect(Set(ports).count == 10)
  }
}

extension EthernetFrame {
  var echoIdentifier: UInt16? {
    guard case .icmp(let message)? = packet?.payload else { return nil }
    switch message.kind {
    case .echoRequest(let identifier, _), .echoReply(let identifier, _): return identifier
    default: return nil
    }
  }

  var ports: (source: UInt16, destination: UInt16)? {
    switch packet?.payload {
    case .udp(let datagram): (datagram.sourcePort, datagram.destinationPort)
    case .tcp(let segment): (segment.sourcePort, segment.destinationPort)
    default: nil
    }
  }
}
