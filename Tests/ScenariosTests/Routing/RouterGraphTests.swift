import Packets
import Protocols
import Simulation
import Testing
import Topology

@Suite("Shortest paths") struct RouterGraphTests {
  @Test("in a line the outer routers have a default, the middle one knows every network and no more")
  func line() throws {
    var sketch = RouterSketch(routers: 3)
    sketch.add("10.0.1.0/24", 0)
    sketch.add("10.0.12.0/24", 0, 1)
    sketch.add("10.0.2.0/24", 1)
    sketch.add("10.0.23.0/24", 1, 2)
    sketch.add("10.0.3.0/24", 2)
    #expect(try sketch.routes(of: 0) == ["0.0.0.0/0 via 10.0.12.2"])
    #expect(try sketch.routes(of: 1) == ["10.0.1.0/24 via 10.0.12.1", "10.0.3.0/24 via 10.0.23.2"])
    #expect(try sketch.routes(of: 2) == ["0.0.0.0/0 via 10.0.23.1"])
  }

  @Test("what does not exist is refused by the core and does not circle")
  func nowhere() throws {
    var sketch = RouterSketch(routers: 3)
    sketch.add("10.0.12.0/24", 0, 1)
    sketch.add("10.0.23.0/24", 1, 2)
    let routed = try RoutedSketch(sketch)
    #expect(routed.send(from: 0, to: IPv4Address(10, 9, 9, 9)) == .noRoute(hops: 1))
    #expect(routed.send(from: 0, to: IPv4Address(10, 0, 23, 9)) == .arrived(hops: 1))
  }

