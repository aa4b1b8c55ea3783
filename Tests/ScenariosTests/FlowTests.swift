import Devices
import Packets
import Scenarios
import Simulation
import Testing
import Topology

/// Flows out of journals written by hand.
@Suite("Flows") struct FlowTests {
  private var sketch: JournalSketch {
    get throws { JournalSketch(try ScenarioText(smallLab).play.topology) }
  }

  private func flow(_ sketch: JournalSketch) throws -> ActivityFlow {
    try #require(FlowReader(sketch.journal, sketch.topology).flows().first?.activities.first)
  }

  private func way(_ journey: Journey?, _ sketch: JournalSketch) -> [String] {
    (journey?.hops ?? []).map {
      "\(sketch.topology.machine(of: $0.from.device).name) \(sketch.topology.machine(of: $0.to.device).name)"
    }
  }

  @Test(
    "of the copies a flood makes, the one that is answered is the way, and the answer's way back the reply")
  func flooding() throws {
    var sketch = try sketch
    sketch.begin(at: "a")
    sketch.send(1, "a", "sw", .begins, activity: 1)
    sketch.send(2, "sw", "b", .continues, of: 1)
    sketch.send(3, "sw", "r", .continues, of: 1)
    sketch.send(4, "sw", "d", .continues, of: 1)
    sketch.absorb(2, at: "b")
    sketch.send(5, "b", "sw", .answers, of: 2)
    sketch.drop(3, at: "r", .notAddressedToUs)
    sketch.drop(4, at: "d", .filtered)
    sketch.send(6, "sw", "r", .continues, of: 5)
    sketch.send(7, "sw", "a", .continues, of: 5)
    sketch.drop(6, at: "r", .filtered)
    sketch.absorb(7, at: "a")
    sketch.end(at: "a")
    let flow = try flow(sketch)
    #expect(way(flow.request, sketch) == ["a sw", "sw b"])
    #expect(flow.request?.end == .absorbed(.icmp))
    #expect(flow.request?.lastDevice == sketch.device("b"))
    #expect(way(flow.reply, sketch) == ["b sw", "sw a"])
    #expect(flow.culprit == nil)
  }

  @Test(
    "absorbed comes before lost, a loss that explains before copies nobody wanted, and the latest of those that explain"
  )
  func ranking() throws {
    var sketch = try sketch
    sketch.begin(at: "a")
    sketch.send(1, "a", "sw", .begins, activity: 1)
    for (frame, name) in [(2, "b"), (3, "v"), (4, "d"), (5, "r")] as [(UInt32, String)] {
      sketch.send(frame, "sw", name, .continues, of: 1)
    }
    sketch.drop(2, at: "b", .filtered)
    sketch.drop(3, at: "v", .noAddress)
    sketch.drop(4, at: "d", .notAddressedToUs)
    var undecided = sketch
    undecided.drop(5, at: "r", .sameSegment)
    #expect(try flow(undecided).request?.lastDevice == sketch.device("v"))
    sketch.absorb(5, at: "r")
    #expect(try flow(sketch).request?.lastDevice == sketch.device("r"))
    #expect(try flow(sketch).reply == nil)
  }

  @Test("when nobody wanted any copy, the last of them tells")
  func unwanted() throws {
    var sketch = try sketch
    sketch.begin(at: "a")
    sketch.send(1, "a", "sw", .begins, activity: 1)
    sketch.send(2, "sw", "b", .continues, of: 1)
    sketch.send(3, "sw", "r", .continues, of: 1)
    sketch.drop(2, at: "b", .notAddressedToUs)
    sketch.drop(3, at: "r", .notAddressedToUs)
    #expect(try flow(sketch).request?.lastDevice == sketch.device("r"))
    #expect(try flow(sketch).request?.end == .dropped(.notAddressedToUs, .none))
  }

