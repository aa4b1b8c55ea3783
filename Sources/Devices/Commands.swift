import Packets
import Protocols
import Simulation

/// Where a step's packets go: an address, or a name to be resolved first.
public enum Target: Hashable, Sendable {
  case address(IPv4Address)
  case name(DomainName)
}

/// A command whose packets go to one target.
public protocol TargetedCommand: Command {
  var target: Target { get }
}

/// Sends echo requests until one is answered or each has timed out, or all of them.
public struct PingCommand: TargetedCommand {
  public var target: Target
  /// Requests sent before giving up.
  public var count = 1
  /// From one request to the next, all of which are then sent; nil ends it with the first answer, one request a second.
  public var interval: TimeSpan?
  /// Bytes of data behind the ICMP header; 56 as `ping` has it.
  public var size: UInt16 = 56
  /// Whether nobody may split it, the sender neither (`ping -M do`).
  public var dontFragment = false
  /// With what time to live each leaves (Linux, `ip_default_ttl`).
  public var timeToLive: UInt8 = 64
  public init(_ target: Target) { self.target = target }
}

/// Sends packets whose time to live ends at the first router, at the second, and so on.
public struct TracerouteCommand: TargetedCommand {
  public enum Method: String, Hashable, Sendable, CaseIterable {
    /// Datagrams to ports nobody listens on, as traceroute of Linux does.
    case udp
    /// Echo requests, as `traceroute -I`, `mtr` and Windows do.
    case icmp
  }

  public var target: Target
  public var method = Method.udp
  /// The highest time to live that is tried (`traceroute -m`).
  public var mostHops = 30
  public init(_ target: Target) { self.target = target }
}

/// Asks everybody on the link who has an address, and listens for every answer.
public struct ARPCommand: TargetedCommand {
  public var target: Target
  public var schedule = Schedule()
  public init(_ target: Target) { self.target = target }
}

/// Has the interface's DHCP client do something.
public struct DHCPCommand: Command {
  public enum Deed: Hashable, Sendable { case acquire, renew, release }
  public var deed: Deed
  /// The stack's first interface without a static address when nil.
  public var interface: String?
  /// From the beginning of the step until it is done.
  public var delay: TimeSpan
  public init(_ deed: Deed, interface: String? = nil, after delay: TimeSpan = .zero) {
    self.deed = deed
    self.interface = interface
    self.delay = delay
  }
}

/// Resolves a name to an address.
public struct ResolveCommand: Command {
  public var name: DomainName
  public init(_ name: DomainName) { self.name = name }
}

/// Opens a connection and closes it again.
public struct TCPCommand: TargetedCommand {
  public var target: Target
  public var port: UInt16
  public init(_ target: Target, port: UInt16) {
    self.target = target
    self.port = port
  }
}

/// Sends as much as it can over one connection, and closes it.
public struct TransferCommand: TargetedCommand {
  /// What ends it.
  public enum Amount: Hashable, Sendable {
    case bytes(UInt64)
    case duration(TimeSpan)
  }

  public var target: Target
  public var port: UInt16
  public var amount: Amount
  /// What the sender's stack does unless set.
  public var congestionControl: CongestionControl?
  public init(_ target: Target, port: UInt16, _ amount: Amount) {
    self.target = target
    self.port = port
    self.amount = amount
  }
}

/// Sends datagrams that are to be answered; as many answers, an error, or four seconds of silence after the last end it.
public struct UDPCommand: TargetedCommand {
  public var target: Target
  public var port: UInt16
  public var size: UInt16 = 32
  public var schedule = Schedule()
  public var source = SourcePort.any
  public init(_ target: Target, port: UInt16) {
    self.target = target
    self.port = port
  }
}

/// The port a client sends its datagrams from.
public enum SourcePort: Hashable, Sendable {
  /// One that is free, for all of them.
  case any
  case fixed(UInt16)
  /// Another one for each, as a resolver has it; what answers an earlier one is not waited for any more.
  case fresh
}

/// Sends datagrams one after another and waits for no answer.
public struct StreamCommand: TargetedCommand {
  public var target: Target
  public var port: UInt16
  public var size: UInt16 = 512
  public var schedule: Schedule
  public init(_ target: Target, port: UInt16, _ schedule: Schedule) {
    self.target = target
    self.port = port
    self.schedule = schedule
  }
}

/// How many datagrams a client sends, and when.
public struct Schedule: Hashable, Sendable {
  public var count = 1
  /// From one datagram to the next, whether the first was answered or not.
  public var interval = TimeSpan.seconds(1)
  /// From the beginning of the step to the first datagram.
  public var delay = TimeSpan.zero

  public init(count: Int = 1, every interval: TimeSpan = .seconds(1), after delay: TimeSpan = .zero) {
    self.count = count
    self.interval = interval
    self.delay = delay
  }
}

/// Fetches a page: connect, request, response, close.
public struct HTTPCommand: TargetedCommand {
  public var target: Target
  public var port: UInt16 = 80
  public var path = "/"
  /// Who is to fetch it; nobody, and it is fetched directly.
  public var proxy: Endpoint?
  public init(_ target: Target) { self.target = target }
}
