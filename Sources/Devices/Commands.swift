import Packets
import Simulation

/// Where a step's packets go: an address, or a name to be resolved first.
public enum Target: Hashable, Sendable {
  case address(IPv4Address)
  case name(DomainName)
}

/// Sends echo requests until one is answered or each has timed out.
public struct PingCommand: Command {
  public var target: Target
  /// Requests sent before giving up, one a second.
  public var count = 1
  /// Bytes of data behind the ICMP header; 56 as `ping` has it.
  public var size: UInt16 = 56
  public init(_ target: Target) { self.target = target }
}

/// Has the interface's DHCP client do something.
public struct DHCPCommand: Command {
  public enum Deed: Hashable, Sendable { case acquire, renew, release }
  public var deed: Deed
  /// The stack's first interface without a static address when nil.
  public var interface: String?
  public init(_ deed: Deed, interface: String? = nil) {
    self.deed = deed
    self.interface = interface
  }
}

/// Resolves a name to an address.
public struct ResolveCommand: Command {
  public var name: DomainName
  public init(_ name: DomainName) { self.name = name }
}

/// Opens a connection and closes it again.
public struct TCPCommand: Command {
  public var target: Target
  public var port: UInt16
  public init(_ target: Target, port: UInt16) {
    self.target = target
    self.port = port
  }
}

/// Sends one datagram; an answer, an error, or four seconds of silence end it.
public struct UDPCommand: Command {
  public var target: Target
  public var port: UInt16
  public var size: UInt16 = 32
  public init(_ target: Target, port: UInt16) {
    self.target = target
    self.port = port
  }
}

/// Fetches a page: connect, request, response, close.
public struct HTTPCommand: Command {
  public var target: Target
  public var port: UInt16 = 80
  public var path = "/"
  public init(_ target: Target) { self.target = target }
}
