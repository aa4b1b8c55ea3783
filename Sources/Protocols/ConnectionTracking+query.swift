import Simulation

/// What others may ask about a connection.
extension ConnectionTracking {
  /// Whether an address or port of the packet's connection is rewritten here.
  public func isTranslated(_ tracked: Tracked) -> Bool {
    guard let id = tracked.entry, isThere(id) else { return false }
    let entry = entries[Int(id.index)]
    return entry.reply != entry.original.inverted
  }
}
