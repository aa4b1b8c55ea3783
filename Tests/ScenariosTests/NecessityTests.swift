import Configuration
import Scenarios
import Simulation
import Testing
import Topology

/// The verdicts of the shipped scenario come from its parts: whatever is taken away, something else happens.
@Suite("Every part is needed") struct NecessityTests {
  /// Parts whose loss changes no verdict, each with the reason.
  static let exempt: [String: String] = [
    "bridged pc.VMnet1": "no guest is host-only",
    "bridged pc.VMnet8": "no guest uses NAT",
    "bridged pc.nat8": "no guest uses NAT",
    "bridged pc.dhcp1": "no guest is host-only",
    "bridged pc.dhcp8": "no guest uses NAT",
    "nat pc.VMnet0": "no guest is bridged",
    "nat pc.VMnet1": "no guest is host-only",
    "nat pc.dhcp1": "no guest is host-only",
    "host-only pc.bridge0": "nothing of a host-only guest reaches the wire, and that is what is expected",
    "host-only pc.VMnet0": "no guest is bridged",
    "host-only pc.VMnet8": "no guest uses NAT",
    "host-only pc.nat8": "no guest uses NAT",
    "host-only pc.dhcp8": "no guest uses NAT",
  ]

  /// Lines of configuration whose loss changes no verdict, each with the reason.
  static let unused: [String: String] = [
    "bridged internet.stack forwards": "all that is asked of the internet has an address there",
    "bridged pc.dhcp1 services": "no guest is host-only",
    "bridged pc.dhcp8 services": "no guest uses NAT",
    "bridged pc.nat8 dns": "no guest uses NAT",
    "bridged pc.nat8 not-for": "no guest uses NAT",
    "bridged pc.stack dns": "the host looks nothing up",
    "bridged pc.stack gateway": "the host speaks to nobody beyond the LAN",
    "bridged peer.stack dns": "the peer looks nothing up",
    "bridged peer.stack gateway": "the peer speaks to nobody beyond the LAN",
    "bridged rtr.stack dns": "the router itself looks nothing up; its name service has its own list",
    "nat pc.dhcp1 services": "no guest is host-only",
    "nat pc.nat8 not-for": "the host does not use the proxy as its gateway",
    "nat pc.stack dns": "the host looks nothing up; the proxy knows where to ask",
    "nat peer.stack dns": "the peer looks nothing up",
    "nat rtr.stack dns": "the router itself looks nothing up; its name service has its own list",
    "nat rtr.stack services 0": "no guest is on the LAN to ask for a lease",
    "host-only internet.stack owns 0": "no page is ever asked for",
    "host-only internet.stack owns 1": "no name ever gets as far",
    "host-only internet.stack services 0": "no name ever gets as far",
    "host-only internet.stack services 1": "no page is ever asked for",
    "host-only pc.dhcp8 services": "no guest uses NAT",
    "host-only pc.nat8 dns": "no guest uses NAT",
    "host-only pc.nat8 not-for": "no guest uses NAT",
    "host-only pc.stack dns": "the host looks nothing up",
    "host-only pc.stack gateway": "the host speaks to nobody beyond the LAN",
    "host-only peer.stack dns": "the peer looks nothing up",
    "host-only rtr.stack dns": "the router itself looks nothing up; its name service has its own list",
    "host-only rtr.stack services 0": "no guest is on the LAN to ask for a lease",
    "host-only rtr.stack services 1": "no guest reaches the LAN's name service",
  ]

  @Test("without any one device, something else happens", arguments: ["bridged", "nat", "host-only"])
  func devices(variant: String) throws {
    let play = try Shipped.play(variant)
    for index in play.topology.devices.indices {
      let name = play.topology.name(of: DeviceID(index: index))
      let changed = try Shipped.changes(play) { Document.failing(name, in: $0) }
      expect(changed, without: name, in: variant)
    }
  }

  @Test("without any one link, something else happens", arguments: ["bridged", "nat", "host-only"])
  func links(variant: String) throws {
    let play = try Shipped.play(variant)
    for link in play.topology.links {
      let ends = [link.ends.0, link.ends.1].map {
        "\(play.topology.name(of: $0.device)):\(play.topology.portName($0))"
      }
      let changed = try Shipped.changes(play) { Document.failing(ends[0], in: $0) }
      let parts = [link.ends.0, link.ends.1].map { "\(variant) \(play.topology.name(of: $0.device))" }
      // The cable of a part that is not needed is not needed either.
      guard parts.allSatisfy({ Self.exempt[$0] == nil }) else { continue }
      expect(changed, without: ends.joined(separator: " -- "), in: variant)
    }
  }

  @Test(
    "without any one route, rule or service, something else happens",
    arguments: ["bridged", "nat", "host-only"])
  func rules(variant: String) throws {
    let play = try Shipped.play(variant)
    for path in Document.rules(in: play.expanded) {
      let changed = try Shipped.changes(play) { Document.removing(path[...], from: $0) }
      // nodes, the machine, devices, the device, and what of it.
      expect(changed, without: "\(path[1]).\(path[3]) " + path[4...].joined(separator: " "), in: variant)
    }
  }

  private func expect(_ changed: Bool, without part: String, in variant: String) {
    if let reason = Self.exempt["\(variant) \(part)"] ?? Self.unused["\(variant) \(part)"] {
      #expect(!changed, "\(part) is needed in \(variant) after all, though the list says: \(reason)")
    } else {
      #expect(changed, "\(variant) holds just the same without \(part)")
    }
  }
}
