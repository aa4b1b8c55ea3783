import Packets

/// Something to reach, seen from the core of its island.
private struct Destination: BitwiseCopyable {
  var island: Int32
  var key: PrefixKey
  /// A router of the core that all others reach it through, or else the bitwise complement of a network's number.
  var place: Int32
  /// Whether it may be merged with its other half; what overlaps with something may not.
  var merges: Bool
}

/// The routers of the core, each of which has a way to everything.
extension RoutePlanner {
  mutating func addCores() throws(TooManyRoutes) {
    let routers = (0..<graph.routerCount).filter { peeling.isInCore($0) }
      .sorted { (peeling.islands[$0], $0) < (peeling.islands[$1], $1) }
    let destinations = destinations(routers)
    let ranges = ranges(of: routers, in: destinations)
    let pairs = ranges.reduce(0) { $0 + $1.count }
    guard pairs <= RouterGraph.mostPairs else { throw TooManyRoutes(count: pairs) }
    var search = CoreSearch(graph, peeling)
    for (router, range) in zip(routers, ranges) {
      search.start(at: router)
      try addRoutes(of: router, to: destinations[range], search)
    }
  }

  /// By island, then by prefix.
  private mutating func destinations(_ routers: [Int]) -> [Destination] {
    var result: [Destination] = []
    for router in routers {
      behind[router].aggregate()
      for key in behind[router] {
        result.append(
          Destination(island: peeling.islands[router], key: key, place: Int32(router), merges: true))
      }
    }
    for (number, network) in graph.networks.enumerated() {
      let island = peeling.islands[Int(network.router)]
      if network.key.length == 0 || peeling.overlapping[number] {
        let place = network.routerCount == 1 ? network.router : ~Int32(number)
        result.append(Destination(island: island, key: network.key, place: place, merges: false))
      } else if peeling.gate(of: network, graph) == nil {
        result.append(Destination(island: island, key: network.key, place: ~Int32(number), merges: true))
      }
    }
    result.sort { ($0.island, $0.key, $0.place) < ($1.island, $1.key, $1.place) }
    return result
  }

  /// For each router the destinations of its island.
  private func ranges(of routers: [Int], in destinations: [Destination]) -> [Range<Int>] {
    var range = 0..<0
    var island: Int32 = -1
    return routers.map { router in
      guard peeling.islands[router] != island else { return range }
      island = peeling.islands[router]
      var end = range.upperBound
      while end < destinations.count, destinations[end].island == island { end += 1 }
      range = range.upperBound..<end
      return range
    }
  }

  private mutating func addRoutes(
    of router: Int, to destinations: ArraySlice<Destination>, _ search: CoreSearch
  ) throws(TooManyRoutes) {
    var ways: [(key: PrefixKey, hop: Int32, merges: Bool)] = []
    var next = destinations.startIndex
    while next < destinations.endIndex {
      let destination = destinations[next]
      var finding = search.finding(destination.place)
      next += 1
      // The same prefix at several places: the nearest counts.
      while next < destinations.endIndex, destinations[next].key == destination.key {
        finding = min(finding, search.finding(destinations[next].place))
        next += 1
      }
      guard finding.rank > 0 else { continue }
      var key = destination.key
      while destination.merges, let last = ways.last, last.merges, last.hop == finding.hop,
        let whole = key.merged(withLower: last.key)
      {
        key = whole
        ways.removeLast()
      }
      ways.append((key, finding.hop, destination.merges))
    }
    try count(ways.count)
    for way in ways { add(way.key, at: router, by: search.hops[Int(way.hop)]) }
  }
}

/// A breadth-first search through the core of an island, from one router to all others and to the networks between.
struct CoreSearch {
  /// How near something is and by which neighbour it is reached.
  struct Finding: Comparable, BitwiseCopyable {
    /// Ascending with the distance, then with the neighbour's address; 0 for where the search began.
    var rank: Int32
    /// The place of the neighbour in `hops`.
    var hop: Int32
    /// In which search it was found: what is of an earlier one counts for nothing.
    var round: Int32

