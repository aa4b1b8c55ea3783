import Configuration
import Devices
import Packets
import Scenarios
import Simulation
import Testing
import Topology
import YAMLSource

/// A scenario as text, with what reading it gave.
struct ScenarioText {
  let scenario: Scenario?
  let diagnostics: [Diagnostic]

  init(_ text: String) {
    var sources = SourceMap()
    var diagnostics = Diagnostics()
    let value = YAMLSource.read(text: text, name: "test.yaml", into: &sources, &diagnostics)
    scenario = value.flatMap { Scenario.read($0, &diagnostics) }
    self.diagnostics = diagnostics.sorted
  }

  /// `HL0203 3:14`, one for each mistake.
  var places: [String] {
    diagnostics.map { "\($0.code.rawValue) \($0.location.line):\($0.location.column)" }
  }

  var play: Play {
    get throws { try #require(scenario?.plays.first) }
  }

  /// Plays the variant of that name, or the first.
  func verdict(_ variant: String? = nil, seed: UInt64 = 1) throws -> VariantVerdict {
    let plays = try #require(scenario?.plays, "\(diagnostics)")
    let play = try #require(variant == nil ? plays.first : plays.first { $0.variant == variant })
    return Judge(play, Player(play, seed: seed).run()).verdict()
  }
}

/// `a` and `b` on a switch, `c` behind the router `r`, which knows no other network.
let smallLab = """
  nodes:
    a: { kind: host, interfaces: { eth0: 10.0.0.1/24 }, gateway: 10.0.0.254 }
    b: { kind: host, interfaces: { eth0: 10.0.0.2/24 }, gateway: 10.0.0.254, services: [tcp/22] }
    v: { kind: host, interfaces: { eth0: up } }
    d: { kind: dhcp-server, interfaces: { eth0: 10.0.0.3/24 }, range: 10.0.0.100-10.0.0.110, router: 10.0.0.254 }
    sw: { kind: switch }
    r: { kind: router, interfaces: { lan0: 10.0.0.254/24, wan0: 10.0.1.254/24 } }
    c: { kind: dns-server, interfaces: { eth0: 10.0.1.3/24 }, gateway: 10.0.1.254, services: [tcp/80], names: { www.test: 10.0.1.3 } }
  links:
    - [a, sw]
    - [b, sw]
    - [v, sw]
    - [d, sw]
    - [r:lan0, sw]
    - [r:wan0, c]

  """
