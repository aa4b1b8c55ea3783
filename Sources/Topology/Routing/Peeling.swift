import Packets

/// The trees that hang off a network of routers, and the core that is left without them.
///
/// Routers that reach all others through one neighbour are taken away one after another. What is left of each island is
/// its core: where it was all one tree, the last router.
struct Peeling {
  /// The routers taken away, each before the neighbour it hung from.
  private(set) var order: [Int] = []
  /// The neighbour each of them hung from; -1 for routers of the core.
  private(set) var parents: [Int32]
  /// A number for the island of each router: the lowest router in it.
  private(set) var islands: [Int32]
  /// Networks that share addresses with another one of their island.
  private(set) var overlapping: [Bool]
  /// Routers that stay in the core.
  private var pinned: [Bool]

  init(_ graph: RouterGraph) {
    parents = Array(repeating: -1, count: graph.routerCount)
    islands = (0..<graph.routerCount).map { Int32($0) }
    overlapping = Array(repeating: false, count: graph.networks.count)
    pinned = Array(repeating: false, count: graph.routerCount)
    findIslands(graph)
    findOverlaps(graph)
    pin(graph)
    peel(graph)
  }

  func isInCore(_ router: Int) -> Bool { parents[router] < 0 }

  /// The one router of the network through which all others reach it; nil where they reach it through several.
  func gate(of network: RouterGraph.Network, _ graph: RouterGraph) -> Int? {
    if network.routerCount == 1 { return Int(network.router) }
    guard network.routerCount == 2, let last = network.members.last else { return nil }
    let (one, other) = (network.router, graph.members[last].router)
    if parents[Int(one)] == other { return Int(other) }
    return parents[Int(other)] == one ? Int(one) : nil
  }
}

extension Peeling {
  private mutating func findIslands(_ graph: RouterGraph) {
    for network in graph.networks where network.routerCount > 1 {
      for place in network.members { join(network.router, graph.members[place].router) }
    }
    // Each points to a lower number or to itself, so one pass in order leads all to the lowest.
    for router in islands.indices { islands[router] = islands[Int(islands[router])] }
  }

  private mutating func join(_ one: Int32, _ other: Int32) {
    let (first, second) = (root(one), root(other))
    if first != second { islands[Int(max(first, second))] = min(first, second) }
  }

  private mutating func root(_ start: Int32) -> Int32 {
    var router = start
    while islands[Int(router)] != router {
      islands[Int(router)] = islands[Int(islands[Int(router)])]
      router = islands[Int(router)]
    }
    return router
  }

  /// Networks of an island that contain one another. A way out to everywhere overlaps with nothing: it is for the rest.
  private mutating func findOverlaps(_ graph: RouterGraph) {
    let sorted = graph.networks.indices.filter { graph.networks[$0].key.length > 0 }
      .map { (island: islands[Int(graph.networks[$0].router)], key: graph.networks[$0].key, number: $0) }
      .sorted { ($0.island, $0.key, $0.number) < ($1.island, $1.key, $1.number) }
    // Those that the next may lie in, the largest first.
    var open: [(island: Int32, last: UInt32, number: Int)] = []
    for (island, key, number) in sorted {
      while let top = open.last, top.island != island || top.last < key.first { open.removeLast() }
      if let top = open.last {
        overlapping[top.number] = true
        overlapping[number] = true
      }
      open.append((island, key.last, number))
    }
  }

  /// Who is in the core whatever its neighbours are.
  ///
  /// - On a network of three routers or more everybody has several neighbours, so none of them is ever taken away.
  /// - A tree's routers send everything else to the core, which is right only while their networks are nobody else's.
  /// - Whoever has a way out to everywhere is where a default leads to.
  private mutating func pin(_ graph: RouterGraph) {
    graph.forEachMembership { number, router in
      let network = graph.networks[number]
      if network.routerCount > 2 || overlapping[number] || network.key.length == 0 { pinned[router] = true }
    }
  }

  private mutating func peel(_ graph: RouterGraph) {
    var degrees = [Int32](repeating: 0, count: graph.routerCount)
    // All neighbours that are left, added bit by bit without carry: of one alone it is the number.
    var sums = [Int32](repeating: 0, count: graph.routerCount)
    for pair in pairs(graph) {
      let (one, other) = (Int(pair >> 32), Int(pair & 0xffff_ffff))
      degrees[one] += 1
      degrees[other] += 1
      sums[one] ^= Int32(other)
      sums[other] ^= Int32(one)
    }
    order = (0..<graph.routerCount).filter { degrees[$0] == 1 && !pinned[$0] }
    var next = 0
    while next < order.count {
      let router = order[next]
      next += 1
      // Of the last two, one goes and the other stays.
      guard degrees[router] == 1 else { continue }
      let parent = Int(sums[router])
      parents[router] = Int32(parent)
      degrees[router] = 0
      degrees[parent] -= 1
      sums[parent] ^= Int32(router)
      if degrees[parent] == 1, !pinned[parent] { order.append(parent) }
    }
    order.removeAll { parents[$0] < 0 }
  }

  /// Neighbours on networks of two routers, each pair once however many cables there are between them.
  private func pairs(_ graph: RouterGraph) -> [UInt64] {
    var pairs = graph.networks.compactMap { network -> UInt64? in
      guard network.routerCount == 2, let last = network.members.last else { return nil }
      return UInt64(network.router) << 32 | UInt64(graph.members[last].router)
    }
    pairs.sort()
    var last: UInt64?
    pairs.removeAll { pair in
      defer { last = pair }
      return pair == last
    }
    return pairs
  }
}
