extension Value {
  /// RFC 7396: maps merge, null removes, everything else is replaced, lists whole.
  ///
  /// What the patch replaces keeps the patch's place, so a mistake in it is shown where it was written. A key that
  /// is new goes to the end. With `keepingUnmatchedNulls`, a null that finds nothing to remove stays, so that a
  /// value which holds patches itself can be merged.
  public func merging(patch: Value, keepingUnmatchedNulls: Bool = false) -> Value {
    guard case .map(let changes) = patch.content else { return patch }
    var result = map ?? Mapping()
    for change in changes.entries {
      let old = result[change.key]
      if change.value.isNull {
        if old != nil {
          result.remove(change.key)
        } else if keepingUnmatchedNulls {
          result.set(change.key, to: change.value, keyLocation: change.keyLocation)
        }
      } else {
        let new = (old ?? .null).merging(
          patch: change.value, keepingUnmatchedNulls: keepingUnmatchedNulls)
        result.set(change.key, to: new, keyLocation: change.keyLocation)
      }
    }
    return Value(.map(result), at: map == nil ? patch.location : location)
  }
}
