import Packets
import Simulation

let a = MACAddress(rawValue: 0x0200_0000_000a)
let b = MACAddress(rawValue: 0x0200_0000_000b)

extension EthernetFrame {
  /// A frame of `length` bytes with header, marked with a number.
  static func numbered(_ number: UInt32 = 0, length: Int = 60) -> EthernetFrame {
    EthernetFrame(
      destination: b, source: a,
      payload: .other(EtherType(rawValue: 0x88b5), .pattern(length: UInt16(length - 14), seed: number)))
  }

  /// The number it was marked with.
  var number: UInt32? {
    guard case .other(_, let content) = payload else { return nil }
    return content.reference
  }
}

/// Takes every frame in.
struct Sink: Device {
  mutating func receive(_ frame: EthernetFrame, on port: PortNumber, _ outbox: inout Outbox) {
    outbox.absorb(by: .test)
  }
}

/// Sends every frame out of the next port, the last port's out of the first.
struct Relay: Device {
  mutating func receive(_ frame: EthernetFrame, on port: PortNumber, _ outbox: inout Outbox) {
    outbox.forward(frame, on: PortNumber((Int(port.index) + 1) % outbox.portCount))
  }
}

/// Sends `burst` frames from port 0 at the start, and again after each `interval`, `rounds` times in all.
struct Source: Device {
  var burst = 1
  var rounds = 1
  var interval = TimeSpan.zero
  var length = 60
  private var sent: UInt32 = 0

  init(burst: Int = 1, rounds: Int = 1, every interval: TimeSpan = .zero, length: Int = 60) {
    self.burst = burst
    self.rounds = rounds
    self.interval = interval
    self.length = length
  }

  mutating func start(_ outbox: inout Outbox) { send(&outbox) }
  mutating func timerFired(_ timer: TimerToken, _ outbox: inout Outbox) { send(&outbox) }
  mutating func receive(_ frame: EthernetFrame, on port: PortNumber, _ outbox: inout Outbox) {
    outbox.absorb(by: .test)
  }

  private mutating func send(_ outbox: inout Outbox) {
    for _ in 0..<burst {
      outbox.originate(.numbered(sent, length: length), on: 0, for: .serves)
      sent += 1
    }
    rounds -= 1
    if rounds > 0 { _ = outbox.setTimer(1, after: interval) }
  }
}

/// Waits for a command to send one frame, and ends the activity when one comes back.
struct Asker: Device {
  struct Ask: Command {}
  private var asked = ActivityID.none

  mutating func perform(_ command: any Command, for activity: ActivityID, _ outbox: inout Outbox) {
    asked = activity
    outbox.originate(.numbered(), on: 0, for: .begins(activity))
  }

  mutating func receive(_ frame: EthernetFrame, on port: PortNumber, _ outbox: inout Outbox) {
    outbox.absorb(by: .test)
    outbox.finish(asked, .success)
  }
}

func end(_ device: Int, _ port: PortNumber = 0) -> LinkEnd { LinkEnd(DeviceID(index: device), port) }

/// Two devices and the wire between their first ports.
func pair(
  _ first: any Device, _ second: any Device, _ wire: LinkConfiguration = .inside, seed: UInt64 = 1,
  detail: Journal.Detail = .full, limits: Simulator.Limits = Simulator.Limits()
) -> Simulator {
  Simulator(
    parts: [.init(first, ports: 1, name: "first"), .init(second, ports: 1, name: "second")],
    wires: [.init(end(0), end(1), wire)], seed: seed, detail: detail, limits: limits)
}

extension Simulator {
  /// When frames arrived, in order.
  var arrivals: [UInt64] {
    journal.records.filter { $0.event == .received }.map { $0.time.nanoseconds }
  }

  /// The numbers of the frames that arrived at that device, in order.
  func numbers(at device: Int) -> [UInt32] {
    var numbers: [FrameID: UInt32] = [:]
    for record in journal.records {
      if case .sent(let frame, _) = record.event { numbers[record.frame] = frame.number }
    }
    return journal.records.compactMap {
      $0.event == .received && $0.device == DeviceID(index: device) ? numbers[$0.frame] : nil
    }
  }

  func drops(_ reason: DropReason) -> Int { journal.records.count { $0.event == .dropped(reason) } }
}
