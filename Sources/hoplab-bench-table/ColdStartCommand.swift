import ArgumentParser
import Figures

/// `hoplab-bench-table W8`
struct ColdStartCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: ColdStart.word, abstract: "Measures hoplab from its start to its end.",
    discussion: "Example: hoplab-bench-table W8 --variant pictures")

  @Option(help: "\(ColdStart.Variant.words)")
  var variant = ColdStart.Variant.cold

  @Option(help: "How many runs; of check how many nodes.")
  var size: Int?

  @Flag(help: "One line of JSON.")
  var json = false

  func run() async throws {
    let measurement = try await ColdStart(variant).measure(size: size)
    print(json ? measurement.json : measurement.words)
  }
}

extension ColdStart.Variant: ExpressibleByArgument {}
