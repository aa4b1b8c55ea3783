import Configuration
import Devices
import Packets
import Scenarios
import Simulation
import Testing
import Topology

/// A computer with VMware on a LAN behind a home router, in a world that knows no private addresses.
///
/// `rtr` 192.168.1.1 masquerades toward `internet` 203.0.113.1, which owns 8.8.8.8; `pc` is 192.168.1.10, `peer` .20.
struct VMwareBed {
  /// More fields of `pc`, each on a line of its own.
  var host: [String] = []
  /// What stands in `networks`, which need not tell the usual subnets.
  var networks: [String: String] = [:]
  var guests: [String] = []
  /// More fields of `peer`.
  var peer: [String] = []
  var internetDelay = "0s"
  var nameserver: String? = "192.168.1.1"
  var steps: [Line]

  /// A step, with what is expected of it.
  struct Line {
    var step: String
    var expected: String?

    init(_ step: String, _ expected: String? = nil) {
      self.step = step
      self.expected = expected
    }
  }

  /// Two guests of the same kind, `g` and `g2`, which get their leases first.
  static func pair(_ mode: String, _ lines: Line...) -> VMwareBed {
    VMwareBed(
      guests: ["g: { network: \(mode), services: [tcp/80, udp/53] }", "g2: { network: \(mode) }"],
      steps: [Line("dhcp: g"), Line("dhcp: g2")] + lines)
  }

  var text: String {
    let usual = ["VMnet1": "subnet: 192.168.56.0/24", "VMnet8": "subnet: 192.168.233.0/24"]
    let nets = Set(usual.keys).union(networks.keys).sorted().map { net in
      "      \(net): { \([usual[net], networks[net]].compactMap { $0 }.joined(separator: ", ")) }"
    }
    var lines = [VMwareBed.world]
    lines += peer.map { "    \($0)" }
    lines.append(VMwareBed.computer)
    if let nameserver { lines.append("    dns: \(nameserver)") }
    lines += host.map { "    \($0)" } + ["    networks:"] + nets
    lines += ["    guests:"] + guests.map { "      \($0)" }
    lines += [
      "links:", "  - { endpoints: [internet, rtr:wan0], delay: \(internetDelay) }", "  - [rtr:lan0, lan]",
      "  - [peer, lan]", "  - [pc:eth0, lan]", "steps:",
    ]
    lines += steps.enumerated().map { "  - { id: s\($0), \($1.step) }" } + ["expect:"]
    lines += steps.enumerated().compactMap { place, line in line.expected.map { "  s\(place): \($0)" } }
    return lines.joined(separator: "\n")
  }

  private static let world = """
    nodes:
      internet:
        kind: internet
        interfaces: { eth0: 203.0.113.1/24 }
        owns: [8.8.8.8]
        services: [udp/7]
        names: { www.example.net: 198.51.100.80, dns.example.net: 198.51.100.53 }
      rtr:
        kind: home-router
        interfaces: { wan0: 203.0.113.2/24, lan0: 192.168.1.1/24 }
        gateway: 203.0.113.1
        dns: 198.51.100.53
        dhcp: { lan0: { range: 192.168.1.100-192.168.1.199, lease: 24h } }
      lan: { kind: switch }
      peer:
        kind: host
        interfaces: { eth0: 192.168.1.20/24 }
        gateway: 192.168.1.1
        dns: 192.168.1.1
    """

  private static let computer = """
      pc:
        kind: vmware
        interfaces: { eth0: 192.168.1.10/24 }
        gateway: 192.168.1.1
    """

  func play(seed: UInt64 = 1) throws -> VMwarePlay {
    let reading = ScenarioText(text)
    try #require(reading.diagnostics.filter { $0.severity == .error }.isEmpty, "\(reading.diagnostics)\n\(text)")
    let play = try reading.play
    let playback = Player(play, seed: seed).run()
    return VMwarePlay(play: play, playback: playback, verdict: Judge(play, playback).verdict())
  }

  /// Every expectation must hold.
  func check(sourceLocation: Testing.SourceLocation = #_sourceLocation) throws {
    for complaint in try complaints() { Issue.record("\(complaint)", sourceLocation: sourceLocation) }
  }

  /// Every expectation that does not hold, as text.
  func complaints() throws -> [String] {
    let played = try play()
    #expect(played.verdict.steps.count == steps.count)
    #expect(played.playback.imbalance == nil)
    return played.verdict.steps.flatMap { step in
      step.findings.filter { !$0.holds }.map { "\(step.words): wanted \($0.wanted), got \($0.got)" }
    } + played.verdict.steps.filter { $0.result == .unplayed }.map { "\($0.words) was not played" }
  }
}

/// A bed that has been played.
struct VMwarePlay {
  var play: Play
  var playback: Playback
  var verdict: VariantVerdict

  /// The flows of the last step.
  func lastFlow() throws -> Flow {
    try #require(FlowReader(playback.journal, playback.topology).flows().last)
  }

  /// The only activity of the last step.
  func lastActivity() throws -> ActivityFlow { try #require(lastFlow().activities.first) }

  /// The journal of the last step, and what came after it.
  var lastRecords: ArraySlice<Record> {
    let records = playback.journal.records
    let start = records.lastIndex { record in
      if case .stepBegan = record.event { true } else { false }
    }
    return records[(start ?? 0)...]
  }

  /// Frames that `device` sent in the last step, oldest first.
  func frames(sentBy device: String) -> [EthernetFrame] {
    lastRecords.compactMap { record in
      guard case .sent(let frame, _) = record.event, name(record.device) == device else { return nil }
      return frame
    }
  }

  /// What became at `device` of the frames it received in the last step.
  func fates(at device: String) -> [Event] {
    lastRecords.compactMap { record in
      guard name(record.device) == device else { return nil }
      switch record.event {
      case .absorbed, .dropped: return record.event
      default: return nil
      }
    }
  }

  func name(_ device: DeviceID) -> String { device == .none ? "" : play.topology.name(of: device) }

  /// DHCP messages of the whole play that `device` sent.
  func leaseMessages(sentBy device: String) -> [DHCPMessage] {
    playback.journal.records.compactMap { record in
      guard case .sent(let frame, _) = record.event, name(record.device) == device,
        let id = frame.message, case .dhcp(let message)? = playback.messages[id]
      else { return nil }
      return message
    }
  }
}
