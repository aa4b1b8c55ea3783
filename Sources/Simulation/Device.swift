import Packets

/// The smallest thing that handles frames: a value with numbered ports, mutated in place.
///
/// A device reaches nothing but its `Outbox`. Every frame it receives must meet one fate there: forwarded, held, absorbed
/// or dropped with a reason.
public protocol Device: Sendable {
  /// Called once, at the start of the run, in the order of the devices.
  mutating func start(_ outbox: inout Outbox)
  mutating func receive(_ frame: EthernetFrame, on port: PortNumber, _ outbox: inout Outbox)
  /// A timer this device set. It may have been superseded since: compare it with the token kept.
  mutating func timerFired(_ timer: TimerToken, _ outbox: inout Outbox)
  /// The link on `port` went down or came up.
  mutating func linkChanged(on port: PortNumber, isUp: Bool, _ outbox: inout Outbox)
  /// It was switched off and is on again.
  ///
  /// What it remembered is still there, but timers that came meanwhile are gone: whatever waits for one must begin anew.
  mutating func powerOn(_ outbox: inout Outbox)
  /// Takes in, before the run, what it would have learned from traffic.
  mutating func know(_ knowledge: Knowledge)
  /// Begins what a step asked for; sooner or later the device says `finish(activity, …)`.
  mutating func perform(_ command: any Command, for activity: ActivityID, _ outbox: inout Outbox)
  /// Changes its configuration while the run goes on.
  mutating func configure(_ change: any ConfigurationChange, _ outbox: inout Outbox)
}

extension Device {
  public mutating func start(_ outbox: inout Outbox) {}
  public mutating func timerFired(_ timer: TimerToken, _ outbox: inout Outbox) {}
  public mutating func linkChanged(on port: PortNumber, isUp: Bool, _ outbox: inout Outbox) {}
  public mutating func powerOn(_ outbox: inout Outbox) {}
  public mutating func know(_ knowledge: Knowledge) {}
  public mutating func perform(_ command: any Command, for activity: ActivityID, _ outbox: inout Outbox) {
    outbox.finish(activity, .failure(.notSupported))
  }
  public mutating func configure(_ change: any ConfigurationChange, _ outbox: inout Outbox) {
    preconditionFailure("a device was told something that it has no configuration for")
  }
}

/// What traffic teaches a device.
public enum Knowledge: Hashable, Sendable {
  /// Which port leads to a station.
  case station(MACAddress, PortNumber)
  /// Which hardware address a neighbour behind a port has.
  case neighbor(IPv4Address, MACAddress, PortNumber)
  /// Which Wi-Fi card is associated on a port.
  case association(MACAddress, PortNumber)
}

/// Something a step may change about a device; which device knows which is settled when the step is read.
public protocol ConfigurationChange: Sendable {}

/// Something a step may ask of a device; devices say which commands they know.
public protocol Command: Sendable {}

/// A timer as its device set it and gets it back.
///
/// `kind` and `subject` are the device's own words; `generation` makes each setting unique, so a timer is cancelled by
/// forgetting its token.
public struct TimerToken: Hashable, Sendable, BitwiseCopyable {
  public let kind: UInt16
  public let subject: UInt32
  public let generation: UInt32

  public init(kind: UInt16, subject: UInt32, generation: UInt32) {
    self.kind = kind
    self.subject = subject
    self.generation = generation
  }
}

/// A frame that waits inside a device, with what it needs to go on as the same packet.
public struct HeldFrame: Hashable, Sendable, BitwiseCopyable {
  public var frame: EthernetFrame
  /// The id it waits under; when it is sent, this is its cause.
  public let id: FrameID

  package init(frame: EthernetFrame, id: FrameID) {
    self.frame = frame
    self.id = id
  }
}
