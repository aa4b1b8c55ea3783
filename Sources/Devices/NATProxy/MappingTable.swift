import Packets
import Simulation

/// The sockets a NAT proxy has opened for datagrams and echoes, one for each flow of a guest.
struct MappingTable: Sendable {
  /// A flow as the guest sees it.
  struct Flow: Hashable {
    var transport: IPProtocol
    /// For echoes the port is the identifier.
    var guest: Endpoint
    var remote: Endpoint
  }

  struct Mapping {
    var flow: Flow
    /// Where it really goes, which differs for the name service.
    var outside: Endpoint
    var used: Instant
  }

  private struct Socket: Hashable {
    var transport: IPProtocol
    var port: UInt16
  }

  /// Ports of sockets that are always open: those of forwards.
  private let reserved: Set<UInt16>  // looked up, never iterated
  private var ports: [Flow: UInt16] = [:]  // looked up, never iterated
  private var mappings: [Socket: Mapping] = [:]  // looked up, never iterated

  init(reserved: Set<UInt16>) { self.reserved = reserved }

  /// The mapping behind one of the proxy's own ports, unless it has been idle for too long.
  mutating func mapping(
    _ transport: IPProtocol, port: UInt16, now: Instant, timeout: TimeSpan
  ) -> Mapping? {
    let socket = Socket(transport: transport, port: port)
    guard let mapping = mappings[socket], now - mapping.used < timeout else { return nil }
    mappings[socket]?.used = now
    return mapping
  }

  /// Those that are not too old, with the proxy's own ports, by protocol and port.
  func living(at now: Instant, timeout: TimeSpan) -> [(port: UInt16, mapping: Mapping)] {
    mappings.filter { now - $0.value.used < timeout }
      .sorted { ($0.key.transport.rawValue, $0.key.port) < ($1.key.transport.rawValue, $1.key.port) }
      .map { ($0.key.port, $0.value) }
  }

  /// The port of the flow's socket, opened if there is none; nil when no port is free.
  mutating func port(
    of flow: Flow, outside: Endpoint, now: Instant, timeout: TimeSpan, random: inout RandomSource
  ) -> UInt16? {
    if let port = ports[flow] {
      let socket = Socket(transport: flow.transport, port: port)
      if let mapping = mappings[socket], mapping.flow == flow, now - mapping.used < timeout {
        mappings[socket]?.used = now
        return port
      }
    }
    let range = SocketTable.ephemeralPorts
    let start = Int(random.below(UInt64(range.count)))
    for step in 0..<range.count {
      let port = range.lowerBound + UInt16((start + step) % range.count)
      if flow.transport == .udp, reserved.contains(port) { continue }
      let socket = Socket(transport: flow.transport, port: port)
      if let taken = mappings[socket] {
        guard now - taken.used >= timeout else { continue }
        // The flow may have come back since, by another port.
        if ports[taken.flow] == port { ports[taken.flow] = nil }
      }
      ports[flow] = port
      mappings[socket] = Mapping(flow: flow, outside: outside, used: now)
      return port
    }
    return nil
  }
}
