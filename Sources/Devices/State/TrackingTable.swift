import Packets
import Protocols
import Simulation

/// `conntrack -L`
enum TrackingTable: StateTable {
  static let word = "conntrack"
  static let summary = "Connections as `conntrack -L` has them; sockets of VMware's NAT"
  static let columns = [
    StateColumn("protocol"), StateColumn("timeout"), StateColumn("state"),
    StateColumn("src", .behind("src="), fold: .second), StateColumn("dst", .behind("dst=")),
    StateColumn("sport", .behind("sport=")), StateColumn("dport", .behind("dport=")),
    StateColumn("icmp-id", .behind("id=")), StateColumn("unreplied", fold: .first),
    StateColumn("reply-src", .behind("src=")), StateColumn("reply-dst", .behind("dst=")),
    StateColumn("reply-sport", .behind("sport=")), StateColumn("reply-dport", .behind("dport=")),
    StateColumn("reply-id", .behind("id=")), StateColumn("assured"),
  ]

  static func sections(of device: any Device, _ view: StateView) -> [StateSection]? {
    switch device {
    case let stack as IPStack:
      return stack.network.translators.first.map { [StateSection(rows($0.tracking, view))] }
    case let bridge as Bridge:
      return bridge.filters.first?.tracking.first.map { [StateSection(rows($0, view))] }
    case let proxy as NATProxy: return [StateSection(sockets(of: proxy, view))]
    default: return nil
    }
  }

  private static func rows(_ tracking: ConnectionTracking, _ view: StateView) -> [[StateCell?]] {
    tracking.connections(at: view.now).map { connection in
      [
        .text(word(of: connection.original.flow.transport)), .span(whole(connection.timeout)),
        connection.state.map { .text($0) },
      ]
        + ends(of: connection.original) + [connection.hasReply ? nil : .text("[UNREPLIED]")]
        + ends(of: connection.reply) + [connection.isAssured ? .text("[ASSURED]") : nil]
    }
  }

  /// conntrack says whole seconds.
  private static func whole(_ span: TimeSpan) -> TimeSpan { .seconds(span.nanoseconds / 1_000_000_000) }

  private static func ends(of tuple: ConnectionTracking.Tuple) -> [StateCell?] {
    let isEcho = tuple.flow.icmpType != nil
    let hasPorts = tuple.flow == .tcp || tuple.flow == .udp
    return [
      .shown(tuple.source.address), .shown(tuple.destination.address),
      hasPorts ? .number(UInt64(tuple.source.port)) : nil, hasPorts ? .number(UInt64(tuple.destination.port)) : nil,
      isEcho ? .number(UInt64(max(tuple.source.port, tuple.destination.port))) : nil,
    ]
  }

  static func word(of transport: IPProtocol) -> String {
    switch transport {
    case .tcp: "tcp"
    case .udp: "udp"
    case .icmp: "icmp"
    default: "\(transport.rawValue)"
    }
  }

  /// A guest's flow, and that of the socket in the host that carries it; its own address is the host's to choose.
  private static func sockets(of proxy: NATProxy, _ view: StateView) -> [[StateCell?]] {
    let connections = proxy.pairs.all.map { pair -> [StateCell?] in
      [.text("tcp"), nil, .text(SocketsTable.word(of: pair.outer.state))]
        + ends(of: ConnectionTracking.Tuple(.tcp, from: pair.guest, to: pair.remote)) + [nil]
        + outside(.tcp, pair.outside, pair.outerPort) + [nil]
    }
    let timeout = proxy.configuration.mappingTimeout
    let datagrams = proxy.mappings.living(at: view.now, timeout: timeout).map { port, mapping -> [StateCell?] in
      let flow: ConnectionTracking.Tuple.Flow = mapping.flow.transport == .icmp ? .echoRequest : .udp
      return [
        .text(word(of: mapping.flow.transport)), .span(whole((mapping.used + timeout) - view.now)), nil,
      ]
        + ends(of: ConnectionTracking.Tuple(flow, from: mapping.flow.guest, to: mapping.flow.remote)) + [nil]
        + outside(mapping.flow.transport, mapping.outside, port) + [nil]
    }
    return connections + datagrams
  }

  private static func outside(_ transport: IPProtocol, _ far: Endpoint, _ port: UInt16) -> [StateCell?] {
    guard transport != .icmp else { return [.shown(far.address), nil, nil, nil, .number(UInt64(port))] }
    return [.shown(far.address), nil, .number(UInt64(far.port)), .number(UInt64(port)), nil]
  }
}
