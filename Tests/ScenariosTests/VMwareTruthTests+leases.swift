import Devices
import Packets
import Protocols
import Scenarios
import Simulation
import Testing
import Topology

/// What the product's DHCP servers hand out.
@Suite("VMware: leases") struct VMwareLeaseTests {
  typealias Line = VMwareBed.Line

  @Test(
    "leases begin in the middle of the network and rise in the order of asking",
    arguments: [("nat", "192.168.233", "192.168.233.2", 8), ("host-only", "192.168.56", "none", 1)])
  func ascending(mode: String, network: String, router: String, number: Int) throws {
    let bed = VMwareBed(
      guests: ["c: { network: \(mode) }", "a: { network: \(mode) }", "b: { network: \(mode) }"],
      steps: [
        Line("dhcp: c", "{ lease: \(network).128, from: pc.dhcp\(number), router: \(router), hops: 0 }"),
        Line("dhcp: [a, b]", "{ lease: { a: \(network).129, b: \(network).130 } }"),
        Line("dhcp: { release: a }"), Line("dhcp: { renew: c }", "{ lease: \(network).128, router: \(router) }"),
        Line("dhcp: a", "{ lease: \(network).129 }"),
      ])
    try bed.check()
  }

  @Test("a pool has room up to the address before the server's, and then gives nothing")
  func exhausted() throws {
    // A /29 has host .1, NAT device .2, a pool of .4 and .5, and the server at .6.
    let guests = ["a", "b", "c"]
    let bed = VMwareBed(
      networks: ["VMnet2": "subnet: 10.2.0.0/29"], guests: guests.map { "\($0): { network: VMnet2 }" },
      steps: [
        Line("dhcp: a", "{ lease: 10.2.0.4 }"), Line("dhcp: b", "{ lease: 10.2.0.5 }"),
        Line("dhcp: c", "{ fails: no-lease }"),
      ])
    try bed.check()
  }

  @Test(
    "the options of a lease, by number: no router in a host-only network, never 58 and 59",
    arguments: [("nat", 8, [53, 54, 51, 1, 28, 3, 6, 15, 44]), ("host-only", 1, [53, 54, 51, 1, 28, 6, 15])])
  func options(mode: String, number: Int, codes: [Int]) throws {
    let played = try VMwareBed.pair(mode).play()
    let sent = played.leaseMessages(sentBy: "pc.dhcp\(number)")
    #expect(sent.map(\.kind) == [.offer, .ack, .offer, .ack])
    for message in sent { #expect(message.options.map { Int($0.code) } == codes) }
    let net: UInt8 = mode == "nat" ? 233 : 56
    let nat = IPv4Address(192, 168, net, 2)
    var wanted: [DHCPOption] = [
      .serverIdentifier(IPv4Address(192, 168, net, 254)), .leaseTime(1800),
      .subnetMask(IPv4Address(255, 255, 255, 0)), .broadcastAddress(IPv4Address(192, 168, net, 255)),
      .domainName("localdomain"),
    ]
    wanted +=
      mode == "nat"
      ? [.routers([nat]), .domainNameServers([nat]), .netBIOSNameServers([nat])]
      : [.domainNameServers([IPv4Address(192, 168, net, 1)])]
    #expect(Set(sent[1].options).subtracting([.messageType(.ack)]) == Set(wanted))
  }

  @Test("a lease holds half an hour, and its client renews it at half of that")
  func renewal() throws {
    var bed = VMwareBed.pair("nat", Line("wait: 899s"), Line("wait: 2s"))
    bed.guests.removeLast()
    bed.steps.remove(at: 1)
    let played = try bed.play()
    let requests = played.playback.journal.records.filter { record in
      guard case .sent(let frame, _) = record.event, played.name(record.device) == "g.stack",
        let id = frame.message, case .dhcp(let message)? = played.playback.messages[id]
      else { return false }
      return message.kind == .request
    }
    #expect(requests.count == 2)
    let span = requests[1].time - requests[0].time
    #expect(span >= .seconds(899) && span <= .seconds(901), "\(span)")
  }

  @Test("a bridged guest's lease comes from the LAN over the host's wire, and the product's servers hear nothing of it")
  func bridged() throws {
    let bed = VMwareBed.pair(
      "bridged",
      Line(
        "dhcp: g", #"{ lease: 192.168.1.0/24, from: rtr, router: 192.168.1.1, via: [pc.VMnet0, "pc:eth0", lan, rtr] }"#)
    )
    try bed.check()
    let played = try bed.play()
    #expect(played.leaseMessages(sentBy: "pc.dhcp1").isEmpty && played.leaseMessages(sentBy: "pc.dhcp8").isEmpty)
    #expect(played.fates(at: "pc.dhcp8") == [])
  }

  @Test("a guest of a network without DHCP gets no lease", arguments: ["VMnet1", "VMnet8"])
  func off(network: String) throws {
    let bed = VMwareBed(
      networks: [network: "dhcp: off"], guests: ["g: { network: \(network) }"],
      steps: [Line("dhcp: g", "{ fails: no-lease }")])
    try bed.check()
  }
}
