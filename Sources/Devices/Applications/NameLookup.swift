import Packets
import Protocols
import Simulation

/// The part of a program that turns its target into an address, asking name servers where it is a name.
struct NameLookup: Sendable {
  private let target: Target
  private var resolver: DNSResolver?
  private var port: UInt16 = 0
  private var timer: TimerToken?

  enum Progress {
    case waiting
    case done(IPv4Address)
    case failed(FailureReason)
  }

  init(_ target: Target) { self.target = target }

  /// - Parameter purpose: Names are usually looked up on the way to something else, which `serves` says.
  mutating func start(for purpose: Purpose, _ host: inout ProgramHost, _ outbox: inout Outbox) -> Progress {
    switch target {
    case .address(let address): return .done(address)
    case .name(let name):
      guard let port = host.bindAny(.udp, &outbox) else { return .failed(.nameUnresolved) }
      self.port = port
      var resolver = DNSResolver(name, nameservers: host.network.nameservers)
      let actions = resolver.start(random: &outbox.random)
      self.resolver = resolver
      return carryOut(actions, for: purpose, &host, &outbox)
    }
  }

  /// Takes an event if it belongs to the lookup; nil when it does not.
  mutating func handle(
    _ event: ApplicationEvent, for purpose: Purpose, _ host: inout ProgramHost, _ outbox: inout Outbox
  ) -> Progress? {
    guard resolver != nil else { return nil }
    switch event {
    case .datagram(let datagram) where datagram.destination.port == port:
      guard case .dns(let message) = outbox.message(in: datagram.content) else { return .waiting }
      let actions = resolver?.receive(message, from: datagram.source.address) ?? []
      return carryOut(actions, for: purpose, &host, &outbox)
    case .failure(_, let server, _, let localPort) where localPort == port:
      return carryOut(resolver?.unreachable(server.address) ?? [], for: purpose, &host, &outbox)
    case .timer(let token) where token == timer:
      return carryOut(resolver?.timerFired() ?? [], for: purpose, &host, &outbox)
    default: return nil
    }
  }

  private mutating func carryOut(
    _ actions: [DNSResolver.Action], for purpose: Purpose, _ host: inout ProgramHost, _ outbox: inout Outbox
  ) -> Progress {
    for action in actions {
      switch action {
      case .send(let message, let server):
        let failure = host.send(
          .dns(message), from: port, to: Endpoint(server, DNSPort.server), for: purpose, &outbox)
        guard failure != nil, let next = resolver?.unreachable(server) else { break }
        return carryOut(next, for: purpose, &host, &outbox)
      case .setTimer(let delay): timer = host.setTimer(after: delay, &outbox)
      case .resolved(let address): return end(.done(address), &host)
      case .failed(let reason): return end(.failed(reason), &host)
      case .silent: break
      }
    }
    return .waiting
  }

  private mutating func end(_ progress: Progress, _ host: inout ProgramHost) -> Progress {
    host.unbind(.udp, port)
    resolver = nil
    timer = nil
    return progress
  }
}

/// RFC 1035, 4.2.1.
enum DNSPort {
  static let server: UInt16 = 53
}
