import Packets
import Protocols
import Simulation

/// More routes than anybody could keep.
public struct TooManyRoutes: Error, Hashable, Sendable {
  /// How many it would be, at least, before those with one next hop are merged.
  public var count: Int

  public init(count: Int) { self.count = count }
}

extension RouterGraph {
  /// What is computed is given up beyond so many routes: they would fill some gigabytes.
  public static let mostRoutes = 20_000_000
  /// And beyond so many pairs of a core router and something to reach, which take about ten seconds: a grid of 100 by
  /// 100 routers is just below.
  public static let mostPairs = 300_000_000

  /// The routes of each router to every network of its island, over as few routers as possible; of several such ways,
  /// by the neighbour with the lowest address.
  ///
  /// Networks that a router is on itself need none. Routes with one next hop are merged into as few as lead to exactly
  /// the same addresses. A router of a tree sends everything else to the core (`Peeling`), a router of the core has no
  /// route for what does not exist: such a packet dies there instead of circling.
  ///
  /// It costs about as much as the routes it gives, and for each router of the core its whole island's core once.
  ///
  /// - Parameters:
  ///   - origins: Who is to be named as having decided, by router; nobody unless given.
  ///   - most: How many routes of all routers together are still computed.
  public func routes(
    origins: [Origin] = [], atMost most: Int = RouterGraph.mostRoutes
  ) throws(TooManyRoutes) -> [[Route]] {
    var planner = RoutePlanner(self, origins: origins, atMost: most)
    try planner.addTrees()
    try planner.addCores()
    return planner.routes
  }
}

/// The routes while they are being found.
struct RoutePlanner {
  let graph: RouterGraph
  let peeling: Peeling
  private let origins: [Origin]
  private let mostRoutes: Int
  private(set) var routes: [[Route]]
  private var routeCount = 0
  /// By router: what all others reach only through it, as far as it is known.
  var behind: [[PrefixKey]]

  init(_ graph: RouterGraph, origins: [Origin], atMost most: Int) {
    self.graph = graph
    self.origins = origins
    mostRoutes = most
    peeling = Peeling(graph)
    routes = Array(repeating: [], count: graph.routerCount)
    behind = Array(repeating: [], count: graph.routerCount)
  }

  mutating func add(_ key: PrefixKey, at router: Int, by hop: RouterGraph.Hop) {
    let origin = origins.isEmpty ? Origin.none : origins[router]
    routes[router].append(Route(to: key.prefix, via: hop.address, on: hop.port, origin: origin))
  }

  mutating func count(_ more: Int) throws(TooManyRoutes) {
    routeCount += more
    guard routeCount <= mostRoutes else { throw TooManyRoutes(count: routeCount) }
  }
}

extension RoutePlanner {
  /// From the leaves to the core: each router tells the one it hangs from what is behind it.
  ///
  /// Where addresses were given out branch by branch that is one prefix or two; where they were not, each router has a
  /// route for every network below it.
  mutating func addTrees() throws(TooManyRoutes) {
    for (number, network) in graph.networks.enumerated() where !peeling.overlapping[number] {
      guard network.key.length > 0, let gate = peeling.gate(of: network, graph) else { continue }
      behind[gate].append(network.key)
    }
    for router in peeling.order {
      let parent = Int(peeling.parents[router])
      behind[router].aggregate()
      try count(behind[router].count + 1)
      let hops = graph.hops(from: router, to: parent)
      add(.all, at: router, by: hops.there)
      for key in behind[router] { add(key, at: parent, by: hops.back) }
      behind[parent] += behind[router]
      behind[router] = []
    }
  }
}
