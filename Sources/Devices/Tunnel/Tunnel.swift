import Packets
import Protocols
import Simulation

/// One end of a tunnel: what comes by its tap travels as the data of a datagram, which the IP stack beside it sends, and
/// comes out of the tap at the other end, whole as it was (RFC 7348).
///
/// It speaks to the stack as a program with sockets does. What comes out of the tunnel never goes back into it.
public struct Tunnel: Device {
  /// Frames.
  public static let tap: PortNumber = 0
  /// The stack that has its socket.
  public static let host: PortNumber = 1

  private let configuration: Configuration
  private var peers: TunnelPeers
  private var nextHello: TimerToken?

  public struct Configuration: Sendable {
    public var network: VirtualNetworkID
    /// The other ends that are known from the beginning; where there are none, whoever speaks is one.
    public var remotes: [Endpoint] = []
    /// Where it listens.
    public var port = EncapsulatedFrame.port
    public var sourcePort = SourcePortChoice.flow
    public var splitting = Splitting.unset
    public var carriesTags = false
    /// How often each remote end is told that this one is there; nil is never.
    public var keepalive: TimeSpan?
    /// How long a station or an end is remembered that is silent.
    public var ageingTime = ForwardingDatabase.defaultAgeingTime
    public var origin = Origin.none

    public init(network: VirtualNetworkID) { self.network = network }
  }

  /// By which port datagrams leave.
  public enum SourcePortChoice: String, Hashable, Sendable, CaseIterable {
    /// By one for each flow inside, so that routers may spread them (RFC 7348, 5). Nobody answers to it: datagrams go to the
    /// port where ends listen.
    case flow
    /// By the one where it listens, and answers go to the port that was used: a NAT finds the way back. It is a socket
    /// like those of programs, with checksums, and path MTU discovery as the system has it.
    case own
  }

  /// Whether datagrams may be split on their way (Linux, `ip link add … type vxlan df`).
  public enum Splitting: String, Hashable, Sendable, CaseIterable {
    case unset, set, inherit
  }

  public init(_ configuration: Configuration) {
    self.configuration = configuration
    peers = TunnelPeers(remotes: configuration.remotes, ageingTime: configuration.ageingTime)
  }

  public mutating func start(_ outbox: inout Outbox) { sayHello(&outbox) }
  public mutating func powerOn(_ outbox: inout Outbox) { sayHello(&outbox) }

  public mutating func receive(_ frame: EthernetFrame, on port: PortNumber, _ outbox: inout Outbox) {
    port == Tunnel.tap ? wrap(frame, &outbox) : unwrap(frame, &outbox)
  }

  public mutating func timerFired(_ timer: TimerToken, _ outbox: inout Outbox) {
    if timer == nextHello { sayHello(&outbox) }
  }
}

/// Into the tunnel.
extension Tunnel {
  /// At OpenVPN's port a reserved bit makes the flags the opcode of its data packets (`P_DATA_V2`): a dissector is right to
  /// take them for such, and would take anything else there for a damaged message.
  private static let openVPN: (port: UInt16, flag: UInt32) = (1194, 1 << 30)

  private mutating func wrap(_ frame: EthernetFrame, _ outbox: inout Outbox) {
    let ends = peers.ends(toward: frame.destination, now: outbox.now)
    guard !ends.isEmpty else { return outbox.drop(because: .noTunnelEnd, origin: configuration.origin) }
    var inside = frame
    // RFC 7348, 6.1: the tag is stripped unless configured otherwise.
    if !configuration.carriesTags { inside.tag = nil }
    outbox.note(
      .wrapped(network: configuration.network.rawValue, ends: UInt16(clamping: ends.count)),
      origin: configuration.origin)
    for datagram in datagrams(carrying: inside, to: ends, &outbox) {
      outbox.forward(datagram, on: Tunnel.host, origin: configuration.origin)
    }
  }

