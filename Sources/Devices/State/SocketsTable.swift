import Packets
import Protocols
import Simulation

/// `ss -an`
enum SocketsTable: StateTable {
  static let word = "sockets"
  static let summary = "Open ports and connections, as `ss -an` has them"
  static let columns = [
    StateColumn("netid", .headed("NETID")), StateColumn("state", .headed("STATE")),
    StateColumn("local", .headed("LOCAL")), StateColumn("peer", .headed("PEER")),
  ]

  static func sections(of device: any Device, _ view: StateView) -> [StateSection]? {
    guard let stack = device as? IPStack else { return nil }
    let network = stack.network
    let open = network.sockets.keys.map { key -> [StateCell?] in
      // An echo's identifier is a raw socket's, to `ss`.
      let netid = key.transport == .icmp ? "icmp" : TrackingTable.word(of: key.transport)
      let place = key.interface == .none ? "*" : "%\(view.name(key.interface))"
      return [
        .text(netid), .text(key.transport == .tcp ? "LISTEN" : "UNCONN"), .text("\(place):\(key.port)"), .text("*:*"),
      ]
    }
    let bound = network.sockets.boundToAddresses.map { key, address -> [StateCell?] in
      [
        .text(TrackingTable.word(of: key.transport)), .text(key.transport == .tcp ? "LISTEN" : "UNCONN"),
        .text("\(address):\(key.port)"), .text("*:*"),
      ]
    }
    let connections = network.connections.entries.filter(\.isLive).map { entry -> [StateCell?] in
      [
        .text("tcp"), .text(word(of: entry.connection.state)),
        .text("\(entry.key.localAddress):\(entry.key.localPort)"),
        .shown(entry.key.remote),
      ]
    }
    return [StateSection(open + bound + connections)]
  }

  /// As `ss` prints it.
  static func word(of state: TCPConnection.State) -> String {
    switch state {
    case .closed: "CLOSED"
    case .synSent: "SYN-SENT"
    case .synReceived: "SYN-RECV"
    case .established: "ESTAB"
    case .finWait1: "FIN-WAIT-1"
    case .finWait2: "FIN-WAIT-2"
    case .closing: "CLOSING"
    case .timeWait: "TIME-WAIT"
    case .closeWait: "CLOSE-WAIT"
    case .lastAck: "LAST-ACK"
    }
  }
}
