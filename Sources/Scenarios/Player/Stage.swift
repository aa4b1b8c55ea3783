import Devices
import Simulation
import Topology

/// What a verb may do to the network it is played on.
public struct Stage: Sendable {
  public let topology: Topology
  private var step: UInt32 = 0
  private var isInBackground = false
  /// What the step has begun, in order.
  private(set) var activities: [ActivityID] = []
  var simulator: Simulator
  private var addresses = AddressBook()

  init(_ simulator: Simulator, _ topology: Topology) {
    self.simulator = simulator
    self.topology = topology
  }

  /// Turns to the next step.
  mutating func turn(to step: Int, inBackground: Bool) {
    self.step = UInt32(step)
    isInBackground = inBackground
    activities = []
  }

  public mutating func begin(_ command: any Command, on device: DeviceID) {
    activities.append(simulator.begin(command, on: device, step: step, inBackground: isInBackground))
  }

  /// Begins what is sent to a destination whose address is known only now; where it has none, that fails at once.
  ///
  /// - Parameter command: What is begun for a target; of many flows it is told the number, from 0.
  mutating func begin(_ traffic: Traffic, _ command: (Target, Int) -> any Command) {
    // What is configured meanwhile comes too late for the step.
    addresses.read(simulator.journal.records)
    for (number, way) in traffic.ways.enumerated() {
      guard let target = target(of: way) else {
        begin(AddresslessCommand(), on: way.sender)
        continue
      }
      begin(command(target, number), on: way.sender)
    }
  }

  private func target(of way: Traffic.Way) -> Target? {
    if case .name(let name) = way.destination { return .name(name) }
    return addresses.address(of: way, in: topology).map { .address($0) }
  }

  mutating func setLink(_ link: Int, isUp: Bool) { simulator.setLink(link, isUp: isUp) }
  mutating func setDirection(_ direction: DirectionID, isUp: Bool) { simulator.setDirection(direction, isUp: isUp) }
  mutating func setLink(_ link: Int, to wire: Simulator.Wire) { simulator.setLink(link, to: wire) }
  mutating func configure(_ device: DeviceID, _ change: any ConfigurationChange) { simulator.configure(device, change) }
  mutating func setDevices(_ devices: [DeviceID], isUp: Bool) { simulator.setDevices(devices, isUp: isUp) }
}

/// Traffic to a machine that has no address at that moment.
private struct AddresslessCommand: ProgramCommand {
  func program(for activity: ActivityID) -> any Application { Program(activity: activity) }

  struct Program: Application {
    let activity: ActivityID

    mutating func handle(_ event: ApplicationEvent, _ host: inout ProgramHost, _ outbox: inout Outbox) {
      outbox.finish(activity, .failure(.noAddress))
      host.end()
    }
  }
}
