import Simulation

/// A frame with all that continues it, as a tree.
struct Descent {
  struct Node {
    var frame: FrameID
    var parent: Int
    /// How much its end explains; a frame that only went on explains nothing.
    var rank: Int
    /// Where in the journal it ended.
    var end: Int
  }

  private(set) var nodes: [Node]
  /// Nodes that were answered, in the order of the answers.
  private(set) var answered: [Int] = []
  private let records: [Record]

  init(of root: FrameID, in index: JournalIndex, _ records: [Record]) {
    self.records = records
    nodes = [Node(frame: root, parent: -1, rank: 0, end: -1)]
    var firstAnswers: [(frame: FrameID, place: Int)] = []
    var next = 0
    while next < nodes.count {
      let frame = nodes[next].frame
      let children = index.continuations(of: frame)
      nodes += children.map { Node(frame: $0, parent: next, rank: 0, end: -1) }
      let end = index.end(of: frame)
      nodes[next].end = end ?? -1
      nodes[next].rank = Descent.rank(of: end.map { records[$0].event }, hasChildren: !children.isEmpty)
      if let answer = index.answers(to: frame).first { firstAnswers.append((answer, next)) }
      next += 1
    }
    answered = firstAnswers.sorted { $0.frame.rawValue < $1.frame.rawValue }.map(\.place)
  }

  private static func rank(of end: Event?, hasChildren: Bool) -> Int {
    switch end {
    // A proxy takes a packet in and sends another one for it.
    case .absorbed(.proxy) where hasChildren: 0
    // The part that completed the datagram tells what became of it.
    case .absorbed(.reassembly): 1
    case .absorbed: 4
    case .dropped(let reason): reason.isTelling ? 3 : 1
    default: hasChildren ? 0 : 2
    }
  }

  /// Absorbed before dropped before still under way before ignored; of several absorptions the first, of several
  /// losses the latest.
  var mostTelling: Int {
    var best = 0
    for place in nodes.indices.dropFirst() {
      let (node, leader) = (nodes[place], nodes[best])
      let isLater = node.rank == 4 ? node.end < leader.end : node.end >= leader.end
      if node.rank > leader.rank || node.rank == leader.rank && isLater { best = place }
    }
    return best
  }

  func absorbed(by device: DeviceID) -> Int? {
    nodes.indices.first { nodes[$0].rank == 4 && records[nodes[$0].end].device == device }
  }

  func way(to place: Int) -> [FrameID] {
    var frames: [FrameID] = []
    var place = place
    while place >= 0 {
      frames.append(nodes[place].frame)
      place = nodes[place].parent
    }
    return frames.reversed()
  }
}

extension DropReason {
  /// Whether this loss explains anything where others were lost too: copies that a flood brings to those who do not
  /// want them are ignored, not lost.
  package var isTelling: Bool {
    switch self {
    case .notAddressedToUs, .sameSegment, .notForUs, .noLink, .vlanEndsHere: false
    default: true
    }
  }
}
