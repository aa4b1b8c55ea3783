import Foundation
import Scrutiny

/// What libFuzzer is to upset: `HOPLAB_FUZZ=frames hoplab-fuzz …`, or `scenarios`. What follows are its own options and folders.
///
/// `HOPLAB_FUZZ=seeds hoplab-fuzz FOLDER FILE…` writes every kind of frame that is sent when scenarios are played.
private let task = ProcessInfo.processInfo.environment["HOPLAB_FUZZ"] ?? ""

/// Called by libFuzzer, whose `main` it is, before anything else (llvm.org/docs/LibFuzzer.html).
@_cdecl("LLVMFuzzerInitialize")
public func beginFuzzing(_: UnsafeRawPointer, _: UnsafeRawPointer) -> CInt {
  switch task {
  case "frames", "scenarios": return 0
  case "seeds" where CommandLine.arguments.count > 2:
    FrameSeeds.write(into: CommandLine.arguments[1], from: Array(CommandLine.arguments[2...]))
    exit(0)
  default:
    print("HOPLAB_FUZZ is to be frames, scenarios, or seeds with a folder and scenarios")
    exit(2)
  }
}

/// Called for every input.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  let bytes = Array(UnsafeBufferPointer(start: start, count: count))
  let fault = task == "frames" ? FrameScrutiny.fault(in: bytes) : ScenarioScrutiny.fault(in: bytes)
  if let fault { fatalError(fault) }
  return 0
}
