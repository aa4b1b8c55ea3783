import ArgumentParser

/// How figures are printed.
struct OutputForm: ParsableArguments {
  @Flag(help: "One line of JSON.")
  var json = false

  @Flag(help: "One line of JSON without what a clock says, so that every run is the same.")
  var counts = false

  func print(_ measurement: Measurement) {
    if counts {
      printCounts(of: measurement)
    } else {
      Swift.print(json ? measurement.json : measurement.words)
    }
  }

  /// Piece by piece, so that no more is allocated for a figure with more digits.
  private func printCounts(of measurement: Measurement) {
    Swift.print("{\"events\": ", terminator: "")
    Swift.print(measurement.events, terminator: "")
    Swift.print(", \"frame_hops\": ", terminator: "")
    Swift.print(measurement.frameHops, terminator: "")
    Swift.print(", \"delivered\": ", terminator: "")
    Swift.print(measurement.delivered, terminator: "")
    Swift.print("}")
  }
}
