import Devices
import Packets
import Scenarios
import Simulation
import Testing
import Topology

/// Who reaches whom, and as whom, in each of the three networks: a test for each row of the product's truth table.
@Suite("VMware: who reaches whom") struct VMwareTruthTests {
  typealias Line = VMwareBed.Line

  @Test(
    "guests of one network reach each other through its hub alone",
    arguments: [("bridged", 0), ("nat", 8), ("host-only", 1)])
  func guestToGuest(mode: String, number: Int) throws {
    let elsewhere = #"[pc.stack, pc.nat8, "pc:eth0"]"#
    let bed = VMwareBed.pair(
      mode,
      Line(
        "ping: g -> g2",
        "{ reply: { avoids: \(elsewhere), hops: 0 }, seen-as: g, hops: 0, via: pc.VMnet\(number), avoids: \(elsewhere) }"
      ))
    try bed.check()
    let activity = try bed.play().lastActivity()
    #expect(activity.request?.hops.count == 2 && activity.reply?.hops.count == 2)
    #expect(activity.request?.arrivedPacket?.timeToLive == 64 && activity.outcome.timeToLive == 64)
  }

  @Test(
    "guest and host reach each other: over the LAN's address when bridged, else over the adapter at .1",
    arguments: [
      ("bridged", "192.168.1.10", "pc.bridge0"), ("nat", "192.168.233.1", "pc.VMnet8"),
      ("host-only", "192.168.56.1", "pc.VMnet1"),
    ])
  func guestAndHost(mode: String, address: String, way: String) throws {
    let bed = VMwareBed.pair(
      mode,
      Line(
        "ping: g -> \(address)",
        #"{ reply: true, seen-as: g, hops: 0, via: [\#(way), pc.stack], avoids: [pc.nat8, "pc:eth0"] }"#),
      Line(
        "ping: pc -> g",
        #"{ reply: true, seen-as: \#(address), hops: 0, via: \#(way), avoids: [pc.nat8, "pc:eth0"] }"#))
    try bed.check()
  }

  @Test("a NAT guest that asks for the host's LAN address goes through the NAT device, and the host sees itself")
  func hostsOtherAddress() throws {
    let bed = VMwareBed.pair(
      "nat",
      Line(
        "ping: g -> 192.168.1.10",
        #"{ reply: true, seen-as: 192.168.1.10, via: [pc.VMnet8, pc.nat8, pc.stack], avoids: "pc:eth0" }"#)
    )
    try bed.check()
  }

  @Test("a host-only guest knows no way to the host's LAN address")
  func hostsOtherAddressHostOnly() throws {
    let bed = VMwareBed.pair("host-only", Line("ping: g -> 192.168.1.10", "{ fails: no-route, by: g }"))
    try bed.check()
  }

  @Test("a bridged guest is a station of the LAN, both ways and by its own address")
  func bridgedAndPeer() throws {
    let bed = VMwareBed.pair(
      "bridged",
      Line(
        "ping: g -> peer",
        #"{ reply: { hops: 0 }, seen-as: g, hops: 0, via: [pc.VMnet0, "pc:eth0", lan], avoids: pc.stack }"#),
      Line(
        "ping: peer -> g",
        #"{ reply: { hops: 0 }, seen-as: peer, hops: 0, via: [lan, "pc:eth0", pc.VMnet0], avoids: pc.stack }"#),
      Line("http: peer -> g", "{ answer: 200, seen-as: peer }"))
    try bed.check()
  }

  @Test("the LAN sees a NAT guest as the host, and has no way to it")
  func natAndPeer() throws {
    let bed = VMwareBed.pair(
      "nat",
      Line(
        "ping: g -> peer",
        #"{ reply: true, seen-as: 192.168.1.10, via: [pc.VMnet8, pc.nat8, pc.stack, "pc:eth0", lan] }"#),
      Line("ping: peer -> g", "{ fails: network-unreachable, by: internet, avoids: pc }"),
      Line("tcp: peer -> g:80", "{ fails: network-unreachable, by: internet, avoids: pc }"))
    try bed.check()
  }

  @Test("a host-only guest has no route to the LAN, and the LAN none to it")
  func hostOnlyAndPeer() throws {
    let bed = VMwareBed.pair(
      "host-only", Line("ping: g -> peer", "{ fails: no-route, by: g }"),
      Line("ping: peer -> g", "{ fails: network-unreachable, by: internet, avoids: pc }"))
    try bed.check()
    #expect(try bed.play().frames(sentBy: "g.stack") == [], "the ping before it sent nothing either")
  }

  @Test(
    "with a route over a host that forwards, the LAN's ping comes to a NAT guest, whose answer the NAT device loses")
  func natWithRoute() throws {
    var bed = VMwareBed.pair(
      "nat",
      Line(
        "ping: peer -> g",
        """
        { fails: no-answer, request-reaches: g, seen-as: peer, hops: 1, via: [lan, pc.stack, pc.VMnet8], \
        reply-dropped-by: pc.nat8, avoids: pc.nat8 }
        """))
    bed.peer = ["routes: [{ to: 192.168.233.0/24, via: 192.168.1.10 }]"]
    bed.host = ["forwards: true"]
    try bed.check()
    #expect(try bed.play().lastActivity().reply?.end == .dropped(.unexpected, .none))
    let expected = "{ fails: no-answer, request-reaches: g, seen-as: peer, reply-dropped-by: pc.nat8 }"
    bed.steps.append(Line("tcp: peer -> g:80", expected))
    try bed.check()
    bed.steps.removeLast()
    bed.host = []
    bed.steps[2].expected = "{ fails: no-answer, by: pc.stack, request-reaches: pc.stack }"
    try bed.check()
  }

  /// Row 4 and the leak: the request arrives, but nobody on the LAN knows where its sender is.
  @Test(
    "a host-only guest with a hand-set gateway is stopped by the host, or by the way back",
    arguments: [
      (false, "{ fails: no-answer, by: pc.stack, request-reaches: pc.stack }"),
      (
        true,
        "{ fails: no-answer, request-reaches: peer, seen-as: g, hops: 1, via: [pc.VMnet1, pc.stack, lan], reply-dropped-by: internet }"
      ),
    ])
  func hostOnlyWithGateway(forwards: Bool, expected: String) throws {
    let bed = VMwareBed(
      host: ["forwards: \(forwards)"],
      guests: ["g: { network: host-only, address: 192.168.56.10/24, gateway: 192.168.56.1 }"],
      steps: [Line("ping: g -> peer", expected)])
    try bed.check()
  }

  @Test("a host-only guest is served by the LAN when host and LAN both route")
  func hostOnlyRouted() throws {
    let bed = VMwareBed(
      host: ["forwards: true"],
      guests: ["g: { network: host-only, address: 192.168.56.10/24, gateway: 192.168.56.1 }"],
      peer: ["routes: [{ to: 192.168.56.0/24, via: 192.168.1.10 }]"],
      steps: [Line("ping: g -> peer", "{ reply: { hops: 1 }, seen-as: g, hops: 1 }")])
    try bed.check()
  }

  @Test(
    "the Internet sees a guest as the LAN's router, one router away",
    arguments: [
      ("bridged", "[pc.VMnet0, lan, rtr, internet]", "pc.stack"),
      ("nat", "[pc.VMnet8, pc.nat8, pc.stack, lan, rtr, internet]", "pc.bridge0:VMnet0"),
    ])
  func internet(mode: String, way: String, elsewhere: String) throws {
    let bed = VMwareBed.pair(
      mode,
      Line(
        "ping: g -> 8.8.8.8",
        "{ reply: true, seen-as: 203.0.113.2, hops: 1, via: \(way), avoids: \"\(elsewhere)\" }"),
      Line("http: g -> www.example.net", "{ answer: 200, seen-as: 203.0.113.2 }"))
    try bed.check()
    var one = bed
    one.steps.removeLast()
    let activity = try one.play().lastActivity()
    #expect(activity.request?.arrivedPacket?.timeToLive == 63)
    #expect(activity.outcome.timeToLive == (mode == "bridged" ? 63 : 64))
  }

  @Test("the Internet does not reach a guest, whichever network it is in", arguments: ["bridged", "nat", "host-only"])
  func fromInternet(mode: String) throws {
    let bed = VMwareBed.pair(
      mode, Line("ping: internet -> g", "{ fails: no-route, by: internet }"),
      Line("tcp: internet -> 203.0.113.2:80", "{ refused: true, by: rtr }"))
    try bed.check()
  }

  @Test("names: the LAN's server when bridged, the NAT device at .2, nobody at the host-only adapter")
  func names() throws {
    let answered = "answer: 198.51.100.80"
    let bridged = VMwareBed.pair(
      "bridged",
      Line(
        "resolve: g -> www.example.net",
        "{ \(answered), seen-as: 203.0.113.2, via: [pc.VMnet0, lan, rtr, internet], avoids: pc.stack }"))
    try bridged.check()
    let nat = VMwareBed.pair(
      "nat",
      Line(
        "resolve: g -> www.example.net",
        "{ \(answered), seen-as: 203.0.113.2, via: [pc.VMnet8, pc.nat8, pc.stack, lan, rtr] }"))
    try nat.check()
    #expect(
      try nat.play().lastActivity().request?.hops.first?.frame.packet?.destination == IPv4Address(192, 168, 233, 2))
    let hostOnly = VMwareBed.pair(
      "host-only", Line("resolve: g -> www.example.net", "{ fails: name-unresolved, by: pc.stack }"),
      Line("http: g -> www.example.net", "{ connected: false, avoids: [\"pc:eth0\"] }"))
    try hostOnly.check()
    let records = try hostOnly.play().lastRecords
    #expect(records.contains { $0.event == .refused(.unreachable(.port, mtu: 0)) }, "nothing listens at .1")
  }

  @Test("a host without a name server leaves the NAT device nothing to ask")
  func namesWithoutServer() throws {
    var bed = VMwareBed.pair("nat", Line("resolve: g -> www.example.net", "{ fails: name-unresolved, by: pc.nat8 }"))
    bed.nameserver = nil
    try bed.check()
  }
}
