import Packets
import Simulation

extension TCPConnection {
  /// Ends the connection at once, and tells the peer by a reset where it knows of the connection (RFC 9293, 3.10.5).
  public mutating func abort(now: Instant) -> [Action] {
    switch state {
    case .synReceived, .established, .finWait1, .finWait2, .closeWait:
      actions.append(.transmit(segment([.rst, .ack], sendNext)))
      finish([.cancelTimer, .released])
    case .synSent, .closing, .lastAck, .timeWait: finish([.cancelTimer, .released])
    case .closed: break
    }
    return taken()
  }
}
