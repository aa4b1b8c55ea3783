import Configuration
import Devices
import Packets
import Protocols
import Simulation

/// Routes that are computed for stacks that say `routing: shortest-paths`.
extension TopologyReader {
  /// A router and the settings that its routes are added to.
  private struct Participant {
    var device: Int
    var settings: IPStackSettings
    var origin: Origin
  }

  /// Comes last: it needs everything wired, and does nothing where there are mistakes.
  mutating func computeRoutes() {
    guard !diagnostics.hasErrors else { return }
    let participants = topology.devices.indices.compactMap { device -> Participant? in
      guard let settings = topology.devices[device].settings as? IPStackSettings, let origin = settings.routing
      else { return nil }
      return Participant(device: device, settings: settings, origin: origin)
    }
    guard let first = participants.first else { return }
    let attachments = attachments(of: participants)
    let graph = RouterGraph(
      routerCount: participants.count, attachments: attachments, offers: offers(of: participants, attachments))
    do {
      let routes = try graph.routes(origins: participants.map(\.origin))
      for (participant, routes) in zip(participants, routes) { give(routes, to: participant) }
    } catch {
      diagnostics.report(
        "the shortest paths of \(participants.count) routers are \(error.count) routes or more; "
          + "\(RouterGraph.mostRoutes) are the most", .tooManyRoutes,
        at: topology.origins[first.origin]?.location ?? .none,
        notes: ["give networks that are behind one neighbour addresses side by side: they become one route"])
    }
  }

  private func attachments(of participants: [Participant]) -> [RouterGraph.Attachment] {
    let segments = Segments(topology)
    var attachments: [RouterGraph.Attachment] = []
    for (router, participant) in participants.enumerated() {
      for (place, port) in topology.devices[participant.device].ports.enumerated() where !port.addresses.isEmpty {
        let end = LinkEnd(DeviceID(index: participant.device), PortNumber(place))
        let segment = segments.segment(of: end)
        for address in port.addresses {
          attachments.append(
            RouterGraph.Attachment(router: router, port: end.port, segment: segment, address: address))
        }
      }
    }
    return attachments
  }

  /// What a router leads to beside its networks: its further addresses, and everything if its gateway is the way out.
  ///
  /// A gateway that takes part itself is no way out: it may know no more than the others, and packets would circle.
  private func offers(
    of participants: [Participant], _ attachments: [RouterGraph.Attachment]
  ) -> [RouterGraph.Offer] {
    let inside = Set(attachments.map(\.address.address))
    var offers: [RouterGraph.Offer] = []
    for (router, participant) in participants.enumerated() {
      for address in participant.settings.extraAddresses {
        offers.append(RouterGraph.Offer(router: router, prefix: IPv4Prefix(host: address)))
      }
      let leadsOut = participant.settings.routes.contains { route in
        route.prefix == .all && route.kind == .unicast && !(route.nextHop.map(inside.contains) ?? false)
      }
      if leadsOut { offers.append(RouterGraph.Offer(router: router, prefix: .all)) }
    }
    return offers
  }

  /// What the user has written a route for is decided by that route.
  private mutating func give(_ routes: [Route], to participant: Participant) {
    let written = Set(participant.settings.routes.map(\.prefix))
    var settings = participant.settings
    settings.computedRoutes = written.isEmpty ? routes : routes.filter { !written.contains($0.prefix) }
    topology.devices[participant.device].settings = settings
  }
}
