import Packets

/// Timers, notes and activities.
extension Outbox {
  /// Wakes this device after `delay` with the token given back; to cancel, forget the token.
  public mutating func setTimer(_ kind: UInt16, _ subject: UInt32 = 0, after delay: TimeSpan) -> TimerToken {
    generation &+= 1
    let token = TimerToken(kind: kind, subject: subject, generation: generation)
    queue.push(ScheduledEvent(time: now + delay, sequence: nextSequence(), kind: .timer(device, token)))
    return token
  }

  /// Writes down what the device decided or found out, about the frame being received unless another is named.
  ///
  /// The event is made only where records are kept.
  @inlinable
  @inline(__always)
  public mutating func note(
    _ event: @autoclosure () -> Event, on port: PortNumber? = nil, about frame: FrameID? = nil,
    origin: @autoclosure () -> Origin = .none
  ) {
    guard isRecording else { return }
    write(
      event(), port: port ?? self.port, frame: frame ?? arrival, for: Purpose(.continues, cause: .some(.none)),
      origin: origin())
  }

  /// Writes down a packet that never leaves the device.
  ///
  /// Its message is then given back when the device is done, as that of a packet which was sent, unless the record keeps it.
  public mutating func noteLooped(_ packet: IPv4Packet) {
    if let message = packet.message {
      borrow(message)
      if isRecording { messages.retain(message) }
    }
    note(.looped(packet), on: PortNumber.none)
  }

  /// Ends an activity; saying it again changes nothing.
  public mutating func finish(_ activity: ActivityID, _ outcome: Outcome) {
    guard openActivities.remove(activity) != nil || backgroundActivities.remove(activity) != nil else { return }
    record(.ended(activity, outcome), port: .none, frame: arrival)
  }

  mutating func begin(step: UInt32, inBackground: Bool = false) -> ActivityID {
    lastActivity += 1
    let activity = ActivityID(rawValue: lastActivity)
    if inBackground { backgroundActivities.insert(activity) } else { openActivities.insert(activity) }
    record(.began(activity, step: step), port: .none, frame: .none)
    return activity
  }
}