  /// The same datagram for each end, as it is handed to the stack, which fills the source address in.
  private func datagrams(
    carrying inside: EthernetFrame, to ends: [Endpoint], _ outbox: inout Outbox
  ) -> [EthernetFrame] {
    var carried = EncapsulatedFrame(inside, network: configuration.network)
    if configuration.port == Tunnel.openVPN.port { carried.flags |= Tunnel.openVPN.flag }
    let content = outbox.messages.content(of: .encapsulated(carried))
    return ends.map { end in
      var datagram = UDPDatagram(sourcePort: sourcePort(of: inside), destinationPort: end.port, content: content)
      // RFC 7348, 5: it should be transmitted as zero.
      datagram.hasChecksum = configuration.sourcePort == .own
      let packet = IPv4Packet(
        source: .any, destination: end.address,
        fragmentation: mustNotBeSplit(inside) ? IPv4Packet.dontFragmentFlag : 0, payload: .udp(datagram))
      return EthernetFrame(destination: .zero, source: .zero, payload: .ipv4(packet))
    }
  }

  private func mustNotBeSplit(_ inside: EthernetFrame) -> Bool {
    switch configuration.splitting {
    case .unset: false
    case .set: true
    case .inherit: if case .ipv4(let packet) = inside.payload { packet.dontFragment } else { false }
    }
  }

  /// RFC 7348, 5: a hash of fields of the frame inside, in the range of dynamic ports (RFC 6335).
  private func sourcePort(of inside: EthernetFrame) -> UInt16 {
    guard configuration.sourcePort == .flow else { return configuration.port }
    let hash = BondHash.layer3And4.value(of: inside)
    return 49152 + UInt16(truncatingIfNeeded: (hash ^ hash >> 16) & 0x3fff)
  }

  /// A frame from nobody to nobody, which no tap ever sees.
  private mutating func sayHello(_ outbox: inout Outbox) {
    guard let interval = configuration.keepalive, !peers.remotes.isEmpty else { return }
    let hello = EthernetFrame(destination: .zero, source: .zero, payload: .other(.localExperimental, .empty))
    for datagram in datagrams(carrying: hello, to: peers.remotes, &outbox) {
      outbox.originate(datagram, on: Tunnel.host, for: .serves, origin: configuration.origin)
    }
    nextHello = outbox.setTimer(0, after: interval)
  }
}

/// Out of the tunnel.
extension Tunnel {
  private mutating func unwrap(_ frame: EthernetFrame, _ outbox: inout Outbox) {
    guard case .ipv4(let packet) = frame.payload else { return outbox.drop(because: .unknownProtocol) }
    switch packet.payload {
    case .udp(let datagram): unwrap(datagram, in: packet, &outbox)
    // An error about a datagram of its own. Nobody behind the tap is told.
    case .icmp: outbox.absorb(by: .icmp)
    case .tcp, .other: outbox.drop(because: .unknownProtocol)
    }
  }

  private mutating func unwrap(_ datagram: UDPDatagram, in packet: IPv4Packet, _ outbox: inout Outbox) {
    // RFC 7348, 5: the I flag must be set; other bits are ignored on receipt.
    guard let inside = outbox.encapsulated(in: datagram.content), let network = inside.network else {
      return outbox.drop(because: .malformed)
    }
    guard network == configuration.network else {
      return outbox.drop(because: .foreignNetwork, origin: configuration.origin)
    }
    let end = end(at: packet.source, datagram.sourcePort)
    guard inside.frame.source != .zero else {
      peers.hear(nil, at: end, now: outbox.now)
      return outbox.absorb(by: .tunnel)
    }
    // RFC 7348, 6.1: it is discarded unless configured otherwise.
    guard inside.frame.tag == nil || configuration.carriesTags else {
      return outbox.drop(because: .tagInTunnel, origin: configuration.origin)
    }
    peers.hear(inside.frame.source, at: end, now: outbox.now)
    outbox.note(.unwrapped(network: network.rawValue), origin: configuration.origin)
    outbox.forward(inside.frame, on: Tunnel.tap, origin: configuration.origin)
  }

  /// Where the end listens that a datagram came from.
  private func end(at address: IPv4Address, _ port: UInt16) -> Endpoint {
    guard configuration.sourcePort == .flow else { return Endpoint(address, port) }
    return peers.remotes.first { $0.address == address } ?? Endpoint(address, configuration.port)
  }
}

extension Outbox {
  /// The frame that a whole datagram carries.
  fileprivate func encapsulated(in content: Content) -> EncapsulatedFrame? {
    guard content.offset == 0, case .encapsulated(let inside)? = message(in: content),
      inside.length == Int(content.length)
    else { return nil }
    return inside
  }
}

extension EtherType {
  /// IEEE 802-2014, 9.2.3: for experiments.
  fileprivate static let localExperimental = EtherType(rawValue: 0x88b5)
}
