import Packets
import Protocols
import Simulation

/// Two ends of a connection joined without delay; each keeps what it was told.
struct TwoEnds {
  enum End: Int { case client, server }

  var ends: [TCPConnection]
  var told: [[TCPConnection.Action]] = [[], []]
  var segments: [TCPSegment] = []
  var now = Instant.start

  init(_ client: TCPConnection.Settings = .init(), _ server: TCPConnection.Settings = .init()) {
    ends = [
      TCPConnection(local: 40000, remote: 80, initialSequence: .max - 2, settings: client),
      TCPConnection(local: 80, remote: 40000, initialSequence: 900, settings: server),
    ]
  }

  static func connected(
    _ client: TCPConnection.Settings = .init(), _ server: TCPConnection.Settings = .init()
  ) -> TwoEnds {
    var pair = TwoEnds(client, server)
    pair.run(.client) { $0.open(now: $1) }
    return pair
  }

  func state(of end: End) -> TCPConnection.State { ends[end.rawValue].state }

  /// Has one end do something without letting the other hear of it.
  mutating func step(_ end: End, _ step: (inout TCPConnection, Instant) -> Void) -> [TCPConnection.Action] {
    step(&ends[end.rawValue], now)
    return ends[end.rawValue].taken()
  }

  /// Has one end do something, and carries out what it says and what the other answers, in the order it is said.
  mutating func run(_ end: End, _ step: (inout TCPConnection, Instant) -> Void) {
    carryOut(self.step(end, step), of: end)
  }

  mutating func carryOut(_ actions: [TCPConnection.Action], of end: End) {
    var queue = actions.map { (action: $0, end: end.rawValue) }
    while !queue.isEmpty {
      let (action, end) = queue.removeFirst()
      guard let (segment, blocks) = action.segment else {
        told[end].append(action)
        continue
      }
      segments.append(segment)
      ends[1 - end].receive(segment, blocks, now: now)
      queue += ends[1 - end].taken().map { (action: $0, end: 1 - end) }
    }
  }

  /// Lets time pass until the end's deadline, and returns what it says then.
  mutating func expire(_ end: End) -> [TCPConnection.Action] {
    guard let deadline = ends[end.rawValue].deadline else { return [] }
    now = deadline
    return step(end) { $0.timerFired(now: $1) }
  }
}

extension TCPConnection {
  /// What is to be done.
  mutating func taken() -> [Action] {
    var actions: [Action] = []
    takeActions(&actions)
    return actions
  }
}

extension TCPConnection.Action {
  /// The segment that is to be sent, with its selective acknowledgments.
  var segment: (TCPSegment, SelectiveBlocks)? {
    switch self {
    case .transmit(let segment): (segment, SelectiveBlocks())
    case .transmitSelective(let segment, let blocks): (segment, blocks)
    default: nil
    }
  }
}

extension [TCPConnection.Action] {
  var segments: [TCPSegment] { compactMap { $0.segment?.0 } }
}
