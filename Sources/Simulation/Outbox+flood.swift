import Packets

extension Outbox {
  /// Sends the frame being received on to every other port that is connected; where there is none, it dies.
  public mutating func flood(_ frame: EthernetFrame, except ingress: PortNumber) {
    let egress = ports.directions(from: device)
    if isRecording {
      let copies = egress.indices.count { isEgress(egress[$0], $0 - egress.startIndex, ingress) }
      if copies > 0 { note(.flooded(UInt16(copies))) }
    }
    var hasLeft = false
    for place in egress.indices where isEgress(egress[place], place - egress.startIndex, ingress) {
      forward(frame, on: PortNumber(place - egress.startIndex))
      hasLeft = true
    }
    guard !hasLeft else { return }
    let isCut = egress.indices.contains { egress[$0] != .none && $0 - egress.startIndex != Int(ingress.index) }
    drop(because: isCut ? .noPortUp : .noLink)
  }

  /// Sends the frame being received on by those other connected ports for which `copy` has something to send, with what
  /// decided that; false where there is none, and then nothing has been said about the frame.
  public mutating func flood(
    except ingress: PortNumber, origin: Origin = .none,
    _ copy: (PortNumber) -> (frame: EthernetFrame, origin: Origin)?
  ) -> Bool {
    let egress = ports.directions(from: device)
    let places = egress.indices.filter { place in
      let port = place - egress.startIndex
      return isEgress(egress[place], port, ingress) && copy(PortNumber(port)) != nil
    }
    guard !places.isEmpty else { return false }
    note(.flooded(UInt16(places.count)), origin: origin)
    for place in places {
      let port = PortNumber(place - egress.startIndex)
      if let copy = copy(port) { forward(copy.frame, on: port, origin: copy.origin) }
    }
    return true
  }

  @inline(__always)
  private func isEgress(_ direction: DirectionID, _ port: Int, _ ingress: PortNumber) -> Bool {
    port != Int(ingress.index) && direction != .none && directions[Int(direction.index)].isUp
  }
}
