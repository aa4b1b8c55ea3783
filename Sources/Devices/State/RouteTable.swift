import Packets
import Protocols
import Simulation

/// `ip route`
enum RouteTable: StateTable {
  static let word = "routes"
  static let summary = "Routes as `ip route` has them, and where each was written"
  static let columns = [
    StateColumn("kind"), StateColumn("to"), StateColumn("via", .behind("via ")), StateColumn("dev", .behind("dev ")),
    StateColumn("proto", .behind("proto ")), StateColumn("scope", .behind("scope ")),
    StateColumn("src", .behind("src ")), StateColumn("metric", .behind("metric ")),
    StateColumn("expires", .behind("expires ")), StateColumn("line", .behind("# ")),
  ]

  static func sections(of device: any Device, _ view: StateView) -> [StateSection]? {
    guard let stack = device as? IPStack else { return nil }
    let table = stack.network.routes
    let redirects = table.redirects(at: view.now).map { redirect -> [StateCell?] in
      [
        nil, .shown(redirect.to), .shown(redirect.via), view.port(redirect.on), .text("redirect"), nil, nil, nil,
        .span(redirect.until - view.now), nil,
      ]
    }
    // As `ip route` has them: the default route first.
    let routes = table.all
    let ordered = routes.filter { $0.prefix == .all } + routes.filter { $0.prefix != .all }
    return [StateSection(ordered.map { row($0, view) } + redirects)]
  }

  private static func row(_ route: Route, _ view: StateView) -> [StateCell?] {
    let isUnicast = route.kind == .unicast
    let isConnected = isUnicast && route.nextHop == nil && route.source != nil
    // A route that nobody wrote, by way of a router, is a lease's.
    let proto = isConnected ? "kernel" : route.origin == .none ? "dhcp" : "static"
    return [
      isUnicast ? nil : .text("\(route.kind)"), .text(route.prefix == .all ? "default" : "\(route.prefix)"),
      route.nextHop.map { .shown($0) }, isUnicast ? view.port(route.port) : nil, .text(proto),
      isUnicast && route.nextHop == nil ? .text("link") : nil, route.source.map { .shown($0) },
      route.metric > 0 ? .number(UInt64(route.metric)) : nil, nil, view.written(route.origin),
    ]
  }
}
