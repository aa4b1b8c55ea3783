import Packets
import Simulation

extension ConnectionTracking {
  /// What tells one direction of one connection from every other: its protocol and both ends.
  public struct Tuple: Hashable, Sendable, BitwiseCopyable {
    /// A protocol, as far as tracking tells them apart.
    public struct Flow: Hashable, Sendable, BitwiseCopyable {
      let rawValue: UInt16
      public static let tcp = Flow(rawValue: UInt16(IPProtocol.tcp.rawValue))
      public static let udp = Flow(rawValue: UInt16(IPProtocol.udp.rawValue))
      /// An echo request: the identifier stands as the source's port.
      public static let echoRequest = Flow(rawValue: 0x0801)
      /// An echo reply: the identifier stands as the destination's port.
      public static let echoReply = Flow(rawValue: 0x0101)

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

    public var flow: Flow
    public var source: Endpoint
    public var destination: Endpoint

    public init(_ flow: Flow, from source: Endpoint, to destination: Endpoint) {
      self.flow = flow
      self.source = source
      self.destination = destination
    }

    /// The tuple of `packet`; nil for ICMP messages that belong to no exchange of their own and for later fragments.
    public init?(_ packet: IPv4Packet) {
      guard packet.fragmentOffset == 0 else { return nil }
      var sourcePort: UInt16 = 0
      var destinationPort: UInt16 = 0
      switch packet.payload {
      case .tcp(let segment):
        flow = .tcp
        (sourcePort, destinationPort) = (segment.sourcePort, segment.destinationPort)
      case .udp(let datagram):
        flow = .udp
        (sourcePort, destinationPort) = (datagram.sourcePort, datagram.destinationPort)
      case .icmp(let message):
        switch message.kind {
        case .echoRequest(let identifier, _):
          flow = .echoRequest
          sourcePort = identifier
        case .echoReply(let identifier, _):
          flow = .echoReply
          destinationPort = identifier
        default: return nil
        }
      case .other(let number, _): flow = Flow(number)
      }
      source = Endpoint(packet.source, sourcePort)
      destination = Endpoint(packet.destination, destinationPort)
    }

    /// The tuple of what comes back.
    public var inverted: Tuple { Tuple(flow.inverted, from: destination, to: source) }
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
