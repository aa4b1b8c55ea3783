import Packets
import Scenarios
import Simulation
import Testing
import Topology

/// A variant of a shipped scenario that has been played.
struct ShippedPlay {
  let play: Play
  let playback: Playback

  init(_ name: String, _ variant: String? = nil) throws {
    let plays = try Shipped.scenario(name).plays
    play = try #require(variant == nil ? plays.first : plays.first { $0.variant == variant })
    playback = Player(play).run()
  }

  func flow(_ step: String) throws -> Flow {
    let place = try #require(play.steps.firstIndex { $0.id == step })
    return try #require(FlowReader(playback.journal, playback.topology).flows().first { $0.step == place })
  }

  /// The first activity of a step.
  func activity(_ step: String) throws -> ActivityFlow { try #require(try flow(step).activities.first) }

  /// Who says that the step fails, or answers it.
  func responder(_ step: String) throws -> String { "\(try activity(step).outcome.responder)" }

  /// The source that the last receiver of the request sees, with its port.
  func source(_ step: String) throws -> String {
    let arrived = try #require(try activity(step).request?.hops.last?.frame)
    let port = arrived.ports.map { ":\($0.source)" } ?? ""
    return "\(arrived.packet?.source.description ?? "-")\(port)"
  }
}

/// The scenarios of products, as written and as shown in the plain language.
@Suite("Scenarios of libvirt and Docker") struct PlatformScenarioTests {
  static let names = ["libvirt"] + Shipped.names(in: "libvirt") + Shipped.names(in: "docker")

  @Test("there are some")
  func some() { #expect(Self.names.count > 20) }

  @Test(
    "every expectation holds, every frame is accounted for, and what is shown of it plays the same",
    arguments: names)
  func holds(name: String) throws {
    let scenario = try Shipped.scenario(name)
    #expect(!scenario.title.isEmpty && scenario.name == name.split(separator: "/").last.map(String.init))
    for play in scenario.plays {
      #expect(play.steps.contains { !$0.expectations.isEmpty })
      let playback = Player(play).run()
      let verdict = Judge(play, playback).verdict()
      #expect(verdict.holds, "\(play.variant): \(verdict.steps.filter { $0.result == .failed })")
      #expect(playback.imbalance == nil)
      let shown = Player(try Shipped.reread(play)).run()
      #expect(shown.journal.records.map(\.withoutOrigin) == playback.journal.records.map(\.withoutOrigin))
    }
  }
}

/// What the truth tables say and no expectation can: which address an error comes from, which port a connection has.
@Suite("libvirt: who says so") struct LibvirtTruthTests {
  @Test(
    "an error comes from the host's address toward who is told",
    arguments: [
      ("nat-in", "no-route", "in", "203.0.113.1"), ("nat-in", "route-over-the-host", "in", "192.168.1.10"),
      ("all-networks", nil, "nat-to-nat", "192.168.122.1"), ("all-networks", nil, "nat-to-isolated", "192.168.122.1"),
      ("all-networks", nil, "routed-to-nat", "192.168.124.1"), ("isolated-gateway", nil, "to-peer", "192.168.126.1"),
      ("isolated", "peer-with-a-route", "in", "192.168.1.10"), ("mtu", nil, "nat", "192.168.122.1"),
      ("mtu", nil, "routed", "192.168.124.1"),
    ])
  func responders(name: String, variant: String?, step: String, responder: String) throws {
    #expect(try ShippedPlay("libvirt/\(name)", variant).responder(step) == responder)
  }

  @Test("a LAN address that nobody has is told of by the host's LAN address, after three seconds")
  func absent() throws {
    let played = try ShippedPlay("libvirt/nat-out")
    #expect(try played.responder("nobody-there") == "192.168.1.10")
    for step in ["nobody-there", "nobody"] {
      let flow = try played.flow(step)
      #expect((.milliseconds(3000) ... .milliseconds(3100)).contains(flow.ended - flow.began), "\(step)")
    }
  }

  @Test("a free port is kept, one that is taken and one below 1024 are moved above that")
  func ports() throws {
    let played = try ShippedPlay("libvirt/nat-ports", "as-installed")
    #expect(try played.source("first") == "192.168.1.10:5000")
    #expect(try played.source("fourth") == "192.168.1.10:5001")
    for step in ["same", "low"] {
      let port = try #require(try played.activity(step).request?.hops.last?.frame.ports?.source)
      #expect(port >= 1024 && port != 5000, "\(step)")
    }
    let few = try ShippedPlay("libvirt/nat-ports", "four-ports")
    let four = try ["first", "same", "low", "fourth"].map {
      try #require(try few.activity($0).request?.hops.last?.frame.ports?.source)
    }
    #expect(four.sorted() == [40000, 40001, 40002, 40003])
    let snat = try ShippedPlay("libvirt/nat-ports", "addresses")
    #expect(try snat.source("first") == "192.168.1.50:5000")
  }

  @Test(
    "dnsmasq sends options 53, 54, 51, 58, 59, 1 and 28 before what was asked for, and no router where it is isolated")
  func options() throws {
    func offer(_ name: String, _ variant: String?) throws -> DHCPMessage {
      let played = try ShippedPlay(name, variant)
      let offers = played.playback.journal.records.compactMap { record -> DHCPMessage? in
        guard case .sent(let frame, _) = record.event, let id = frame.message,
          case .dhcp(let message)? = played.playback.messages[id], message.kind == .offer
        else { return nil }
        return message
      }
      return try #require(offers.first)
    }
    // The client has told its name, and it comes back as option 12.
    for (variant, asked) in [("nat", [3, 6, 12] as Set<UInt8>), ("isolated", [6, 12])] {
      let codes = try offer("libvirt/four-models", variant).options.map(\.code)
      #expect(codes.prefix(7) == [53, 54, 51, 58, 59, 1, 28], "\(variant)")
      #expect(Set(codes.dropFirst(7)) == asked, "\(variant)")
    }
  }
}
