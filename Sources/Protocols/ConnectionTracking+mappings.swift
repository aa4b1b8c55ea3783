import Packets
import Simulation

/// Translation by mappings that connections share (see `EndpointMappings`). Echoes are translated as Linux does it.
extension ConnectionTracking {
  /// Gives a connection's source the outside end of its mapping. False when every port is taken.
  mutating func bindMapped(
    _ id: EntryID, to target: Target, origin: Origin, now: Instant, random: inout RandomSource
  ) -> Bool {
    let slot = Int(id.index)
    let (original, reply) = (entries[slot].original, entries[slot].reply)
    guard
      let number = mapping(
        of: original.source, original.flow, toward: original.destination, in: target,
        until: entries[slot].expires,
        origin: origin, now, &random)
    else { return false }
    guard
      setReply(
        id.index, Tuple(reply.flow, from: reply.source, to: mappings[0][number].outside), now)
    else {
      return false
    }
    entries[slot].sourceOrigin = mappings[0][number].origin
    useForSource(number, slot)
    return true
  }

  /// Of a connection that no rule speaks of: leads it inside if it is for the outside end of a mapping that lets it in.
  ///
  /// - Parameter isInside: Whether it comes from those who are hidden themselves; it then leaves as from outside (REQ-9).
  /// - Returns: false when a mapping is there and does not let it in. Without any mapping it is for the machine itself.
  public mutating func admit(
    _ id: EntryID, isInside: Bool, now: Instant, random: inout RandomSource
  ) -> Bool {
    guard !mappings.isEmpty, isThere(id) else { return true }
    entries.makeUnique()
    let slot = Int(id.index)
    let original = entries[slot].original
    guard original.flow == .tcp || original.flow == .udp,
      let number = mappings[0].mapping(at: original.destination, original.flow, now)
    else { return true }
    guard !isInside || hide(slot, behind: mappings[0][number], now, &random) else {
      remove(id.index)
      return false
    }
    let own = entries[slot].sourceMapping
    let far = own == ConnectionTracking.nobody ? original.source : mappings[0][own].outside
    guard mappings[0].admits(far, by: number, now) else {
      // Whom it has sent to may send to it from now on, and when those do it is let in as well.
      entries[slot].isRefused = isInside
      if !isInside { remove(id.index) }
      return false
    }
    entries[slot].isRefused = false
    mappings[0].attach(number)
    entries[slot].destinationMapping = number
    entries[slot].destinationOrigin = mappings[0][number].origin
    let reply = Tuple(original.flow, from: mappings[0][number].key.source, to: far)
    if let place = find(reply, now), entries[place.slot].isRefused { remove(place.index) }
    guard setReply(id.index, reply, now) else {
      remove(id.index)
      return false
    }
    return true
  }

  /// Gives the source of a connection to somebody else inside its mapping.
  private mutating func hide(
    _ slot: Int, behind other: EndpointMappings.Mapping, _ now: Instant, _ random: inout RandomSource
  ) -> Bool {
    guard mappings[0].behavior.hairpins else { return false }
    guard entries[slot].sourceMapping == ConnectionTracking.nobody else { return true }
    let original = entries[slot].original
    guard
      let own = mapping(
        of: original.source, original.flow, toward: original.destination, in: Target(original.destination.address),
        until: entries[slot].expires, origin: other.origin, now, &random)
    else { return false }
    entries[slot].sourceOrigin = mappings[0][own].origin
    useForSource(own, slot)
    return true
  }

  private mutating func useForSource(_ number: UInt32, _ slot: Int) {
    mappings[0].attach(number)
    entries[slot].sourceMapping = number
    refreshMappings(of: slot, before: entries[slot].expires)
  }

  /// A connection that uses mappings has been given another end of its life.
  mutating func refreshMappings(of slot: Int, before: Instant) {
    let entry = entries[slot]
    if entry.sourceMapping != ConnectionTracking.nobody {
      mappings[0].refresh(entry.sourceMapping, until: entry.expires)
      mappings[0].permit(
        entry.original.destination, by: entry.sourceMapping, before: before, until: entry.expires)
    }
    if entry.destinationMapping != ConnectionTracking.nobody {
      mappings[0].refresh(entry.destinationMapping, until: entry.expires)
    }
  }

  mutating func releaseMappings(of slot: Int) {
    let entry = entries[slot]
    if entry.sourceMapping != ConnectionTracking.nobody {
      mappings[0].withdraw(
        entry.original.destination, by: entry.sourceMapping, until: entry.expires)
      mappings[0].detach(entry.sourceMapping)
    }
    if entry.destinationMapping != ConnectionTracking.nobody {
      mappings[0].detach(entry.destinationMapping)
    }
  }

  /// The mapping of an inside end toward a far one; a new one where there is none.
  private mutating func mapping(
    of inside: Endpoint, _ flow: Tuple.Flow, toward far: Endpoint, in target: Target,
    until expires: Instant,
    origin: Origin, _ now: Instant, _ random: inout RandomSource
  ) -> UInt32? {
    if let known = mappings[0].mapping(of: inside, flow, toward: far, now) { return known }
    // REQ-2: all of an inside address stands behind one outside address.
    var paired = target
    paired.isPersistent = true
    let address = paired.address(for: inside.address, toward: .any)
    let range =
      target.ports(of: flow) ?? ConnectionTracking.permittedPorts(for: inside.port, of: flow)
    guard let port = outsidePort(for: inside.port, in: range, at: address, flow, far, now, &random)
    else { return nil }
    return mappings[0].make(
      inside, flow, toward: far, as: Endpoint(address, port), until: expires, origin: origin)
  }

  /// REQ-3: no port is given to two inside ends, whatever their far ends are.
  private mutating func outsidePort(
    for port: UInt16, in range: ClosedRange<UInt16>, at address: IPv4Address, _ flow: Tuple.Flow,
    _ far: Endpoint,
    _ now: Instant, _ random: inout RandomSource
  ) -> UInt16? {
    func isFree(_ tracking: inout ConnectionTracking, _ port: UInt16) -> Bool {
      let end = Endpoint(address, port)
      return tracking.mappings[0].mapping(at: end, flow, now) == nil
        && tracking.find(Tuple(flow, from: far, to: end), now) == nil
    }
    if mappings[0].behavior.preservesPorts, range.contains(port), isFree(&self, port) {
      return port
    }
    let size = range.count
    var start = Int(random.below(UInt64(size)))
    var tries = min(size, ConnectionTracking.mostTries)
    while true {
      for step in 0..<tries {
        let port = range.lowerBound + UInt16((start + step) % size)
        if isFree(&self, port) { return port }
      }
      guard tries < size, tries >= ConnectionTracking.fewestTries else { return nil }
      tries /= 2
      start = Int(random.below(UInt64(size)))
    }
  }
}
