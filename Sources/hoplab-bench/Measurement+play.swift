import ArgumentParser
import Captures
import Figures
import Simulation
import Workloads

extension Measurement {
  /// Sets a network up, plays it unless it is to be `idle`, and takes the figures of both.
  ///
  /// - Parameter isCaptured: Whether all that every interface sent and received is then written as a capture, whose
  ///   frames are counted as the records.
  mutating func play(
    detail: Journal.Detail, idle: Bool = false, isPrelearned: Bool = false, isCaptured: Bool = false,
    _ makePlan: () -> NetworkPlan
  ) throws {
    let began = Usage.now()
    var plan = makePlan()
    let wires = plan.network.wires
    var simulator = plan.makeSimulator(detail: detail, isPrelearned: isPrelearned)
    setup = Usage.now() - began
    // Asking the system for memory takes as long as a small play: it counts for neither.
    residentAfterSetup = Usage.residentMost()
    let ready = Usage.now()
    if !idle { plan.play(on: &simulator) }
    let captured = isCaptured ? Measurement.capture(simulator, wires) : nil
    run = Usage.now() - ready
    residentMost = Usage.residentMost()
    records = captured ?? simulator.journal.records.count
    let counters = simulator.journal.counters
    events = counters.events
    frameHops = counters.arrived
    delivered = counters.delivered
    simulatedSeconds = Double(simulator.now.nanoseconds) / 1e9
    guard idle || (plan.isMet(by: counters) && counters.isBalanced) else {
      throw ValidationError("\(counters.delivered) of \(plan.expected) packets arrived: this is no measurement.")
    }
  }

  /// How many frames there are in the capture.
  private static func capture(_ simulator: Simulator, _ wires: [Simulator.Wire]) -> Int {
    let ends = wires.flatMap { [$0.ends.0, $0.ends.1] }
    var capture = FrameCapture(
      into: PcapngFile(application: "hoplab-bench"), of: ends,
      describe: { PcapngFile.Interface(name: "\($0.device.index):\($0.port.index)") })
    capture.add(simulator.journal.records, simulator.messages)
    return capture.count
  }
}
