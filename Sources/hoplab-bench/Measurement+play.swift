import ArgumentParser
import Figures
import Simulation
import Workloads

extension Measurement {
  /// Sets a network up, plays it unless it is to be `idle`, and takes the figures of both.
  mutating func play(
    detail: Journal.Detail, idle: Bool = false, isPrelearned: Bool = false, _ makePlan: () -> NetworkPlan
  ) throws {
    let began = Usage.now()
    var plan = makePlan()
    var simulator = plan.makeSimulator(detail: detail, isPrelearned: isPrelearned)
    setup = Usage.now() - began
    // Asking the system for memory takes as long as a small play: it counts for neither.
    residentAfterSetup = Usage.residentMost()
    let ready = Usage.now()
    if !idle { plan.play(on: &simulator) }
    run = Usage.now() - ready
    residentMost = Usage.residentMost()
    records = simulator.journal.records.count
    let counters = simulator.journal.counters
    events = counters.events
    frameHops = counters.arrived
    delivered = counters.delivered
    simulatedSeconds = Double(simulator.now.nanoseconds) / 1e9
    guard idle || (plan.isMet(by: counters) && counters.isBalanced) else {
      throw ValidationError("\(counters.delivered) of \(plan.expected) packets arrived: this is no measurement.")
    }
  }
}
