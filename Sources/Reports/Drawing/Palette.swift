/// The colours of all drawings: Okabe and Ito's for the flows, which people with any colour vision can tell apart, and
/// quiet tints for the things they pass.
enum Palette {
  static let ink = "#1f2328"
  static let quiet = "#57606a"
  /// What is not involved.
  static let faintInk = "#8c959f"
  static let faintLine = "#d0d7de"
  static let faintFill = "#fcfcfd"
  static let wire = "#8c959f"
  static let frameFill = "#f6f8fa"
  static let innerFrameFill = "#eef1f4"
  static let frameLine = "#8c959f"
  static let white = "#ffffff"
  static let paleNote = "#fffdf2"
  static let held = "#00664a"
  static let failed = "#b3261e"
  /// What two that are compared have in common.
  static let shared = "#6e7781"

  /// Okabe and Ito's colours without the yellow, which is lost on white paper.
  private static let flows = ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#000000", "#e69f00", "#56b4e9"]

  static func flow(_ order: Int) -> String { flows[max(0, order) % flows.count] }

  /// Second cue beside the colour: A, B … Z, then A2 and so on.
  static func letter(_ order: Int) -> String {
    let order = max(0, order)
    let letter = String(Unicode.Scalar(UInt8(65 + order % 26)))
    return order < 26 ? letter : letter + String(order / 26 + 1)
  }

  /// Third cue: how the line is broken up. Neighbouring steps differ, and so do steps of the same colour.
  static func pattern(_ order: Int) -> Canvas.Pattern {
    let patterns: [Canvas.Pattern] = [.solid, .dashes, .dots, .dashDot]
    return patterns[(max(0, order) + max(0, order) / flows.count) % patterns.count]
  }

  static func fill(of role: Plan.Role) -> String {
    switch role {
    case .stack, .adapter: white
    case .router: "#fff6db"
    case .nat: "#fdebdd"
    case .switch, .bridge, .hub: "#e3f1fa"
    case .server: "#edf4e8"
    }
  }

  static func line(of role: Plan.Role) -> String {
    switch role {
    case .stack, .adapter: "#6e7781"
    case .router: "#b08800"
    case .nat: "#b35c1e"
    case .switch, .bridge, .hub: "#3e7ca6"
    case .server: "#5e7f4e"
    }
  }
}
