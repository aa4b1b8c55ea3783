extension Value {
  /// RFC 7396: maps merge, null removes, everything else is replaced, lists whole.
  ///
  /// What the patch replaces keeps the patch's place, so a mistake in it is shown where it was written. A value of
  /// a key that is new goes to the end.
  public func merging(patch: Value) -> Value {
    guard case .map(let changes) = patch.content else { return patch }
    var result = map ?? Mapping()
    for change in changes.entries {
      if change.value.isNull {
        result.remove(change.key)
      } else if let old = result[change.key] {
        result.set(change.key, to: old.merging(patch: change.value), keyLocation: change.keyLocation)
      } else {
        result.set(
          change.key, to: Value.null.merging(patch: change.value), keyLocation: change.keyLocation)
      }
    }
    return Value(.map(result), at: map == nil ? patch.location : location)
  }
}
