import Devices
import Packets
import Scenarios
import Simulation
import Topology

/// What a record says that a device decided or found out, as the middle of a sentence about the device.
struct DecisionWords: Sendable {
  private let names: Names
  private let otherEnds: [LinkEnd: LinkEnd]  // looked up, never iterated

  init(_ names: Names) {
    self.names = names
    var ends: [LinkEnd: LinkEnd] = [:]
    ends.reserveCapacity(2 * names.topology.links.count)
    for link in names.topology.links {
      ends[link.ends.0] = link.ends.1
      ends[link.ends.1] = link.ends.0
    }
    otherEnds = ends
  }

  /// Nil for what needs no word.
  ///
  /// - Parameter hops: Those of the packet from the decision on.
  func words(of record: Record, _ hops: ArraySlice<Hop>) -> String? {
    let origin = names.origin(record.origin)
    let frame = hops.first?.frame
    func portName(_ port: PortNumber) -> String { behind(LinkEnd(record.device, port)) }
    switch record.event {
    case .flooded(let copies):
      return names.words.floods(
        copies: copies, to: frame?.destination ?? .broadcast, isHub: names.role(record.device) == .hub)
    case .forwarded(let port): return names.words.forwards(to: frame?.destination ?? .zero, at: portName(port))
    case .learned(let address, let port): return names.words.learns(address, at: portName(port))
    case .routed(let destination, let prefix, let nextHop):
      return names.words.routes(destination, prefix, nextHop: nextHop, origin)
    case .translated(let translation): return names.words.translates(Rewriting(translation, hops), origin)
    case .proxied(let translation): return names.words.proxies(Rewriting(translation, hops), origin)
    case .held(_, let address): return names.words.waits(for: address.isAny ? nil : address)
    case .resolved(let address, let hardware): return names.words.resolves(address, hardware)
    case .unresolved(let address): return names.words.cannotResolve(address)
    case .looped: return names.words.loops
    case .refused(let kind): return names.words.refuses(kind)
    case .logged: return names.words.logs(origin)
    case .segmentsLimited(let size): return names.words.limitsSegments(to: size, origin)
    case .withheld: return names.words.withholds(from: names.port(LinkEnd(record.device, record.port)), origin)
    case .duplicated: return names.words.isDuplicated
    default: return nil
    }
  }

  /// A port of a switch says little; what is at the other end of its cable says more.
  private func behind(_ end: LinkEnd) -> String {
    otherEnds[end].map { names.words.cable(to: names.end($0)) } ?? names.port(end)
  }
}
