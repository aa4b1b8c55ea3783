import Packets
import Protocols
import Simulation

/// A NAT device in user space: it takes what guests send through it and opens sockets of its own for them.
///
/// Nothing is passed on. Every TCP connection is two, each with its own sequence numbers; datagrams and echoes leave with
/// another port and a fresh time to live. Its sockets are in the IP stack behind port 1; guests are on port 0.
public struct NATProxy: Device {
  /// The hub of the guests.
  static let jack: PortNumber = 0
  /// The stack that has its sockets.
  static let host: PortNumber = 1

  let configuration: Configuration
  /// The small stack on the jack: ARP and answers to pings at its own address.
  var network: NetworkLayer
  var mappings: MappingTable
  var pairs = PairTable()

  public struct Configuration: Sendable {
    public var address: InterfaceAddress
    public var hardwareAddress: MACAddress
    /// Whose packets are never taken: the host's own adapter.
    public var notFor: [IPv4Address] = []
    public var notForOrigin = Origin.none
    /// Where questions to its own port 53 go.
    public var nameserver: IPv4Address?
    /// How long an idle datagram mapping is kept.
    public var mappingTimeout = TimeSpan.seconds(60)
    /// Connections and datagrams from outside, by the host's port: to which guest.
    public var forwards: [Forward] = []
    public var origin = Origin.none

    public init(address: InterfaceAddress, hardwareAddress: MACAddress) {
      self.address = address
      self.hardwareAddress = hardwareAddress
    }
  }

  public struct Forward: Hashable, Sendable {
    public var transport: IPProtocol
    public var port: UInt16
    public var guest: Endpoint
    public var origin: Origin

    public init(transport: IPProtocol, port: UInt16, guest: Endpoint, origin: Origin) {
      self.transport = transport
      self.port = port
      self.guest = guest
      self.origin = origin
    }
  }

  public init(_ configuration: Configuration) {
    self.configuration = configuration
    mappings = MappingTable(reserved: Set(configuration.forwards.lazy.filter { $0.transport == .udp }.map(\.port)))
    let interface = Interface(
      name: "jack", hardwareAddress: configuration.hardwareAddress, addresses: [configuration.address],
      origin: configuration.origin)
    network = NetworkLayer(interfaces: [interface])
  }

  public mutating func start(_ outbox: inout Outbox) { network.announceStaticAddresses(&outbox) }

  public mutating func receive(_ frame: EthernetFrame, on port: PortNumber, _ outbox: inout Outbox) {
    switch frame.payload {
    case .ipv4(let packet) where port == NATProxy.host: receiveFromHost(packet, &outbox)
    case .ipv4(let packet) where isForProxy(packet, frame): receiveFromGuest(packet, &outbox)
    default:
      network.receive(frame, on: NATProxy.jack, &outbox)
      network.deliverLooped(&outbox)
    }
  }

  public mutating func timerFired(_ timer: TimerToken, _ outbox: inout Outbox) {
    switch timer.kind {
    case Timer.inner, Timer.outer: connectionTimerFired(timer, &outbox)
    default: network.neighborTimerFired(IPv4Address(rawValue: timer.subject), on: NATProxy.jack, &outbox)
    }
  }

  enum Timer {
    /// The subject is a pair of connections.
    static let inner: UInt16 = 1
    static let outer: UInt16 = 2
  }

  /// What is addressed to its station but not to itself, and questions for its name service.
  private func isForProxy(_ packet: IPv4Packet, _ frame: EthernetFrame) -> Bool {
    guard frame.destination == configuration.hardwareAddress else { return false }
    return packet.destination != configuration.address.address || isNameQuery(packet)
      || pairs.isInner(packet)
  }

  private func isNameQuery(_ packet: IPv4Packet) -> Bool {
    guard configuration.nameserver != nil, case .udp(let datagram) = packet.payload else { return false }
    return datagram.destinationPort == DNSPort.server
  }

  private mutating func receiveFromGuest(_ packet: IPv4Packet, _ outbox: inout Outbox) {
    guard !configuration.notFor.contains(packet.source) else {
      return outbox.drop(because: .filtered, origin: configuration.notForOrigin)
    }
    guard configuration.address.prefix.contains(packet.source) else { return outbox.drop(because: .martianSource) }
    guard !packet.isFragment else { return outbox.drop(because: .unhandledFragment) }
    switch packet.payload {
    case .tcp(let segment): receiveFromGuest(segment, in: packet, &outbox)
    case .udp(let datagram): send(datagram, in: packet, &outbox)
    case .icmp(let message): send(message, in: packet, &outbox)
    case .other: outbox.drop(because: .unknownProtocol)
    }
  }

  private mutating func receiveFromHost(_ packet: IPv4Packet, _ outbox: inout Outbox) {
    switch packet.payload {
    case .tcp(let segment): receiveFromHost(segment, in: packet, &outbox)
    case .udp(let datagram): returnDatagram(datagram, in: packet, &outbox)
    case .icmp(let message): returnMessage(message, in: packet, &outbox)
    case .other: outbox.drop(because: .unknownProtocol)
    }
  }
}

/// Sending.
extension NATProxy {
  /// Sends through a socket in the host's stack, which fills the source address in.
  func sendToHost(
    _ payload: IPv4Payload, to destination: IPv4Address, from source: IPv4Address = .any,
    _ passage: NetworkLayer.Passage, _ outbox: inout Outbox
  ) {
    let packet = IPv4Packet(source: source, destination: destination, payload: payload)
    let frame = EthernetFrame(destination: .zero, source: .zero, payload: .ipv4(packet))
    network.put(frame, on: NATProxy.host, passage, origin: configuration.origin, &outbox)
  }

  /// Sends to a guest as if `source` had.
  mutating func sendToGuest(
    _ payload: IPv4Payload, to guest: IPv4Address, from source: IPv4Address, _ passage: NetworkLayer.Passage,
    _ outbox: inout Outbox
  ) {
    let packet = IPv4Packet(
      source: source, destination: guest, identification: network.nextIdentification(), payload: payload)
    network.emit(packet, on: NATProxy.jack, nextHop: guest, passage, origin: configuration.origin, &outbox)
  }
}