  @Test("in a ring everybody goes the shorter way round, and of two equal ones by the lower neighbour")
  func ring() throws {
    var sketch = RouterSketch(routers: 4)
    for router in 0..<4 { sketch.add("10.0.\(router).0/24", router) }
    // The lower address of router 0's neighbours is that of router 3.
    sketch.add("10.1.0.0/30", 3, 0)
    sketch.add("10.1.1.0/30", 0, 1)
    sketch.add("10.1.2.0/30", 1, 2)
    sketch.add("10.1.3.0/30", 2, 3)
    #expect(
      try sketch.routes(of: 0) == [
        "10.0.1.0/24 via 10.1.1.2", "10.0.2.0/23 via 10.1.0.1", "10.1.2.0/30 via 10.1.1.2",
        "10.1.3.0/30 via 10.1.0.1",
      ])
  }

  @Test("a branch whose addresses were given out together is one route, another one two")
  func tree() throws {
    var sketch = RouterSketch(routers: 4)
    sketch.add("10.0.0.0/26", 1)
    sketch.add("10.0.0.64/26", 2)
    sketch.add("10.0.0.128/25", 1, 2)
    sketch.add("10.1.0.0/24", 3)
    sketch.add("10.3.0.0/24", 3)
    sketch.add("10.2.0.0/24", 0, 1)
    sketch.add("10.2.1.0/24", 0, 3)
    // Of this tree router 0 is left.
    #expect(
      try sketch.routes(of: 0) == ["10.0.0.0/24 via 10.2.0.2", "10.1.0.0/24 via 10.2.1.2", "10.3.0.0/24 via 10.2.1.2"])
    #expect(try sketch.routes(of: 1) == ["0.0.0.0/0 via 10.2.0.1", "10.0.0.64/26 via 10.0.0.130"])
    #expect(try sketch.routes(of: 2) == ["0.0.0.0/0 via 10.0.0.129"])
    #expect(try sketch.routes(of: 3) == ["0.0.0.0/0 via 10.2.1.1"])
  }

  @Test("islands know nothing of each other, not even where they use the same addresses")
  func islands() throws {
    var sketch = RouterSketch(routers: 5)
    for first in [0, 2] {
      sketch.add("10.0.0.0/30", first, first + 1)
      sketch.add("10.0.1.0/24", first)
      sketch.add("10.0.2.0/24", first + 1)
    }
    sketch.add("10.5.0.0/24", 4)
    let routed = try RoutedSketch(sketch)
    #expect(try sketch.routes(of: 0) == sketch.routes(of: 2))
    #expect(try sketch.routes(of: 4) == [])
    #expect(routed.send(from: 0, to: IPv4Address(10, 5, 0, 9)) == .noRoute(hops: 1))
  }

  @Test("three routers on one network reach each other's in one hop")
  func multiAccess() throws {
    var sketch = RouterSketch(routers: 3)
    sketch.add("10.0.0.0/24", 0, 1, 2)
    for router in 0..<3 { sketch.add("10.0.\(router * 2 + 1).0/24", router) }
    #expect(try sketch.routes(of: 0) == ["10.0.3.0/24 via 10.0.0.2", "10.0.5.0/24 via 10.0.0.3"])
    #expect(try sketch.routes(of: 1) == ["10.0.1.0/24 via 10.0.0.1", "10.0.5.0/24 via 10.0.0.3"])
  }

  @Test("of two cables between routers the one with the lower address is taken")
  func parallel() throws {
    var sketch = RouterSketch(routers: 2)
    sketch.add("10.2.0.0/30", 0, 1)
    sketch.add("10.1.0.0/30", 0, 1)
    sketch.add("10.9.0.0/24", 1)
    #expect(try sketch.routes(of: 0) == ["0.0.0.0/0 via 10.1.0.2"])
    #expect(try sketch.routes(of: 1) == [])
  }

  @Test("a way out to everywhere is where every default leads to")
  func uplink() throws {
    var sketch = RouterSketch(routers: 4)
    sketch.add("10.0.0.0/30", 0, 1)
    sketch.add("10.0.0.4/30", 1, 2)
    sketch.add("10.0.0.8/30", 2, 3)
    sketch.add("10.0.1.0/24", 3)
    sketch.offer("0.0.0.0/0", at: 0)
    #expect(
      try sketch.routes(of: 0) == ["10.0.0.4/30 via 10.0.0.2", "10.0.0.8/30 via 10.0.0.2", "10.0.1.0/24 via 10.0.0.2"])
    #expect(try sketch.routes(of: 1).first == "0.0.0.0/0 via 10.0.0.1")
    // With one at either end everybody goes to the nearer, and the middle to the lower neighbour.
    sketch.offer("0.0.0.0/0", at: 3)
    #expect(try sketch.routes(of: 1).first == "0.0.0.0/0 via 10.0.0.1")
    #expect(try sketch.routes(of: 2).first == "0.0.0.0/0 via 10.0.0.10")
    #expect(try sketch.routes(of: 3).contains { $0.hasPrefix("0.0.0.0/0") } == false)
  }

  @Test("a network within another keeps a route of its own all the way")
  func overlap() throws {
    var sketch = RouterSketch(routers: 4)
    sketch.add("192.168.0.0/30", 0, 1)
    sketch.add("192.168.0.4/30", 1, 2)
    sketch.add("192.168.0.8/30", 2, 3)
    sketch.add("10.0.0.0/8", 0)
    sketch.add("10.1.0.0/24", 3)
    sketch.add("10.1.1.0/24", 3)
    let routed = try RoutedSketch(sketch)
    #expect(routed.send(from: 1, to: IPv4Address(10, 1, 0, 1)) == .arrived(hops: 2))
    #expect(routed.send(from: 0, to: IPv4Address(10, 1, 1, 1)) == .arrived(hops: 3))
    #expect(routed.send(from: 3, to: IPv4Address(10, 2, 0, 1)) == .arrived(hops: 3))
  }

  @Test("of two networks with one prefix the nearer is meant")
  func anycast() throws {
    var sketch = RouterSketch(routers: 5)
    for router in 0..<4 { sketch.add("192.168.\(router).0/30", router, router + 1) }
    sketch.offer("10.0.0.1/32", at: 0)
    sketch.offer("10.0.0.1/32", at: 4)
    let graph = try RoutedSketch(sketch)
    #expect(graph.nextHop(from: 1, to: IPv4Address(10, 0, 0, 1)) == IPv4Address(192, 168, 0, 1))
    #expect(graph.nextHop(from: 3, to: IPv4Address(10, 0, 0, 1)) == IPv4Address(192, 168, 3, 2))
    #expect(graph.nextHop(from: 2, to: IPv4Address(10, 0, 0, 1)) == IPv4Address(192, 168, 1, 1))
  }

  @Test("a chain of a hundred thousand routers is no deeper than one of ten")
  func chain() throws {
    let routed = try chainSketch(100_000).graph.routes()
    #expect(routed.count == 100_000)
    #expect(routed.allSatisfy { $0.count < 40 })
  }

  /// Behind each router there is a block of which its own networks are a part.
  private func chainSketch(_ count: Int) -> RouterSketch {
    var sketch = RouterSketch(routers: count)
    for router in 0..<count {
      let block = IPv4Address(rawValue: 0x0a00_0000 + UInt32(router) * 4)
      sketch.add("\(block)/31", router)
      if router > 0 { sketch.add("\(block.advanced(by: 2) ?? .any)/31", router - 1, router) }
    }
    return sketch
  }

  @Test("ten times as many routers in a tree have about ten times as many routes")
  func growth() throws {
    func routeCount(_ routers: Int) throws -> Int {
      var sketch = RouterSketch(routers: routers)
      for router in 1..<routers {
        // The addresses of a branch are scattered, which is the worst that can be done to it.
        let block = IPv4Address(rawValue: 0x0a00_0000 + UInt32(router) * 4)
        sketch.add("\(block)/31", (router - 1) / 4, router)
      }
      return try sketch.graph.routes().reduce(0) { $0 + $1.count }
    }
    let (small, large) = (try routeCount(1_000), try routeCount(10_000))
    #expect(large < small * 15, "\(small) and \(large)")
  }

  @Test("more routes than are allowed are refused, and just as many are not")
  func tooMany() throws {
    // In the trees: 100 defaults, and from either end 1 + 2 + … networks, since nothing merges.
    var sketch = RouterSketch(routers: 101)
    for router in 1..<sketch.routerCount {
      sketch.add("\(IPv4Address(rawValue: 0x0a00_0000 + UInt32(router) * 8))/30", router - 1, router)
    }
    let count = 100 + 2 * (49 * 50 / 2)
    #expect(try sketch.graph.routes(atMost: count).reduce(0) { $0 + $1.count } == count)
    #expect(throws: TooManyRoutes(count: count)) { try sketch.graph.routes(atMost: count - 1) }
  }

  @Test("a core with more pairs than can be gone through is refused before it is begun")
  func tooManyPairs() throws {
    // A ring has as many networks as routers: 306 million pairs.
    var sketch = RouterSketch(routers: 17_500)
    for router in 0..<sketch.routerCount {
      let block = IPv4Address(rawValue: 0x0a00_0000 + UInt32(router) * 8)
      sketch.add("\(block)/30", router, (router + 1) % sketch.routerCount)
    }
    #expect(throws: TooManyRoutes(count: 17_500 * 17_500)) { try sketch.graph.routes() }
  }
}
