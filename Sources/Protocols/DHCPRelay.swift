import Packets
import Simulation

/// The relay agent of RFC 1542, section 4, and RFC 2131: it carries what clients say to everybody to servers elsewhere.
///
/// It keeps nothing: the answer tells by the gateway address where it must go.
public struct DHCPRelay: Sendable {
  public struct Configuration: Hashable, Sendable {
    public var servers: [IPv4Address]
    /// RFC 1542, 4.1.1: what has passed more agents is discarded; the default should be 4.
    public var hopLimit: UInt8 = 4
    /// Adds option 82 with the name of the interface as circuit (RFC 3046), and takes it away again.
    public var addsInformation = false

    public init(servers: [IPv4Address]) { self.servers = servers }
  }

  public enum Action: Hashable, Sendable {
    /// To port 67 of a server, from port 67 and the gateway address.
    case forward(DHCPMessage, to: IPv4Address)
    /// To port 68 of everybody on the client's link.
    case broadcast(DHCPMessage)
    /// To port 68 of an address its owner cannot answer ARP for yet.
    case deliver(DHCPMessage, to: IPv4Address)
    case silent(DropReason)
  }

  public let configuration: Configuration

  public init(_ configuration: Configuration) { self.configuration = configuration }

  /// Takes what a client, or another agent nearer to it, sent.
  ///
  /// - Parameters:
  ///   - gateway: The agent's address on the link it came from.
  ///   - circuit: The name of the interface it came by.
  public func request(_ message: DHCPMessage, gateway: IPv4Address, circuit: String) -> [Action] {
    guard message.operation == 1, message.hops <= configuration.hopLimit, message.relayAgent != gateway else {
      return [.silent(.badRequest)]
    }
    var message = message
    message.hops += 1
    if message.relayAgent.isAny {
      // RFC 3046, 2.1: nobody but an agent may say where a client is.
      guard !message.options.contains(where: { $0.code == DHCPOption.agentInformation }) else {
        return [.silent(.badRequest)]
      }
      message.relayAgent = gateway
      if configuration.addsInformation {
        message.options.append(DHCPRelay.information(circuit))
      }
    }
    return configuration.servers.map { .forward(message, to: $0) }
  }

  /// Takes what a server sent to the gateway address, for the client on that link (RFC 1542, 4.1.2).
  public func reply(_ message: DHCPMessage) -> Action {
    guard message.operation == 2 else { return .silent(.badRequest) }
    var message = message
    if configuration.addsInformation {
      message.options.removeAll { $0.code == DHCPOption.agentInformation }
    }
    guard !message.wantsBroadcast, !message.yourAddress.isAny else { return .broadcast(message) }
    return .deliver(message, to: message.yourAddress)
  }

  /// Sub-option 1, the circuit (RFC 3046, 3.1).
  private static func information(_ circuit: String) -> DHCPOption {
    let name = Array(circuit.utf8.prefix(253))
    return .other(code: DHCPOption.agentInformation, bytes: [1, UInt8(name.count)] + name)
  }
}
