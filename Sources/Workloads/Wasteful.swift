import Packets
import Simulation

/// The device inside it, but for a deliberate fault at each frame, which the tests of cost must see.
package struct Wasteful: Device {
  package enum Fault: Sendable {
    /// One allocation.
    case allocation
    /// A look at each of so many entries, where one would do.
    case scan(entries: Int)
  }

  /// What is allocated. It stays until the next frame, so the compiler cannot do without it.
  private final class Waste: Sendable {
    let frame: EthernetFrame
    init(_ frame: EthernetFrame) { self.frame = frame }
  }

  private var inside: any Device
  private let fault: Fault
  private var waste: Waste?
  private var entries: [UInt64] = []

  package init(_ device: any Device, _ fault: Fault) {
    inside = device
    self.fault = fault
    if case .scan(let count) = fault { entries = (0..<UInt64(count)).map { $0 } }
  }

  package mutating func start(_ outbox: inout Outbox) { inside.start(&outbox) }

  package mutating func receive(_ frame: EthernetFrame, on port: PortNumber, _ outbox: inout Outbox) {
    switch fault {
    case .allocation: waste = Waste(frame)
    // No frame comes from such an address, so it is looked for to the end.
    case .scan: if let place = entries.firstIndex(of: frame.source.rawValue | 1 << 63) { entries[place] = 0 }
    }
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
