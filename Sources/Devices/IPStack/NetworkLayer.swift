import Packets
import Protocols
import Simulation

/// The part of an IP stack below its programs: interfaces, neighbours, routes, translation and sockets.
///
/// What programs have to learn is put into `events` and handed out by the stack when the frame is done with, so that no
/// program is called while another one speaks.
public struct NetworkLayer: Sendable {
  public internal(set) var interfaces: [Interface]
  /// Every own address, with the interface that has it; `owns` addresses are on the first interface.
  private var ownAddresses = FlatTable<UInt64, PortNumber>()
  /// The broadcast address of every connected network, with how many interfaces have it.
  private var broadcastAddresses = FlatTable<UInt64, UInt32>()
  var neighbors = NeighborCache()
  public internal(set) var routes = RoutingTable()
  /// Those a lease brought, or else the configured ones.
  public internal(set) var nameservers: [IPv4Address]
  private let configuredNameservers: [IPv4Address]
  let forwards: Bool
  /// Which sources packets may come from, and whether broadcasts to other networks of its own are sent on.
  public var reversePath = ReversePathFilter.off
  public var forwardsBroadcasts = false
  /// Whether senders are told of better gateways, and whether it takes notice of being told (Linux, `send_redirects`,
  /// `accept_redirects`: a router does not).
  public var sendsRedirects = true
  public var obeysRedirects: Bool
  /// One, or none where everything passes.
  var filters: [PacketFilter]
  /// One, or none where nothing is tracked. It is large and most stacks have none, so it stands outside of the layer.
  var translators: [Translator]
  /// What rations ICMP errors: one, or none before the first error, where nothing is set about it.
  public var limiters: [ErrorRateLimiter] = []
  var resolution = AddressResolution()
  /// One, or none before the first fragment came.
  var reassemblies: [Reassembly] = []
  var paths = PathMTUCache()
  /// None but while a DHCP client asks whether an address is free.
  var addressWatches: [AddressWatch] = []
  /// One, or none before a client of a DHCP server on this machine told its name.
  var leasedNames: [LeasedNames] = []
  var sockets = SocketTable()
  var connections = ConnectionTable()
  /// How its connections behave.
  public var tcp = TCPConnection.Settings()
  /// Emptied, for what a connection says.
  var spareActions: [TCPConnection.Action] = []
  /// Programs that wait for answers to ARP questions of their own; nearly always none.
  var askers: [Asker] = []
  /// For programs, in order.
  var events: [(slot: Int, event: ApplicationEvent)] = []
  /// Packets to own addresses, which never leave the machine.
  var looped: [LoopedPacket] = []
  private var lastIdentification: UInt16 = 0

  struct Asker: Sendable {
    var address: IPv4Address
    var port: PortNumber
    var slot: Int
  }

  struct LoopedPacket: Sendable {
    var packet: IPv4Packet
    var purpose: Purpose
    /// What became known of it when it was sent.
    var handling: Handling
  }

  public init(
    interfaces: [Interface], routes: [Route] = [], nameservers: [IPv4Address] = [], forwards: Bool = false,
    filter: PacketFilter = PacketFilter(), translation: TranslationRules = TranslationRules(), owns: [IPv4Address] = []
  ) {
    self.interfaces = interfaces
    self.nameservers = nameservers
    configuredNameservers = nameservers
    self.forwards = forwards
    obeysRedirects = !forwards
    filters = filter.isEmpty ? [] : [filter]
    translators = translation.isEmpty && !filter.tracksConnections ? [] : [Translator(translation)]
    for address in owns { ownAddresses[UInt64(address.rawValue)] = 0 }
    for (index, interface) in interfaces.enumerated() {
      for address in interface.addresses { connect(address, on: PortNumber(index), origin: interface.origin) }
      for service in interface.listens {
        let key = SocketTable.Key(transport: service.transport, port: service.port)
        sockets.bind(key, to: .program(PortNumber(index)))
      }
    }
    for route in routes { self.routes.insert(route) }
  }

