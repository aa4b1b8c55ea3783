import Packets
import Simulation

extension ConnectionTracking {
  /// What tells one direction of one connection from every other: its protocol and both ends.
  public struct Tuple: Hashable, Sendable, BitwiseCopyable {
    /// A protocol, as far as tracking tells them apart.
    public struct Flow: Hashable, Sendable, BitwiseCopyable {
      let rawValue: UInt16
      // Asked for with every packet, so none of them is a variable that is made when it is first read.
      public static var tcp: Flow { Flow(.tcp) }
      public static var udp: Flow { Flow(.udp) }
      /// An echo request: the identifier stands as the source's port.
      public static var echoRequest: Flow { Flow(rawValue: 0x0801) }
      /// An echo reply: the identifier stands as the destination's port.
      public static var echoReply: Flow { Flow(rawValue: 0x0101) }

      init(rawValue: UInt16) { self.rawValue = rawValue }
      /// A protocol without ports.
      public init(_ number: IPProtocol) { rawValue = UInt16(number.rawValue) }

      var inverted: Flow {
        switch self {
        case .echoRequest: .echoReply
        case .echoReply: .echoRequest
        default: self
        }
      }

      /// Whether its ends have something that can be told apart and rewritten.
      var hasPorts: Bool { self == .tcp || self == .udp || isEcho }
      var isEcho: Bool { self == .echoRequest || self == .echoReply }
    }

    /// Source, and the destination below it.
    private let addresses: UInt64
    /// The source's port, the destination's (16 bits each), the flow (16).
    private let rest: UInt64

    public init(_ flow: Flow, from source: Endpoint, to destination: Endpoint) {
      self.init(flow, source.address, source.port, destination.address, destination.port)
    }

    @inline(__always)
    private init(
      _ flow: Flow, _ source: IPv4Address, _ sourcePort: UInt16, _ destination: IPv4Address, _ destinationPort: UInt16
    ) {
      addresses = UInt64(source.rawValue) << 32 | UInt64(destination.rawValue)
      rest = UInt64(sourcePort) << 48 | UInt64(destinationPort) << 32 | UInt64(flow.rawValue)
    }

    private init(addresses: UInt64, rest: UInt64) {
      self.addresses = addresses
      self.rest = rest
    }

    /// The tuple of `packet`; nil for ICMP messages that belong to no exchange of their own and for later fragments.
    public init?(_ packet: IPv4Packet) {
      guard packet.fragmentOffset == 0 else { return nil }
      let (flow, sourcePort, destinationPort): (Flow, UInt16, UInt16)
      switch packet.payload {
      case .tcp(let segment):
        (flow, sourcePort, destinationPort) = (.tcp, segment.sourcePort, segment.destinationPort)
      case .udp(let datagram):
        (flow, sourcePort, destinationPort) = (.udp, datagram.sourcePort, datagram.destinationPort)
      case .icmp(let message):
        switch message.kind {
        case .echoRequest(let identifier, _): (flow, sourcePort, destinationPort) = (.echoRequest, identifier, 0)
        case .echoReply(let identifier, _): (flow, sourcePort, destinationPort) = (.echoReply, 0, identifier)
        default: return nil
        }
      case .other(let number, _): (flow, sourcePort, destinationPort) = (Flow(number), 0, 0)
      }
      self.init(flow, packet.source, sourcePort, packet.destination, destinationPort)
    }

    public var flow: Flow { Flow(rawValue: UInt16(truncatingIfNeeded: rest)) }
    public var source: Endpoint {
      Endpoint(IPv4Address(rawValue: UInt32(truncatingIfNeeded: addresses >> 32)), UInt16(rest >> 48))
    }
    public var destination: Endpoint {
      Endpoint(
        IPv4Address(rawValue: UInt32(truncatingIfNeeded: addresses)), UInt16(truncatingIfNeeded: rest >> 32))
    }

    /// The source with its flow, whole in one word.
    var sourceKey: UInt64 { addresses & 0xffff_ffff_0000_0000 | (rest >> 48) << 16 | rest & 0xffff }

    /// The tuple of what comes back.
    public var inverted: Tuple { Tuple(flow.inverted, from: destination, to: source) }
  }
}

extension ConnectionTracking.Tuple: FlatKey {
  /// No flow has that number.
  public static var vacant: ConnectionTracking.Tuple { ConnectionTracking.Tuple(addresses: .max, rest: .max) }

  public var mixed: UInt64 {
    @inline(__always) get { (addresses &* 0x9e37_79b9_7f4a_7c15) ^ (rest &* 0xc2b2_ae3d_27d4_eb4f) }
  }
}

extension IPv4Packet {
  /// Writes another address and port (for an echo, the identifier) into one end.
  mutating func rewrite(_ side: Translation.Side, to endpoint: Endpoint) {
    switch side {
    case .source: source = endpoint.address
    case .destination: destination = endpoint.address
    }
    switch payload {
    case .tcp(var segment):
      if side == .source {
        segment.sourcePort = endpoint.port
      } else {
        segment.destinationPort = endpoint.port
      }
      payload = .tcp(segment)
    case .udp(var datagram):
      if side == .source {
        datagram.sourcePort = endpoint.port
      } else {
        datagram.destinationPort = endpoint.port
      }
      payload = .udp(datagram)
    case .icmp(var message):
      switch (message.kind, side) {
      case (.echoRequest(_, let sequence), .source):
        message.kind = .echoRequest(identifier: endpoint.port, sequence: sequence)
      case (.echoReply(_, let sequence), .destination):
        message.kind = .echoReply(identifier: endpoint.port, sequence: sequence)
      default: break
      }
      payload = .icmp(message)
    case .other: break
    }
  }
}
