import Configuration
import Packets
import Protocols
import Simulation

/// What Linux has in `sysctl net.ipv4`: how a stack behaves beside its addresses, routes and rules. Each word is Linux's.
struct KernelSettings: Sendable {
  static let fields: [any FieldDeclaration] = [
    reversePath, broadcasts, arpIgnore, arpNotify, arpQueue, idleNeighbors, manyNeighbors,
    mostNeighbors, sendRedirects, acceptRedirects, errorInterval, errorTypes,
  ]

  private static let reversePath = Field(
    "rp-filter", .cases(of: ReversePathFilter.self),
    "Drops what comes from where no route leads (loose), or none by the interface it came by (strict); off unless set")
  private static let broadcasts = Field(
    "bc-forwarding", .boolean, "Whether broadcasts to other networks of its own are sent on; it keeps them unless set")
  private static let arpIgnore = Field(
    "arp-ignore", .integer(in: 0...1),
    "0 answers ARP for any of its addresses on any interface, 1 only on the interface that has the address; 0")
  private static let arpNotify = Field(
    "arp-notify", .boolean, "Whether interfaces announce their addresses by gratuitous ARP when they come up; no")
  private static let arpQueue = Field(
    "unres-qlen", .integer(in: 1...1_000_000), "Packets that may wait until ARP has found one neighbour; 101")
  private static let idleNeighbors = Field(
    "gc-thresh1", .integer(in: 0...neighborBound), "From so many neighbours on, those idle for 60 s are forgotten; 128")
  private static let manyNeighbors = Field(
    "gc-thresh2", .integer(in: 0...neighborBound),
    "From so many neighbours on, a new one pushes old ones out, once in 5 s; 512")
  private static let mostNeighbors = Field(
    "gc-thresh3", .integer(in: 1...neighborBound),
    "So many neighbours at most; what is sent to another is dropped, and its ARP is not answered; 1024")
  private static let neighborBound = 1_000_000
  private static let sendRedirects = Field(
    "send-redirects", .boolean, "Whether it tells senders on the same link of a better router; yes if it forwards")
  private static let acceptRedirects = Field(
    "accept-redirects", .boolean, "Whether it takes notice of redirects; yes unless it forwards")
  private static let errorInterval = Field(
    "icmp-ratelimit", .duration, "How often a destination is told by ICMP, after six at once; 1s, and 0s is no limit")
  private static let errorTypes = Field(
    "icmp-ratemask", .integer(in: 0...Int(UInt32.max)),
    "Which ICMP types are rationed, a bit for each; 6168, which is types 3, 4, 11 and 12")

  private let reversePath: ReversePathFilter?
  private let forwardsBroadcasts: Bool?
  private let arpIgnore: Int?
  private let announces: Bool?
  private let waitingLimit: Int?
  private let idleNeighbors: Int?
  private let manyNeighbors: Int?
  private let mostNeighbors: Int?
  private let sendsRedirects: Bool?
  private let obeysRedirects: Bool?
  private let errorInterval: TimeSpan?
  private let errorTypes: Int?

  init(_ reader: inout DeviceReader) {
    reversePath = reader.read(Self.reversePath)
    forwardsBroadcasts = reader.read(Self.broadcasts)
    arpIgnore = reader.read(Self.arpIgnore)
    announces = reader.read(Self.arpNotify)
    waitingLimit = reader.read(Self.arpQueue)
    idleNeighbors = reader.read(Self.idleNeighbors)
    manyNeighbors = reader.read(Self.manyNeighbors)
    mostNeighbors = reader.read(Self.mostNeighbors)
    sendsRedirects = reader.read(Self.sendRedirects)
    obeysRedirects = reader.read(Self.acceptRedirects)
    errorInterval = reader.read(Self.errorInterval)
    errorTypes = reader.read(Self.errorTypes)
  }

  /// What is not set stays as Linux has it.
  func apply(to network: inout NetworkLayer) {
    if let reversePath { network.reversePath = reversePath }
    if let forwardsBroadcasts { network.forwardsBroadcasts = forwardsBroadcasts }
    if let arpIgnore { network.resolution.answersEverywhere = arpIgnore == 0 }
    if let announces { network.resolution.announces = announces }
    if let waitingLimit { network.neighbors.waitingLimit = waitingLimit }
    if let idleNeighbors { network.neighbors.limits.uncollected = UInt32(idleNeighbors) }
    if let manyNeighbors { network.neighbors.limits.relaxed = UInt32(manyNeighbors) }
    if let mostNeighbors { network.neighbors.limits.most = UInt32(mostNeighbors) }
    if let sendsRedirects { network.sendsRedirects = sendsRedirects }
    if let obeysRedirects { network.obeysRedirects = obeysRedirects }
    guard errorInterval != nil || errorTypes != nil else { return }
    var limiter = ErrorRateLimiter()
    if let errorInterval { limiter.interval = errorInterval }
    if let errorTypes { limiter.types = UInt32(errorTypes) }
    network.limiters = [limiter]
  }
}
