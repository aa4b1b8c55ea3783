import ArgumentParser
import Configuration

/// `hoplab explain`
struct ExplainCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "explain", abstract: "Explain the code of a mistake, or list all codes.",
    discussion: "Example: hoplab explain HL0202")

  @Argument(
    help: "A code such as HL0202; all are listed without it.",
    completion: .list(DiagnosticCode.allCases.map { $0.rawValue }))
  var code: String?

  func run() throws {
    guard let code else {
      return Terminal.print(DiagnosticCode.allCases.map { "\($0.rawValue)  \($0.title)\n" }.joined())
    }
    guard let known = DiagnosticCode(rawValue: code.uppercased()) else {
      let near = nearest(to: code.uppercased(), among: DiagnosticCode.allCases.map { $0.rawValue })
      throw ValidationError("there is no code '\(code)'\(near.map { "; did you mean \($0)?" } ?? "")")
    }
    Terminal.print("\(known.rawValue): \(known.title)\n\n\(known.explanation)\n")
  }
}