  @Test("a packet that waits for ARP goes on as itself, and that it waited is among the decisions")
  func waiting() throws {
    var sketch = try sketch
    sketch.begin(at: "a")
    sketch.hold(1, at: "a", .begins, activity: 1)
    sketch.send(2, "a", "sw", .serves, of: 1)
    sketch.absorb(2, at: "sw", by: .arp)
    sketch.send(3, "a", "sw", .continues, of: 1)
    sketch.send(4, "sw", "b", .continues, of: 3)
    sketch.absorb(4, at: "b")
    sketch.end(at: "a")
    let flow = try flow(sketch)
    #expect(way(flow.request, sketch) == ["a sw", "sw b"])
    #expect(flow.request?.hops.first?.decisions.map(\.frame.rawValue) == [1])
    #expect(flow.request?.hops.last?.decisions.isEmpty == true)
  }

  @Test("a packet that waits for ARP in vain never leaves, and its sender is to blame")
  func waitingInVain() throws {
    var sketch = try sketch
    sketch.begin(at: "a")
    sketch.hold(1, at: "a", .begins, activity: 1)
    sketch.drop(1, at: "a", .noNeighbor)
    sketch.end(1, .failure(.hostUnreachable), at: "a")
    let flow = try flow(sketch)
    #expect(flow.request?.hops.isEmpty == true)
    #expect(flow.request?.end == .dropped(.noNeighbor, .none))
    #expect(flow.request?.lastDevice == sketch.device("a"))
    #expect(flow.culprit == sketch.device("a"))
  }

