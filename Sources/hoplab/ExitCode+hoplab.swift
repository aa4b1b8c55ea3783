import ArgumentParser

/// What a script learns from Hoplab; 64 is ArgumentParser's own, for wrong usage.
extension ExitCode {
  /// An expectation failed.
  static let notHeld = ExitCode(1)
  /// Two that were compared are not the same.
  static let different = ExitCode(1)
  /// A packet did not get through.
  static let notThrough = ExitCode(1)
  /// The scenario is invalid.
  static let invalid = ExitCode(2)
  /// Nothing was expected.
  static let nothingToCheck = ExitCode(3)
  /// A limit was reached, or something inside went wrong.
  static let stopped = ExitCode(4)
}
