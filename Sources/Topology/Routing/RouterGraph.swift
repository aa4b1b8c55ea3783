import Packets
import Simulation

/// Routers and the networks they are on, as plain numbers: what `routes()` finds the shortest paths in.
///
///     let graph = RouterGraph(routerCount: 2, attachments: [
///       .init(router: 0, port: 0, segment: 0, address: left), .init(router: 1, port: 0, segment: 0, address: right),
///     ])
///     let routes = try graph.routes()  // by router
public struct RouterGraph: Sendable {
  /// An address of a router's interface.
  public struct Attachment: Sendable, BitwiseCopyable {
    public var router: Int
    public var port: PortNumber
    /// Which cable or switch it is plugged into: any number, the same for all that hear each other.
    public var segment: Int
    public var address: InterfaceAddress

    public init(router: Int, port: PortNumber, segment: Int, address: InterfaceAddress) {
      self.router = router
      self.port = port
      self.segment = segment
      self.address = address
    }
  }

  /// Addresses that a router leads to though none of its interfaces is among them: its own further ones, or with
  /// 0.0.0.0/0 the world beyond its gateway.
  public struct Offer: Sendable, BitwiseCopyable {
    public var router: Int
    public var prefix: IPv4Prefix

    public init(router: Int, prefix: IPv4Prefix) {
      self.router = router
      self.prefix = prefix
    }
  }

  /// Stations that speak to each other without a router: those on one segment in one prefix.
  struct Network {
    var key: PrefixKey
    /// Where its members stand in `members`; empty for what is offered.
    var members: Range<Int>
    /// How many routers are on it.
    var routerCount: Int
    /// One of them.
    var router: Int32
  }

  struct Member: BitwiseCopyable {
    var router: Int32
    var port: PortNumber
    var address: IPv4Address
  }

  let routerCount: Int
  private(set) var networks: [Network] = []
  /// By network, then by router, then by address.
  private(set) var members: [Member] = []
  /// The networks of router n are `networksOf[firstNetwork[n]..<firstNetwork[n + 1]]`, each once.
  private(set) var firstNetwork: [Int] = []
  private(set) var networksOf: [Int32] = []

  public init(routerCount: Int, attachments: [Attachment], offers: [Offer] = []) {
    self.routerCount = routerCount
    addNetworks(attachments)
    for offer in offers {
      networks.append(
        Network(
          key: PrefixKey(offer.prefix), members: 0..<0, routerCount: 1, router: Int32(offer.router)))
    }
    indexNetworks()
  }

  func networks(of router: Int) -> ArraySlice<Int32> {
    networksOf[firstNetwork[router]..<firstNetwork[router + 1]]
  }
}

extension RouterGraph {
  private struct Place: Comparable, BitwiseCopyable {
    var segment: Int
    var key: PrefixKey
    var member: Member

    static func < (one: Place, other: Place) -> Bool {
      if one.segment != other.segment { return one.segment < other.segment }
      if one.key != other.key { return one.key < other.key }
      if one.member.router != other.member.router { return one.member.router < other.member.router }
      return one.member.address < other.member.address
    }

    static func == (one: Place, other: Place) -> Bool { !(one < other) && !(other < one) }
  }

  private mutating func addNetworks(_ attachments: [Attachment]) {
    var places = attachments.map { attachment in
      Place(
        segment: attachment.segment, key: PrefixKey(attachment.address.prefix),
        member: Member(
          router: Int32(attachment.router), port: attachment.port, address: attachment.address.address))
    }
    places.sort()
    members = places.map(\.member)
    var start = 0
    while start < places.count {
      var end = start + 1
      var routers = 1
      while end < places.count, places[end].segment == places[start].segment, places[end].key == places[start].key {
        if places[end].member.router != places[end - 1].member.router { routers += 1 }
        end += 1
      }
      networks.append(
        Network(
          key: places[start].key, members: start..<end, routerCount: routers, router: places[start].member.router))
      start = end
    }
  }

  private mutating func indexNetworks() {
    var counts = [Int](repeating: 0, count: routerCount + 1)
    forEachMembership { _, router in counts[router + 1] += 1 }
    for router in 0..<routerCount { counts[router + 1] += counts[router] }
    firstNetwork = counts
    var filled = [Int32](repeating: 0, count: counts[routerCount])
    forEachMembership { network, router in
      filled[counts[router]] = Int32(network)
      counts[router] += 1
    }
    networksOf = filled
  }

  /// Each router of each network once.
  func forEachMembership(_ body: (_ network: Int, _ router: Int) -> Void) {
    for (number, network) in networks.enumerated() {
      guard !network.members.isEmpty else {
        body(number, Int(network.router))
        continue
      }
      var last: Int32 = -1
      for place in network.members where members[place].router != last {
        last = members[place].router
        body(number, Int(last))
      }
    }
  }

  /// A neighbour as seen from a router: the lowest of its addresses that both share a network with.
  struct Hop: BitwiseCopyable {
    var address: IPv4Address
    var port: PortNumber
  }

  /// How a router hands packets to a neighbour, and the neighbour to it; looks at the networks of `router` only.
  func hops(from router: Int, to neighbor: Int) -> (there: Hop, back: Hop) {
    var there: Hop?
    var back: Hop?
    for number in networks(of: router) {
      var own: Member?
      var other: Member?
      // The addresses of one router stand in order: the first is the lowest.
      for place in networks[Int(number)].members {
        if Int(members[place].router) == router, own == nil { own = members[place] }
        if Int(members[place].router) == neighbor, other == nil { other = members[place] }
      }
      guard let own, let other else { continue }
      if there.map({ other.address < $0.address }) ?? true { there = Hop(address: other.address, port: own.port) }
      if back.map({ own.address < $0.address }) ?? true { back = Hop(address: own.address, port: other.port) }
    }
    guard let there, let back else { preconditionFailure("routers without a common network are no neighbours") }
    return (there, back)
  }
}
