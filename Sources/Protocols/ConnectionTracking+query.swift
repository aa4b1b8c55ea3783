/// What others may ask about a connection.
extension ConnectionTracking {
  /// Whether an address or port of the packet's connection is rewritten here.
  public func isTranslated(_ tracked: Tracked) -> Bool {
    guard let id = tracked.entry, let entry = self[id] else { return false }
    return entry.source != nil || entry.destination != nil
  }
}
