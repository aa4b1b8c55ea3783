import Configuration
import Devices
import Packets
import Protocols
import Simulation
import Testing

/// A bridge with spanning tree, as its neighbours and hosts meet it.
@Suite("Bridge with spanning tree") struct BridgeTreeTests {
  private let a = SegmentFrames.a
  private let b = SegmentFrames.b

  private func bridge(vlanPorts: [BridgePort] = []) -> DeviceBench<Bridge> {
    let identifier = BridgeIdentifier(priority: 32768, address: MACAddress(rawValue: 0x0200_0000_0001))
    return DeviceBench(
      Bridge(
        vlanPorts: vlanPorts, tree: SpanningTree.Settings(bridge: identifier),
        treePorts: Array(repeating: SpanningTreePort(), count: 3)), ports: 3)
  }

  private func isConfiguration(_ deed: Deed) -> Bool {
    if case .sent(let frame, _) = deed { frame.destination == BridgeProtocolDataUnit.destination } else { false }
  }

  @Test("says on every port that it is there, at once and every two seconds")
  func hello() {
    var bridge = bridge()
    let first = bridge.start().filter(isConfiguration)
    let quiet = bridge.advance(by: .milliseconds(1999)).filter(isConfiguration)
    let second = bridge.advance(by: .milliseconds(1)).filter(isConfiguration)
    #expect(first.count == 3 && quiet.isEmpty && second.count == 3)
  }

  @Test("drops while it listens, learns and drops while it learns, forwards afterwards")
  func states() {
    var bridge = bridge()
    let frame = SegmentFrames.frame(from: a, to: b)
    bridge.advance(by: .milliseconds(14_999))
    let listening = bridge.receive(frame, on: 0)
    bridge.advance(by: .seconds(15))
    let learning = bridge.receive(frame, on: 0)
    bridge.advance(by: .milliseconds(1))
    let forwarding = bridge.receive(frame, on: 0)
    #expect(listening == [.dropped(.portBlocked)])
    #expect(learning == [.noted(.learned(a, 0)), .dropped(.portBlocked)])
    #expect(forwarding == [.noted(.flooded(2)), .sent(frame, 1), .sent(frame, 2)])
    #expect(bridge.counters.isBalanced)
  }

