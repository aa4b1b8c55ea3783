import Foundation
import Scrutiny

/// `hoplab-fuzz frames …`, `hoplab-fuzz scenarios …`: libFuzzer, with what it is to upset.
///
/// What follows are options and folders of libFuzzer. `hoplab-fuzz seeds FOLDER FILE…` writes every frame of some scenarios.
@main enum Fuzz {
  static func main() {
    let words = CommandLine.arguments
    switch words.dropFirst().first {
    case "frames": run { bytes in FrameScrutiny.fault(in: bytes) }
    case "scenarios": run { bytes in ScenarioScrutiny.fault(in: bytes) }
    case "seeds" where words.count > 3: FrameSeeds.write(into: words[2], from: Array(words[3...]))
    default:
      print("say frames, scenarios, or seeds with a folder and scenarios")
      exit(2)
    }
  }

  private nonisolated(unsafe) static var fault: ([UInt8]) -> String? = { _ in nil }

  /// Hands the rest of the command line to libFuzzer, which comes back when its time is over.
  private static func run(_ fault: @escaping ([UInt8]) -> String?) {
    self.fault = fault
    var count = CommandLine.argc - 1
    var arguments = CommandLine.unsafeArgv + 1
    exit(
      runDriver(&count, &arguments) { start, count in
        if let fault = Fuzz.fault(Array(UnsafeBufferPointer(start: start, count: count))) { fatalError(fault) }
        return 0
      })
  }
}

/// The way into libFuzzer for programs with a `main` of their own (llvm.org/docs/LibFuzzer.html).
@_silgen_name("LLVMFuzzerRunDriver")
private func runDriver(
  _ count: UnsafeMutablePointer<CInt>,
  _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>>,
  _ one: @convention(c) (UnsafePointer<UInt8>?, Int) -> CInt
) -> CInt