  /// Makes an address the interface's own, with the route to its network.
  private mutating func connect(_ address: InterfaceAddress, on port: PortNumber, origin: Origin) {
    ownAddresses[UInt64(address.address.rawValue)] = port
    guard address.prefix.length < 32 else { return }
    if let broadcast = address.broadcastKey { broadcastAddresses[broadcast] = (broadcastAddresses[broadcast] ?? 0) + 1 }
    routes.insert(
      Route(to: address.prefix, on: port, source: address.address, origin: origin))
  }

  // What only reads and is asked for every packet is inlined: otherwise the whole layer is copied for each question.
  subscript(port: PortNumber) -> Interface {
    @inline(__always) get { interfaces[Int(port.index)] }
  }

  public func port(named name: String) -> PortNumber? {
    interfaces.firstIndex { $0.name == name }.map(PortNumber.init)
  }

  @inline(__always)
  public func isOwn(_ address: IPv4Address) -> Bool { ownAddresses[UInt64(address.rawValue)] != nil }

  /// Whether several stations are meant.
  @inline(__always)
  func isGroup(_ address: IPv4Address) -> Bool {
    address.isMulticast || address.isLimitedBroadcast || broadcastAddresses[UInt64(address.rawValue)] != nil
  }

  /// Whether what is sent to `address` never leaves the machine (RFC 1122, 3.2.1.3, (g)).
  @inline(__always)
  func isLocal(_ address: IPv4Address) -> Bool { isOwn(address) || address.isLoopback }

  /// The identification of the next packet (RFC 6864: it need only be unique among fragments).
  mutating func nextIdentification() -> UInt16 {
    lastIdentification &+= 1
    return lastIdentification
  }
}

/// Addresses that come and go.
extension NetworkLayer {
  /// Gives an interface an address and what belongs to it, as a DHCP client does.
  public mutating func configure(
    _ address: InterfaceAddress, on port: PortNumber, router: IPv4Address?, nameservers: [IPv4Address],
    server: IPv4Address, _ outbox: inout Outbox
  ) {
    if !interfaces[Int(port.index)].addresses.contains(address) {
      add(address, on: port, origin: .none)
    }
    routes.remove { $0.port == port && $0.prefix == .all && $0.origin == .none }
    if let router { routes.insert(Route(to: .all, via: router, on: port, origin: .none)) }
    if !nameservers.isEmpty { self.nameservers = nameservers }
    outbox.note(.configured(address, router: router ?? .any, server: server), on: port)
  }

  mutating func add(_ address: InterfaceAddress, on port: PortNumber, origin: Origin) {
    interfaces[Int(port.index)].addresses.append(address)
    connect(address, on: port, origin: origin)
  }

  /// Takes a leased address away, with every route over its interface.
  public mutating func deconfigure(_ address: InterfaceAddress, on port: PortNumber, _ outbox: inout Outbox) {
    interfaces[Int(port.index)].addresses.removeAll { $0 == address }
    ownAddresses[UInt64(address.address.rawValue)] = nil
    forgetConnections(hiddenBehind: address.address)
    if let broadcast = address.broadcastKey, let users = broadcastAddresses[broadcast] {
      broadcastAddresses[broadcast] = users > 1 ? users - 1 : nil
    }
    routes.remove { $0.port == port && $0.origin == .none }
    nameservers = configuredNameservers
    outbox.note(.deconfigured(address), on: port)
  }

  mutating func announceStaticAddresses(_ outbox: inout Outbox) {
    for (index, interface) in interfaces.enumerated() {
      for address in interface.addresses {
        outbox.note(
          .configured(address, router: .any, server: .any), on: PortNumber(index), origin: interface.origin)
      }
      announceAddresses(on: PortNumber(index), &outbox)
    }
  }
}

extension InterfaceAddress {
  /// The network's broadcast address as a key; nil where a network is too small to have one (RFC 3021).
  fileprivate var broadcastKey: UInt64? { prefix.length < 31 ? UInt64(prefix.broadcast.rawValue) : nil }
}

extension IPv4Address {
  /// The address by which a machine means itself (RFC 1122, 3.2.1.3, (g)).
  static let loopback = IPv4Address(rawValue: 0x7f00_0001)
}
