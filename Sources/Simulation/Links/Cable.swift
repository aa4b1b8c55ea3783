/// What faults have done to a link, whether or not the devices at its ends are switched on.
struct Cable: Sendable, BitwiseCopyable {
  var isCut = false
  /// The direction from the first end, and the one from the second, that alone is cut.
  var isMute = (false, false)

  /// What its directions are, between devices that are on, or of which one is not.
  func states(endsAreOn: Bool) -> (LinkDirection.State, LinkDirection.State) {
    if isCut { return (.down, .down) }
    guard endsAreOn else { return (.dark, .dark) }
    return (isMute.0 ? .mute : .up, isMute.1 ? .mute : .up)
  }
}
