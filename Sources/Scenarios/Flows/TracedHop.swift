import Packets
import Simulation

/// Who answered one packet of a trace.
public struct TracedHop: Hashable, Sendable {
  /// Nil where nobody did, or the answer was lost.
  public var address: IPv4Address?
  /// Who really answered, whatever address it used.
  public var device: DeviceID?
}

extension ActivityFlow {
  /// Who answered its first packet, its second and so on.
  var traced: [TracedHop] {
    let replies = [reply] + later.map(\.reply)
    guard request != nil else { return [] }
    return replies.map { reply in
      guard let reply, case .absorbed = reply.end, reply.lastDevice == device, let packet = reply.arrivedPacket else {
        return TracedHop()
      }
      return TracedHop(address: packet.source, device: reply.hops.first?.from.device)
    }
  }
}
