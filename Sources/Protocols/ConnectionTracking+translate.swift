import Packets
import Simulation

/// Choosing and carrying out translations.
extension ConnectionTracking {
  /// Decides that the connection's source becomes `address`; nil `ports` mean no wish (see `permittedPorts`).
  ///
  /// Asked of the entry's first packet, after the destination is bound. False when every port is taken: the packet is to be
  /// dropped.
  public mutating func bindSource(
    _ id: EntryID, to address: IPv4Address, ports: ClosedRange<UInt16>? = nil, origin: Origin, now: Instant,
    random: inout RandomSource
  ) -> Bool {
    guard let entry = self[id] else { return false }
    let before = entry.original.source
    guard let port = choosePort(for: id, as: address, ports, now, &random) else { return false }
    let after = Endpoint(address, port)
    evictTimeWait(Tuple(entry.reply.flow, from: entry.reply.source, to: after), unless: id.index, now)
    guard setReply(id.index, Tuple(entry.reply.flow, from: entry.reply.source, to: after), now) else {
      return false
    }
    let binding = Binding(before: before, after: after, origin: origin)
    slots[Int(id.index)].entry?.source = binding
    if entry.original.flow.hasPorts { remember(binding, entry.original.flow) }
    return true
  }

  /// Makes sure that replies find their way to a connection no rule speaks of: if another connection's replies look the
  /// same, the source's port is moved. False when that is not possible.
  public mutating func bindUnchanged(_ id: EntryID, now: Instant, random: inout RandomSource) -> Bool {
    guard let entry = self[id] else { return false }
    if entry.isReplyIndexed || indexReply(id.index, now) { return true }
    return bindSource(id, to: entry.original.source.address, origin: .none, now: now, random: &random)
  }

  /// Decides that the connection's destination becomes `endpoint`; the port is of no account to a protocol without any.
  public mutating func bindDestination(_ id: EntryID, to endpoint: Endpoint, origin: Origin, now: Instant) {
    guard let entry = self[id] else { return }
    var after = endpoint
    if entry.original.flow.isEcho || !entry.original.flow.hasPorts { after.port = entry.reply.source.port }
    let before = entry.original.destination
    slots[Int(id.index)].entry?.destination = Binding(before: before, after: after, origin: origin)
    _ = setReply(id.index, Tuple(entry.reply.flow, from: after, to: entry.reply.destination), now)
  }

  /// Rewrites one end of a packet as its connection wants it: the destination at PREROUTING (and OUTPUT), the source at
  /// POSTROUTING (and INPUT). Nil where there is nothing to do.
  ///
  /// Of an ICMP error, the end of the packet it quotes that speaks of the same machine is rewritten too.
  public func translate(
    _ side: Translation.Side, of packet: inout IPv4Packet, quoted: inout IPv4Packet?, as tracked: Tracked
  ) -> (translation: Translation, origin: Origin)? {
    guard let id = tracked.entry, let entry = self[id],
      let binding = entry.binding(side, tracked.direction)
    else { return nil }
    let isReverse = tracked.direction == .reply
    let after = isReverse ? binding.before : binding.after
    guard tracked.state == .related else {
      let before = isReverse ? binding.after : binding.before
      guard before != after else { return nil }
      packet.rewrite(side, to: after)
      return (Translation(side, before: before, after: after, isReverse: isReverse), binding.origin)
    }
    let before = Endpoint(side == .source ? packet.source : packet.destination, 0)
    packet.rewrite(side, to: after)
    quoted?.rewrite(side == .source ? .destination : .source, to: after)
    let translation = Translation(
      side, before: before, after: Endpoint(after.address, 0), isReverse: isReverse)
    return (translation, binding.origin)
  }
}

extension ConnectionTracking.Entry {
  /// The binding that rewrites that end of packets in that direction: the way back undoes the other one's work.
  func binding(
    _ side: Translation.Side, _ direction: ConnectionTracking.Direction
  ) -> ConnectionTracking.Binding? {
    (side == .source) == (direction == .original) ? source : destination
  }
}
