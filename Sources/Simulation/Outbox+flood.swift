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
    drop(because: isCut ? .linkDown : .noLink)
  }

  @inline(__always)
  private func isEgress(_ direction: DirectionID, _ port: Int, _ ingress: PortNumber) -> Bool {
    port != Int(ingress.index) && direction != .none && directions[Int(direction.index)].isUp
  }
}