  @Test("a hop tells what its sender decided about the packet, and the last device what it decided itself")
  func decisions() throws {
    var sketch = try sketch
    let translation = Translation(.source, before: Endpoint(.any, 1), after: Endpoint(.broadcast, 2))
    let learned = Event.learned(.zero, 1)
    sketch.begin(at: "a")
    sketch.note(.looped(IPv4Packet(source: .any, destination: .any, payload: .other(.udp, .empty))), at: "b")
    sketch.send(1, "a", "sw", .begins, activity: 1)
    sketch.note(learned, at: "sw", about: 1)
    sketch.send(2, "sw", "r", .continues, of: 1)
    sketch.note(.translated(translation), at: "r", about: 2)
    sketch.note(learned, at: "sw", about: 2)
    sketch.send(3, "r", "c", .continues, of: 2, JournalSketch.echo(ttl: 63))
    sketch.note(.flooded(9), at: "c", about: 3)
    sketch.absorb(3, at: "c")
    sketch.note(.flooded(7), at: "c", about: 3)
    sketch.send(4, "c", "r", .answers, of: 3)
    let flow = try flow(sketch)
    #expect(
      flow.request?.hops.map { $0.decisions.map(\.event) } == [[], [learned], [.translated(translation)]])
    #expect(flow.request?.lastDecisions.map(\.event) == [.flooded(9)])
    #expect(flow.reply?.hops.map { $0.decisions.map(\.event) } == [[.flooded(7)]])
  }

  @Test("a late answer is told with what was decided when it was made, not with the server's check before it")
  func lateAnswer() throws {
    var sketch = try sketch
    sketch.begin(at: "a")
    sketch.send(1, "a", "sw", .begins, activity: 1)
    sketch.send(2, "sw", "r", .continues, of: 1)
    sketch.absorb(2, at: "r")
    sketch.note(.flooded(1), at: "r", about: 2)
    sketch.time = sketch.time + .seconds(3)
    sketch.note(.flooded(2), at: "r", about: 2)
    sketch.send(3, "r", "sw", .answers, of: 2)
    let flow = try flow(sketch)
    #expect(flow.reply?.hops.first?.decisions.map(\.event) == [.flooded(2)])
  }

  @Test("what a device notes just before its own packet belongs to that packet")
  func firstDecisions() throws {
    var sketch = try sketch
    sketch.begin(at: "a")
    let routed = Event.routed(destination: .any, prefix: .all, nextHop: .any)
    let time = sketch.time
    sketch.note(routed, at: "a")
    sketch.time = time
    sketch.send(1, "a", "sw", .begins, activity: 1)
    #expect(try flow(sketch).request?.hops.first?.decisions.map(\.event) == [routed])
    sketch.send(2, "sw", "b", .continues, of: 1, arrives: false)
    #expect(try flow(sketch).request?.hops.last?.decisions.isEmpty == true)
  }

  @Test("a proxy's own packets continue those it speaks for, both ways")
  func proxy() throws {
    var sketch = try sketch
    sketch.begin(at: "a")
    sketch.send(1, "a", "sw", .begins, activity: 1)
    sketch.send(2, "sw", "r", .continues, of: 1)
    sketch.note(
      .proxied(Translation(.source, before: Endpoint(.any, 1), after: Endpoint(.any, 2))), at: "r", about: 2)
    sketch.send(3, "r", "c", .continues, of: 2)
    sketch.absorb(3, at: "c", by: .tcp)
    sketch.send(4, "c", "r", .answers, of: 3)
    sketch.send(5, "r", "sw", .continues, of: 4)
    sketch.send(6, "sw", "a", .continues, of: 5)
    sketch.absorb(6, at: "a", by: .tcp)
    sketch.send(7, "a", "sw", .serves, of: 6)
    sketch.end(at: "a")
    let flow = try flow(sketch)
    #expect(way(flow.request, sketch) == ["a sw", "sw r", "r c"])
    #expect(way(flow.reply, sketch) == ["c r", "r sw", "sw a"])
  }

  private static let unreachable = JournalSketch.echo(
    "10.0.0.254", "10.0.0.1", kind: .unreachable(.network, mtu: 0))

  @Test("an error is the answer, and who made it is to blame")
  func error() throws {
    var sketch = try sketch
    sketch.begin(at: "a")
    sketch.send(1, "a", "sw", .begins, activity: 1)
    sketch.send(2, "sw", "r", .continues, of: 1)
    sketch.drop(2, at: "r", .noRoute)
    sketch.note(.refused(.unreachable(.network, mtu: 0)), at: "r", about: 2)
    sketch.send(3, "r", "sw", .answers, of: 2, Self.unreachable)
    sketch.send(4, "sw", "a", .continues, of: 3, Self.unreachable)
    sketch.absorb(4, at: "a")
    sketch.end(1, .failure(.networkUnreachable), at: "a")
    let flow = try flow(sketch)
    #expect(flow.request?.end == .dropped(.noRoute, .none))
    #expect(way(flow.reply, sketch) == ["r sw", "sw a"])
    #expect(flow.reply?.hops.first?.decisions.map(\.event) == [.refused(.unreachable(.network, mtu: 0))])
    #expect(flow.culprit == sketch.device("r"))
  }

  @Test("an error that a stack hands to a program beside it goes on, and whoever made it stays to blame")
  func handedError() throws {
    var sketch = try sketch
    sketch.begin(at: "a")
    sketch.send(1, "a", "sw", .begins, activity: 1)
    sketch.send(2, "sw", "r", .continues, of: 1)
    sketch.send(3, "r", "c", .continues, of: 2)
    sketch.drop(3, at: "c", .filtered)
    sketch.send(4, "c", "r", .answers, of: 3, Self.unreachable)
    sketch.absorb(4, at: "r")
    sketch.send(5, "r", "sw", .answers, of: 4, Self.unreachable)
    sketch.send(6, "sw", "a", .continues, of: 5, Self.unreachable)
    sketch.absorb(6, at: "a")
    sketch.end(1, .failure(.networkUnreachable), at: "a")
    let flow = try flow(sketch)
    #expect(way(flow.reply, sketch) == ["c r", "r sw", "sw a"])
    #expect(flow.culprit == sketch.device("c"))
  }

  @Test("what a link loses ends with its sender, on the way to a device it never reached")
  func lostOnLink() throws {
    var sketch = try sketch
    sketch.begin(at: "a")
    sketch.send(1, "a", "sw", .begins, activity: 1)
    sketch.send(2, "sw", "b", .continues, of: 1, arrives: false)
    sketch.drop(2, at: "sw", .lost)
    sketch.end(1, .failure(.noAnswer), at: "a")
    let flow = try flow(sketch)
    let request = try #require(flow.request)
    #expect(way(request, sketch) == ["a sw", "sw b"])
    #expect(request.lastDevice == sketch.device("sw"))
    #expect(request.lastPort == request.hops.first?.to.port)
    #expect(!request.hasArrived)
    #expect(flow.culprit == sketch.device("sw"))
    let verdict = ActivityVerdict(flow, in: sketch.topology)
    #expect(verdict.request.map(\.machine) == ["a", "sw"])
    #expect(verdict.requestTimeToLive == nil)
  }

  @Test("what is still under way is neither lost nor there")
  func underWay() throws {
    var sketch = try sketch
    sketch.begin(at: "a")
    sketch.send(1, "a", "sw", .begins, activity: 1, arrives: false)
    #expect(try flow(sketch).request?.end == .underWay)
    #expect(try flow(sketch).request?.lastDevice == sketch.device("a"))
    #expect(try flow(sketch).outcome.failure == .interrupted)
  }

  @Test(
    "of several first packets the one whose answer came back counts, else the first answered, else the last")
  func retransmission() throws {
    var sketch = try sketch
    sketch.begin(at: "a")
    sketch.send(1, "a", "sw", .begins, activity: 1)
    sketch.drop(1, at: "sw", .queueFull)
    sketch.send(2, "a", "sw", .begins, activity: 1)
    sketch.drop(2, at: "sw", .filtered)
    #expect(try flow(sketch).request?.hops.first?.id == FrameID(rawValue: 2))
    sketch.send(3, "a", "sw", .begins, activity: 1)
    sketch.send(4, "sw", "b", .continues, of: 3)
    sketch.absorb(4, at: "b")
    sketch.send(5, "b", "sw", .answers, of: 4)
    sketch.drop(5, at: "sw", .lost)
    sketch.send(6, "a", "sw", .begins, activity: 1)
    sketch.drop(6, at: "sw", .queueFull)
    #expect(try flow(sketch).request?.hops.first?.id == FrameID(rawValue: 3))
    sketch.send(7, "a", "sw", .begins, activity: 1)
    sketch.send(8, "sw", "b", .continues, of: 7)
    sketch.absorb(8, at: "b")
    sketch.send(9, "b", "sw", .answers, of: 8)
    sketch.send(10, "sw", "a", .continues, of: 9)
    sketch.absorb(10, at: "a")
    #expect(try flow(sketch).request?.hops.first?.id == FrameID(rawValue: 7))
  }

  @Test("silence although somebody answered is the fault of where the answer got lost")
  func lostReply() throws {
    var sketch = try sketch
    sketch.begin(at: "a")
    sketch.send(1, "a", "sw", .begins, activity: 1)
    sketch.send(2, "sw", "b", .continues, of: 1)
    sketch.absorb(2, at: "b")
    sketch.send(3, "b", "sw", .answers, of: 2)
    sketch.send(4, "sw", "r", .continues, of: 3)
    sketch.drop(4, at: "r", .noRoute)
    sketch.end(1, .failure(.noAnswer), at: "a")
    let flow = try flow(sketch)
    #expect(flow.request?.lastDevice == sketch.device("b"))
    #expect(flow.reply?.lastDevice == sketch.device("r"))
    #expect(flow.culprit == sketch.device("r"))
  }

  @Test("each step has its own activities, and those without a packet have no journey")
  func steps() throws {
    var sketch = try sketch
    sketch.begin(1, at: "a", step: 0)
    sketch.end(1, .failure(.noRoute), at: "a", step: 0)
    sketch.begin(2, at: "b", step: 1)
    sketch.send(1, "b", "sw", .begins, activity: 2)
    sketch.end(2, at: "b", step: 1)
    let flows = FlowReader(sketch.journal, sketch.topology).flows()
    #expect(flows.map(\.step) == [0, 1])
    #expect(flows.map { $0.activities.map(\.device) } == [[sketch.device("a")], [sketch.device("b")]])
    #expect(flows[0].activities[0].request == nil)
    #expect(flows[0].activities[0].culprit == sketch.device("a"))
    #expect(flows[1].activities[0].request != nil)
    #expect(flows[1].began < flows[1].ended)
  }
}
