import Packets
import Protocols
import Simulation
import Testing
import Topology

/// Networks drawn by chance: every packet takes the shortest way, and none circles.
@Suite("Shortest paths by chance") struct RandomRouterTests {
  /// A tree, with so many more links, so many networks of three or four routers, and a stub for every other router;
  /// addresses side by side but for gaps, in the order of the routers or in none.
  private func sketch(_ seed: Int, routers: Int) -> RouterSketch {
    var dice = RandomSource(seed: UInt64(seed))
    var groups: [[Int]] = []
    for router in 1..<routers where Int.random(in: 0..<20, using: &dice) > 0 || seed % 3 > 0 {
      groups.append([Int.random(in: max(0, router - 6)..<router, using: &dice), router])
    }
    for _ in 0..<seed % 5 { groups.append(Array(Array(0..<routers).shuffled(using: &dice).prefix(2))) }
    for _ in 0..<seed % 3 {
      groups.append(Array(Array(0..<routers).shuffled(using: &dice).prefix(Int.random(in: 3...4, using: &dice))))
    }
    for router in 0..<routers where Bool.random(using: &dice) { groups.append([router]) }
    if seed % 2 == 0 { groups.shuffle(using: &dice) }
    var sketch = RouterSketch(routers: routers)
    var block: UInt32 = 0x0a00_0000
    for group in groups {
      if Int.random(in: 0..<8, using: &dice) == 0 { block += 8 }
      guard let prefix = IPv4Prefix(holding: IPv4Address(rawValue: block), length: 29) else { continue }
      sketch.networks.append(RouterSketch.Network(prefix: prefix, routers: group.shuffled(using: &dice)))
      block += 8
    }
    return sketch
  }

  /// How many routers there are between each router and a network, by asking everybody in turn; nil for never.
  private func distances(to network: RouterSketch.Network, _ sketch: RouterSketch) -> [Int?] {
    var distances = [Int?](repeating: nil, count: sketch.routerCount)
    for router in network.routers { distances[router] = 0 }
    for round in 0..<sketch.routerCount {
      for link in sketch.networks where link.routers.contains(where: { distances[$0] == round }) {
        for router in link.routers where distances[router] == nil { distances[router] = round + 1 }
      }
    }
    return distances
  }

  /// The lowest address of a neighbour that is nearer.
  private func expectedHop(_ router: Int, _ distances: [Int?], _ sketch: RouterSketch) -> IPv4Address? {
    guard let own = distances[router] else { return nil }
    return sketch.networks.filter { $0.routers.contains(router) }
      .flatMap { network in
        network.routers.enumerated().filter { distances[$0.element] == own - 1 }
          .map { sketch.address(of: $0.offset, in: network) }
      }
      .min()
  }

  @Test("every packet takes as few routers as there can be, by the lowest of equal neighbours", arguments: 1...40)
  func shortest(seed: Int) throws {
    let sketch = sketch(seed, routers: seed % 4 == 0 ? 40 : 14)
    let routed = try RoutedSketch(sketch)
    for network in sketch.networks {
      let distances = distances(to: network, sketch)
      let address = network.prefix.broadcast
      for router in 0..<sketch.routerCount {
        guard let distance = distances[router] else {
          guard case .noRoute = routed.send(from: router, to: address) else {
            Issue.record("\(router) reaches \(address) on another island")
            continue
          }
          continue
        }
        #expect(routed.send(from: router, to: address) == .arrived(hops: distance))
        if distance > 0 {
          #expect(routed.nextHop(from: router, to: address) == expectedHop(router, distances, sketch))
        }
      }
    }
  }

  @Test("what no network has ends without a route, and no route but a default claims it", arguments: 1...40)
  func outside(seed: Int) throws {
    let sketch = sketch(seed, routers: 14)
    let routed = try RoutedSketch(sketch)
    let end = sketch.networks.map(\.prefix.broadcast).max()?.rawValue ?? 0
    for raw in stride(from: 0x09ff_fff9, through: end + 17, by: 8) {
      let address = IPv4Address(rawValue: raw)
      guard !sketch.networks.contains(where: { $0.prefix.contains(address) }) else { continue }
      for router in 0..<sketch.routerCount {
        guard case .noRoute = routed.send(from: router, to: address) else {
          Issue.record("from \(router) to \(address): \(routed.send(from: router, to: address))")
          continue
        }
      }
    }
    for route in routed.routes.joined() where route.prefix != .all {
      #expect(!routed.claimsTooMuch(route), "\(route.prefix)")
    }
  }
}