  /// Linux raises a forward delay of zero to two seconds when spanning tree is switched on.
  @Test(
    "a port listens and learns for twice the forward delay: 30 s unless set, and 4 s at least",
    arguments: [(nil, 30), ("0s", 4), ("2s", 4), ("30s", 60)] as [(String?, UInt64)])
  func forwardDelay(written: String?, seconds: UInt64) throws {
    var fields: [(String, Value)] = [("spanning-tree", "stp"), ("ports", ["p1": [:], "p2": [:]])]
    if let written { fields.append(("forward-delay", .string(written))) }
    let settings = Written<BridgeSettings>(.map(fields))
    #expect(settings.said == [])
    var bridge = DeviceBench(try #require(settings.kind?.makeDevice(ports: 2) as? Bridge), ports: 2)
    let frame = SegmentFrames.frame(from: a, to: b)
    bridge.advance(by: .nanoseconds(seconds * 1_000_000_000 - 1))
    let early = bridge.receive(frame, on: 0)
    bridge.advance(by: .nanoseconds(1))
    let late = bridge.receive(frame, on: 0)
    #expect(early.last == .dropped(.portBlocked))
    #expect(late.last == .sent(frame, 1))
  }

  @Test("listens again for as long as ever after it was switched off and on")
  func powerOn() {
    var bridge = bridge()
    bridge.advance(by: .seconds(40))
    let frame = SegmentFrames.frame(from: a, to: b)
    let forwarding = bridge.receive(frame, on: 0)
    let said = bridge.powerOn().filter(isConfiguration)
    bridge.advance(by: .milliseconds(29_999))
    let learning = bridge.receive(frame, on: 0)
    bridge.advance(by: .milliseconds(1))
    let again = bridge.receive(frame, on: 0)
    #expect(forwarding.count == 4 && said.count == 3)
    #expect(learning == [.noted(.learned(a, 0)), .dropped(.portBlocked)])
    #expect(again == [.noted(.flooded(2)), .sent(frame, 1), .sent(frame, 2)])
  }

  @Test("passes over a port that blocks, and lets nothing in there")
  func blocked() throws {
    var bridge = bridge()
    bridge.start()
    let better = BridgeProtocolDataUnit.Configuration(
      root: BridgeIdentifier(rawValue: 1), rootPathCost: 0, bridge: BridgeIdentifier(rawValue: 1),
      port: BridgePortIdentifier(rawValue: 0x8001), messageAge: 0, maxAge: 40 * 256, helloTime: 512,
      forwardDelay: 15 * 256)
    // The same is heard on two ports: the second is no better.
    for port in [PortNumber(0), 1] {
      let payload = BridgeProtocolDataUnit.configuration(better).payload(in: &bridge.messages)
      let deeds = bridge.receive(
        EthernetFrame(destination: BridgeProtocolDataUnit.destination, source: b, payload: payload), on: port)
      #expect(deeds.first == .absorbed(.spanningTree))
    }
    bridge.advance(by: .seconds(31))
    let frame = SegmentFrames.frame(from: a, to: .broadcast)
    let fromRoot = bridge.receive(frame, on: 0)
    #expect(fromRoot.suffix(2) == [.noted(.flooded(1)), .sent(frame, 2)])
    let fromBlocked = bridge.receive(frame, on: 1)
    #expect(fromBlocked == [.dropped(.portBlocked)])
  }

  @Test("what is sent to the bridges' group and is no unit is malformed, and is never passed on")
  func group() {
    var bridge = bridge()
    let deeds = bridge.receive(SegmentFrames.frame(from: a, to: BridgeProtocolDataUnit.destination), on: 0)
    #expect(deeds == [.dropped(.malformed)])
  }

  @Test("with rapid spanning tree it proposes, takes a silent port for an edge after 3 s, and forwards there")
  func rapid() throws {
    var settings = SpanningTree.Settings(
      bridge: BridgeIdentifier(priority: 32768, address: MACAddress(rawValue: 0x0200_0000_0001)))
    settings.isRapid = true
    var port = SpanningTreePort()
    port.isEdge = false
    var bridge = DeviceBench(
      Bridge(tree: settings, treePorts: [SpanningTreePort(), SpanningTreePort(), port]), ports: 3)
    let said = bridge.start().filter(isConfiguration)
    #expect(said.count == 3)
    let frame = SegmentFrames.frame(from: a, to: b)
    bridge.advance(by: .milliseconds(2999))
    let early = bridge.receive(frame, on: 0)
    bridge.advance(by: .milliseconds(1))
    let late = bridge.receive(frame, on: 0)
    #expect(early == [.dropped(.portBlocked)])
    #expect(late == [.noted(.learned(a, 0)), .noted(.flooded(1)), .sent(frame, 1)])
    #expect(bridge.counters.isBalanced)
  }

  @Test("units belong to no VLAN")
  func vlans() throws {
    let access = BridgePort(VLANPort(untagged: VLANID(rawValue: 100)))
    var bridge = bridge(vlanPorts: [access, access, BridgePort(VLANPort(untagged: nil, tagged: .all))])
    let said = bridge.start().filter(isConfiguration)
    #expect(said.count == 3)
    let payload = BridgeProtocolDataUnit.topologyChange.payload(in: &bridge.messages)
    let deeds = bridge.receive(
      EthernetFrame(destination: BridgeProtocolDataUnit.destination, source: b, payload: payload), on: 2)
    #expect(deeds.first == .absorbed(.spanningTree))
  }

  @Test(
    "a link costs by its rate",
    arguments: [
      (UInt64(0), UInt32(2)), (10_000_000_000, 2), (9_999_999_999, 4), (1_000_000_000, 4), (999_999_999, 19),
      (100_000_000, 19), (99_999_999, 100), (10_000_000, 100), (9_999_999, 65535),
    ])
  func costs(rate: UInt64, cost: UInt32) {
    #expect(Bridge.pathCost(ofRate: rate) == cost)
  }
}
