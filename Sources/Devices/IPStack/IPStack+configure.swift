import Packets
import Protocols
import Simulation

/// What a step may change about a running stack.
public enum StackChange: ConfigurationChange {
  /// The default route; nil takes it away.
  case gateway(IPv4Address?, origin: Origin)
  /// All addresses that the interface has from now on.
  case addresses([InterfaceAddress], on: PortNumber, origin: Origin)
  /// All rules of translation from now on. Connections that are known are translated as before, as on Linux.
  case translation(TranslationRules, origin: Origin)
  /// All rules of the filter from now on.
  case filter(PacketFilter, origin: Origin)
  /// Stops or starts a service, by its number in the order they are written.
  case service(Int, isUp: Bool)
}

extension IPStack {
  public mutating func configure(_ change: any ConfigurationChange, _ outbox: inout Outbox) {
    guard let change = change as? StackChange else {
      preconditionFailure("a stack was told something that is for another kind of device")
    }
    switch change {
    case .gateway(let router, let origin): host.network.setGateway(router, origin, &outbox)
    case .addresses(let addresses, let port, let origin):
      host.network.setAddresses(addresses, on: port, origin, &outbox)
    case .translation(let rules, let origin): host.network.setTranslation(rules, origin, &outbox)
    case .filter(let filter, let origin): host.network.setFilter(filter, origin, &outbox)
    case .service(let number, let isUp): setService(number, isUp: isUp, &outbox)
    }
    handOut(&outbox)
  }

  /// Ends a server's process, or starts it again. Its ports are closed meanwhile; what it keeps on its disk it still has.
  private mutating func setService(_ number: Int, isUp: Bool, _ outbox: inout Outbox) {
    guard isUp == (stopped[number] != nil) else { return }
    outbox.note(.serviceChanged(UInt16(number), isUp: isUp), on: PortNumber.none)
    if isUp {
      programs[number] = stopped.removeValue(forKey: number)
      host.network.events.append((number, .started))
    } else {
      stopped[number] = programs[number]
      programs[number] = nil
      host.network.closeSockets(of: number, &outbox)
    }
  }
}

extension NetworkLayer {
  mutating func setGateway(_ router: IPv4Address?, _ origin: Origin, _ outbox: inout Outbox) {
    routes.remove { $0.prefix == .all && $0.kind == .unicast }
    routes.forgetRedirects()
    // An interface without any address yet is where a lease may bring the network.
    let port: PortNumber = router.flatMap { self.port(toward: $0) } ?? 0
    if let router { routes.insert(Route(to: .all, via: router, on: port, origin: origin)) }
    outbox.note(.gatewaySet(router ?? .any), on: port, origin: origin)
  }

  private func port(toward neighbor: IPv4Address) -> PortNumber? {
    interfaces.firstIndex { $0.addresses.contains { $0.prefix.contains(neighbor) } }.map(PortNumber.init)
  }

  /// As Linux does it when the last address of an interface goes: routes by routers that are then on no network of the
  /// interface go with it.
  mutating func setAddresses(
    _ addresses: [InterfaceAddress], on port: PortNumber, _ origin: Origin, _ outbox: inout Outbox
  ) {
    for old in self[port].addresses where !addresses.contains(old) {
      routes.remove { $0.port == port && $0.prefix == old.prefix && $0.source == old.address }
      deconfigure(old, on: port, &outbox)
    }
    interfaces[Int(port.index)].origin = origin
    for new in addresses where !self[port].addresses.contains(new) {
      add(new, on: port, origin: origin)
      outbox.note(.configured(new, router: .any, server: .any), on: port, origin: origin)
    }
    routes.remove { route in
      guard route.port == port, let router = route.nextHop else { return false }
      return !addresses.contains { $0.prefix.contains(router) }
    }
    routes.forgetRedirects()
  }

  mutating func setTranslation(_ rules: TranslationRules, _ origin: Origin, _ outbox: inout Outbox) {
    translators = [translators.first.map { $0.following(rules) } ?? Translator(rules)]
    outbox.note(.rulesSet, on: PortNumber.none, origin: origin)
  }

  mutating func setFilter(_ filter: PacketFilter, _ origin: Origin, _ outbox: inout Outbox) {
    filters = filter.isEmpty ? [] : [filter]
    if filter.tracksConnections, translators.isEmpty { translators = [Translator(TranslationRules())] }
    outbox.note(.rulesSet, on: PortNumber.none, origin: origin)
  }

  /// What the system does when a process ends: its ports are closed, and its connections in order.
  fileprivate mutating func closeSockets(of slot: Int, _ outbox: inout Outbox) {
    sockets.unbindAll(of: slot)
    for place in connections.entries.indices
    where connections.isLive(place) && connections.entries[place].slot == slot { close(place, &outbox) }
  }
}
