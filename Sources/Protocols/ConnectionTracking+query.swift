import Simulation

/// What others may ask about a connection.
extension ConnectionTracking {
  /// Whether the connection goes elsewhere than its first packet was for (Linux, `IPS_DST_NAT`).
  public func isDestinationTranslated(_ id: EntryID) -> Bool {
    guard isThere(id) else { return false }
    let entry = entries[Int(id.index)]
    return entry.reply.source != entry.original.destination
  }
}
