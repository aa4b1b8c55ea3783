import Packets
import Simulation

/// Deciding and carrying out translations.
extension ConnectionTracking {
  /// Decides what the connection's source becomes.
  ///
  /// Asked of the entry's first packet, after the destination is bound. False when every port is taken: the packet is to be
  /// dropped.
  public mutating func bindSource(
    _ id: EntryID, to target: Target, origin: Origin, now: Instant, random: inout RandomSource
  ) -> Bool {
    entries.makeUnique()
    guard isThere(id) else { return false }
    let flow = entries[Int(id.index)].original.flow
    if !mappings.isEmpty, flow == .tcp || flow == .udp {
      return bindMapped(id, to: target, origin: origin, now: now, random: &random)
    }
    return bind(id, to: target, origin: origin, now, &random)
  }

  private mutating func bind(
    _ id: EntryID, to target: Target, origin: Origin, _ now: Instant, _ random: inout RandomSource
  ) -> Bool {
    guard let after = chooseSource(for: id.index, in: target, now, &random) else { return false }
    let slot = Int(id.index)
    let reply = entries[slot].reply
    guard setReply(id.index, Tuple(reply.flow, from: reply.source, to: after), now) else { return false }
    if after != reply.destination { entries[slot].sourceOrigin = origin }
    if reply.flow.hasPorts, !entries[slot].isListed { list(id.index) }
    return true
  }

  /// Makes sure that replies find their way to a connection no rule speaks of: if another connection's replies look the
  /// same, the source's port is moved. False when that is not possible.
  public mutating func bindUnchanged(_ id: EntryID, now: Instant, random: inout RandomSource) -> Bool {
    entries.makeUnique()
    guard isThere(id) else { return false }
    let address = entries[Int(id.index)].reply.destination.address
    return bind(id, to: Target(address), origin: .none, now, &random)
  }

  /// Decides what the connection's destination becomes; ports are of no account to a protocol without any.
  ///
  /// Of several ports it is the one it has, or else the first that is free.
  public mutating func bindDestination(_ id: EntryID, to target: Target, origin: Origin, now: Instant) {
    entries.makeUnique()
    guard isThere(id) else { return }
    let slot = Int(id.index)
    let reply = entries[slot].reply
    var after = reply.source
    after.address = target.address(for: reply.destination.address, toward: after.address)
    if let ports = target.ports(of: reply.flow) { after.port = chooseDestinationPort(id.index, after, in: ports, now) }
    entries[slot].destinationOrigin = origin
    _ = setReply(id.index, Tuple(reply.flow, from: after, to: reply.destination), now)
  }

  /// Rewrites one end of a packet as its connection wants it: the destination at PREROUTING and OUTPUT, the source at
  /// POSTROUTING and INPUT. Nil where there is nothing to do.
  ///
  /// Of an ICMP error, the end of the packet it quotes that speaks of the same machine is rewritten too. It only reads;
  /// it is `mutating` so that nobody makes a copy of the tables to call it.
  public mutating func translate(
    _ side: Translation.Side, of packet: inout IPv4Packet, quoted: inout IPv4Packet?, as tracked: Tracked
  ) -> (translation: Translation, origin: Origin)? {
    guard tracked.state == .related else { return translate(side, of: &packet, as: tracked) }
    guard let change = change(of: side, tracked) else { return nil }
    let told = Endpoint(side == .source ? packet.source : packet.destination, 0)
    packet.rewrite(side, to: change.after)
    quoted?.rewrite(side == .source ? .destination : .source, to: change.after)
    let after = Endpoint(change.after.address, 0)
    return (Translation(side, before: told, after: after, isReverse: change.isReverse), change.origin)
  }

  /// The same for a packet that is no error, and quotes none.
  public mutating func translate(
    _ side: Translation.Side, of packet: inout IPv4Packet, as tracked: Tracked
  ) -> (translation: Translation, origin: Origin)? {
    guard let change = change(of: side, tracked) else { return nil }
    packet.rewrite(side, to: change.after)
    return (
      Translation(side, before: change.before, after: change.after, isReverse: change.isReverse), change.origin
    )
  }

  private struct Change {
    var before: Endpoint
    var after: Endpoint
    var isReverse: Bool
    var origin: Origin
  }

  @inline(__always)
  private mutating func change(of side: Translation.Side, _ tracked: Tracked) -> Change? {
    guard let id = tracked.entry, isThere(id) else { return nil }
    let slot = Int(id.index)
    let isReverse = tracked.direction == .reply
    // The way back undoes the other end's work.
    let isSource = (side == .source) != isReverse
    let was = isSource ? entries[slot].original.source : entries[slot].original.destination
    let became = isSource ? entries[slot].reply.destination : entries[slot].reply.source
    guard was != became else { return nil }
    return Change(
      before: isReverse ? became : was, after: isReverse ? was : became, isReverse: isReverse,
      origin: isSource ? entries[slot].sourceOrigin : entries[slot].destinationOrigin)
  }
}
