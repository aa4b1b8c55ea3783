import Packets
import Simulation

/// Who listens where: ports of UDP and TCP and identifiers of echo requests.
struct SocketTable: Sendable {
  struct Key: Hashable, BitwiseCopyable {
    var transport: IPProtocol
    /// For ICMP the echo identifier.
    var port: UInt16
    /// None for a socket that hears every interface.
    var interface = PortNumber.none

    /// The whole key in one word.
    var word: UInt64 { UInt64(transport.rawValue) << 32 | UInt64(port) << 16 | UInt64(interface.index) }
  }

  enum Owner: Sendable, BitwiseCopyable {
    case application(Int)
    /// A program with sockets of its own behind that port.
    case program(PortNumber)
  }

  private var owners = FlatTable<UInt64, Owner>()
  /// Sockets that hear one interface only.
  private var boundSockets = 0
  /// A DHCP client has the same port on each interface, so those stand by themselves.
  private var leaseClients: [PortNumber: Int] = [:]
  /// Sockets that hear one own address only, whatever interface it is on; nearly always none.
  private var addressSockets: [(key: Key, address: IPv4Address, slot: Int)] = []

  /// Linux, `ip_local_port_range`.
  static let ephemeralPorts: ClosedRange<UInt16> = 32768...60999

  /// Who hears what comes in by an interface: a socket bound to it before one that hears them all.
  func owner(of key: Key, on interface: PortNumber) -> Owner? {
    guard interface != .none, boundSockets > 0 else { return owners[key.word] }
    var own = key
    own.interface = interface
    return owners[own.word] ?? owners[key.word]
  }

  mutating func bind(_ key: Key, to owner: Owner) {
    if key.interface != .none, owners[key.word] == nil { boundSockets += 1 }
    owners[key.word] = owner
  }

  mutating func unbind(_ key: Key) {
    guard owners[key.word] != nil else { return }
    owners[key.word] = nil
    if key.interface != .none { boundSockets -= 1 }
  }

  var hasAddressSockets: Bool { !addressSockets.isEmpty }

  mutating func bind(_ key: Key, at address: IPv4Address, to slot: Int) {
    addressSockets.append((key, address, slot))
  }

  /// Who hears what comes to an address; asked when nobody hears them all.
  func program(_ key: Key, at address: IPv4Address) -> Int? {
    addressSockets.first { $0.key == key && $0.address == address }?.slot
  }

  /// Closes every socket of a program.
  mutating func unbindAll(of slot: Int) {
    for word in owners.keys {
      guard case .application(slot) = owners[word] else { continue }
      owners[word] = nil
      if UInt16(truncatingIfNeeded: word) != PortNumber.none.index { boundSockets -= 1 }
    }
  }

  /// Those that hear whatever address they are spoken to by, by protocol and port.
  var keys: [Key] {
    owners.keys.sorted().map { word in
      let interface = UInt16(truncatingIfNeeded: word)
      return Key(
        transport: IPProtocol(rawValue: UInt8(truncatingIfNeeded: word >> 32)),
        port: UInt16(truncatingIfNeeded: word >> 16),
        interface: interface == PortNumber.none.index ? .none : PortNumber(Int(interface)))
    }
  }

  var boundToAddresses: [(key: Key, address: IPv4Address)] { addressSockets.map { ($0.key, $0.address) } }

  func isTaken(_ key: Key) -> Bool { owners[key.word] != nil }

  func leaseClient(on port: PortNumber) -> Int? { leaseClients[port] }

  mutating func setLeaseClient(_ slot: Int, on port: PortNumber) { leaseClients[port] = slot }

  /// A free port of the ephemeral range, from a random place on; nil when all are taken.
  func freePort(_ transport: IPProtocol, random: inout RandomSource) -> UInt16? {
    let range = SocketTable.ephemeralPorts
    let start = Int(random.below(UInt64(range.count)))
    for step in 0..<range.count {
      let port = range.lowerBound + UInt16((start + step) % range.count)
      if !isTaken(Key(transport: transport, port: port)) { return port }
    }
    return nil
  }

  /// The socket that sent `packet`, and where it was going.
  static func localKey(ofSent packet: IPv4Packet) -> (Key?, Endpoint) {
    switch packet.payload {
    case .udp(let datagram):
      (
        Key(transport: .udp, port: datagram.sourcePort),
        Endpoint(packet.destination, datagram.destinationPort)
      )
    case .tcp(let segment):
      (Key(transport: .tcp, port: segment.sourcePort), Endpoint(packet.destination, segment.destinationPort))
    case .icmp(let message):
      switch message.kind {
      case .echoRequest(let identifier, _):
        (Key(transport: .icmp, port: identifier), Endpoint(packet.destination, 0))
      default: (nil, Endpoint(packet.destination, 0))
      }
    case .other: (nil, Endpoint(packet.destination, 0))
    }
  }

  /// The socket that `packet` is for.
  static func localKey(ofReceived packet: IPv4Packet) -> Key? {
    switch packet.payload {
    case .udp(let datagram): Key(transport: .udp, port: datagram.destinationPort)
    case .tcp(let segment): Key(transport: .tcp, port: segment.destinationPort)
    case .icmp(let message):
      if case .echoReply(let identifier, _) = message.kind {
        Key(transport: .icmp, port: identifier)
      } else {
        nil
      }
    case .other: nil
    }
  }
}
