import ArgumentParser
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
    let ready = Usage.now()
    residentAfterSetup = Usage.residentMost()
    if !idle { plan.play(on: &simulator) }
    run = Usage.now() - ready
    setup = ready - began
    residentMost = Usage.residentMost()
    records = simulator.journal.records.count
    let counters = simulator.journal.counters
    events = counters.events
    frameHops = counters.arrived
    delivered = counters.delivered
    simulatedSeconds = Double(simulator.now.nanoseconds) / 1e9
    guard idle || (counters.delivered == plan.expected && counters.isBalanced) else {
      throw ValidationError("\(counters.delivered) of \(plan.expected) datagrams arrived: this is no measurement.")
    }
  }
}
