import Packets
import Protocols
import Simulation

/// A rule that hides what leaves by an interface behind that interface's address.
public struct Masquerade: Hashable, Sendable {
  public var port: PortNumber
  /// Ports to translate to; nil keeps the port where it is free.
  public var ports: ClosedRange<UInt16>?
  public var origin: Origin

  public init(_ port: PortNumber, ports: ClosedRange<UInt16>? = nil, origin: Origin) {
    self.port = port
    self.ports = ports
    self.origin = origin
  }
}

/// The connections that pass the stack, and the rules that translate them.
struct Translator: Sendable {
  var tracking = ConnectionTracking()
  /// What tracking said of the packet being handled, on its way from the first hook to the last.
  var current: ConnectionTracking.Tracked?
  private let rules: [Masquerade]

  init(_ rules: [Masquerade]) { self.rules = rules }

  func rule(leavingBy port: PortNumber) -> Masquerade? { rules.first { $0.port == port } }
}

/// The two hooks of translation, in netfilter's places: destinations before routing, sources after it.
extension NetworkLayer {
  /// Finds the connection of a packet that comes in, or that leaves the machine that made it.
  mutating func track(_ packet: IPv4Packet, _ outbox: inout Outbox) -> ConnectionTracking.Tracked? {
    guard !translators.isEmpty else { return nil }
    return translators[0].tracking.track(packet, quoted: outbox.quote(in: packet), now: outbox.now)
  }

  /// PREROUTING.
  mutating func translateInbound(_ packet: inout IPv4Packet, _ outbox: inout Outbox) {
    guard !translators.isEmpty, let tracked = translators[0].current else { return }
    rewrite(.destination, of: &packet, outbox.quote(in: packet), as: tracked, &outbox)
  }

  /// How the packet being handled stands to its connection; nil where none are tracked.
  var trackedState: ConnectionTracking.State? {
    @inline(__always) get { translators.isEmpty ? nil : translators[0].current?.state }
  }

  /// POSTROUTING.
  ///
  /// - Returns: false when the packet has met its end here, for want of a free port.
  mutating func translateOutbound(
    _ packet: inout IPv4Packet, on port: PortNumber, _ outbox: inout Outbox
  ) -> Bool {
    guard !translators.isEmpty, interfaces[Int(port.index)].kind == .ethernet, let tracked = translators[0].current
    else { return true }
    guard bind(tracked, leavingBy: port, &outbox) else { return false }
    rewrite(.source, of: &packet, outbox.quote(in: packet), as: tracked, &outbox)
    return true
  }

  /// A connection whose first packet was refused has never begun.
  mutating func forgetConnection() {
    guard !translators.isEmpty, let current = translators[0].current, current.isFirst, let entry = current.entry
    else { return }
    translators[0].tracking.discard(entry)
  }

  /// Asks the rules about a connection's first packet.
  private mutating func bind(
    _ tracked: ConnectionTracking.Tracked, leavingBy port: PortNumber, _ outbox: inout Outbox
  ) -> Bool {
    guard tracked.isFirst, let entry = tracked.entry else { return true }
    guard let rule = translators[0].rule(leavingBy: port), let address = self[port].addresses.first?.address else {
      return translators[0].tracking.bindUnchanged(entry, now: outbox.now, random: &outbox.random)
    }
    return translators[0].tracking.bindSource(
      entry, to: address, ports: rule.ports, origin: rule.origin, now: outbox.now, random: &outbox.random)
  }

  @inline(__always)
  private func rewrite(
    _ side: Translation.Side, of packet: inout IPv4Packet, _ quoted: IPv4Packet?,
    as tracked: ConnectionTracking.Tracked, _ outbox: inout Outbox
  ) {
    var inner = quoted
    guard let (translation, origin) = translators[0].tracking.translate(side, of: &packet, quoted: &inner, as: tracked)
    else { return }
    if let inner, inner != quoted { outbox.requote(inner, in: &packet) }
    outbox.note(.translated(translation), origin: origin)
  }
}

extension Outbox {
  /// The packet that an ICMP error in `packet` speaks of.
  @inline(__always)
  func quote(in packet: IPv4Packet) -> IPv4Packet? {
    guard case .icmp(let message) = packet.payload, message.kind.isError else { return nil }
    return quote(in: message)
  }

  /// Replaces what an ICMP error quotes.
  mutating func requote(_ quoted: IPv4Packet, in packet: inout IPv4Packet) {
    guard case .icmp(var message) = packet.payload else { return }
    let id = messages.insert(.quote(Quote(quoted, length: message.content.length)))
    message.content = .message(id, length: message.content.length)
    packet.payload = .icmp(message)
  }
}
