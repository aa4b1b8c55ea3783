import Packets
import Simulation

/// The device inside it, but for one deliberate allocation at each frame: a fault that the tests of cost must see.
package struct Wasteful: Device {
  /// What is allocated. It stays until the next frame, so the compiler cannot do without it.
  private final class Waste: Sendable {
    let frame: EthernetFrame
    init(_ frame: EthernetFrame) { self.frame = frame }
  }

  private var inside: any Device
  private var waste: Waste?

  package init(_ device: any Device) { inside = device }

  package mutating func start(_ outbox: inout Outbox) { inside.start(&outbox) }

  package mutating func receive(_ frame: EthernetFrame, on port: PortNumber, _ outbox: inout Outbox) {
    waste = Waste(frame)
    inside.receive(frame, on: port, &outbox)
  }

  package mutating func timerFired(_ timer: TimerToken, _ outbox: inout Outbox) { inside.timerFired(timer, &outbox) }

  package mutating func linkChanged(on port: PortNumber, isUp: Bool, _ outbox: inout Outbox) {
    inside.linkChanged(on: port, isUp: isUp, &outbox)
  }

  package mutating func powerOn(_ outbox: inout Outbox) { inside.powerOn(&outbox) }

  package mutating func perform(_ command: any Command, for activity: ActivityID, _ outbox: inout Outbox) {
    inside.perform(command, for: activity, &outbox)
  }
}