    static func < (one: Finding, other: Finding) -> Bool { one.rank < other.rank }
  }

  private let graph: RouterGraph
  /// The networks between routers of the core: those of router n are `networks[firstNetwork[n]..<firstNetwork[n + 1]]`.
  private var firstNetwork: [Int32] = [0]
  private var networks: [Int32] = []
  /// The routers on network n: `routers[firstRouter[n]..<firstRouter[n + 1]]`; none where it is not between such.
  private var firstRouter: [Int32] = [0]
  private var routers: [Int32] = []
  /// The neighbours of the router where the search began.
  private(set) var hops: [RouterGraph.Hop] = []
  private var routerFindings: [Finding]
  private var networkFindings: [Finding]
  private var round: Int32 = 0
  private var rank: Int32 = 0
  private var queue: [Int32] = []

  init(_ graph: RouterGraph, _ peeling: Peeling) {
    self.graph = graph
    let nothing = Finding(rank: 0, hop: -1, round: 0)
    routerFindings = Array(repeating: nothing, count: graph.routerCount)
    networkFindings = Array(repeating: nothing, count: graph.networks.count)
    for network in graph.networks {
      if network.routerCount > 1, peeling.gate(of: network, graph) == nil {
        routers += graph.members[network.members].map(\.router)
      }
      firstRouter.append(Int32(routers.count))
    }
    for router in 0..<graph.routerCount {
      if peeling.isInCore(router) {
        networks += graph.networks(of: router).filter { firstRouter[Int($0)] < firstRouter[Int($0) + 1] }
      }
      firstNetwork.append(Int32(networks.count))
    }
  }

  /// Where the last search found a destination's place.
  func finding(_ place: Int32) -> Finding {
    place < 0 ? networkFindings[Int(~place)] : routerFindings[Int(place)]
  }

  /// Routers are taken from the queue by distance and then by hop, since they come into it so: who finds a network
  /// first has the lowest of both.
  mutating func start(at router: Int) {
    round += 1
    rank = 0
    queue.removeAll(keepingCapacity: true)
    routerFindings[router] = Finding(rank: 0, hop: -1, round: round)
    addNeighbors(of: router)
    var next = 0
    while next < queue.count {
      let current = Int(queue[next])
      next += 1
      let finding = routerFindings[current]
      for place in firstNetwork[current]..<firstNetwork[current + 1] {
        let number = Int(networks[Int(place)])
        guard networkFindings[number].round != round else { continue }
        networkFindings[number] = finding
        for member in firstRouter[number]..<firstRouter[number + 1] { find(routers[Int(member)], by: finding.hop) }
      }
    }
  }

  private mutating func find(_ router: Int32, by hop: Int32) {
    guard routerFindings[Int(router)].round != round else { return }
    rank += 1
    routerFindings[Int(router)] = Finding(rank: rank, hop: hop, round: round)
    queue.append(router)
  }

  private mutating func addNeighbors(of router: Int) {
    var neighbors: [(hop: RouterGraph.Hop, router: Int32)] = []
    for place in firstNetwork[router]..<firstNetwork[router + 1] {
      let number = Int(networks[Int(place)])
      networkFindings[number] = Finding(rank: 0, hop: -1, round: round)
      let members = graph.members[graph.networks[number].members]
      guard let port = members.first(where: { $0.router == router })?.port else { continue }
      for member in members where member.router != router {
        neighbors.append((RouterGraph.Hop(address: member.address, port: port), member.router))
      }
    }
    neighbors.sort { ($0.hop.address, $0.router) < ($1.hop.address, $1.router) }
    hops.removeAll(keepingCapacity: true)
    for neighbor in neighbors where routerFindings[Int(neighbor.router)].round != round {
      find(neighbor.router, by: Int32(hops.count))
      hops.append(neighbor.hop)
    }
  }
}
