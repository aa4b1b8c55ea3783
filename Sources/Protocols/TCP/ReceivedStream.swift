import Packets

/// What came before its turn, in the order of the sequence space, until what is missing has come.
struct ReceivedStream: Sendable {
  /// A stretch of one content; a whole stream may be one.
  fileprivate struct Piece: Sendable, BitwiseCopyable {
    var sequence: UInt32
    var range: StreamRange
    /// The peer pushed it: a message ends here.
    var isLast: Bool

    var end: UInt32 { sequence &+ UInt32(truncatingIfNeeded: range.length) }
  }

  private var pieces: [Piece] = []
  private var spans = SequenceRanges()
  /// Where the stretches begin that are told, the one that grew last first.
  private var recent: [UInt32] = []
  /// Behind which number nothing more comes.
  var end: UInt32?
  /// What has come in order of a message that is not complete.
  var partial: Content?

  var isEmpty: Bool { pieces.isEmpty }

  /// RFC 2018, 4: the block with the segment that came last, then those told last; nil where nothing waits.
  var blocks: SelectiveBlocks? {
    guard !spans.isEmpty else { return nil }
    var blocks = SelectiveBlocks()
    for start in recent {
      guard let span = spans.range(holding: start) else { continue }
      let isTold = (0..<blocks.count).contains { blocks[$0].start == span.start }
      if !isTold { blocks.append(SelectiveBlocks.Block(start: span.start, end: span.end)) }
    }
    return blocks
  }

  /// Keeps what is new of a segment that came before its turn.
  mutating func keep(_ content: Content, at sequence: UInt32, isLast: Bool) {
    let whole = SequenceRange(start: sequence, end: sequence &+ UInt32(content.length))
    var rest = whole
    while !rest.isEmpty, let gap = spans.firstGap(in: rest) {
      var part = content.dropFirst(gap.start &- sequence)
      part.length = UInt16(gap.length)
      insert(Piece(sequence: gap.start, range: StreamRange(part), isLast: isLast && gap.end == whole.end))
      rest.start = gap.end
    }
    spans.insert(whole)
    recent.removeAll { whole.start == $0 || spans.range(holding: $0) == nil }
    recent.insert(whole.start, at: 0)
    if recent.count > 2 * SelectiveBlocks.most { recent.removeLast() }
  }

  private mutating func insert(_ piece: Piece) {
    var low = 0
    var high = pieces.count
    while low < high {
      let middle = (low + high) / 2
      if pieces[middle].sequence.precedes(piece.sequence) { low = middle + 1 } else { high = middle }
    }
    if low > 0, pieces[low - 1].isFollowed(by: piece) {
      pieces[low - 1].range.length += piece.range.length
      pieces[low - 1].isLast = piece.isLast
    } else {
      pieces.insert(piece, at: low)
    }
  }

  /// Takes the next stretch out if it begins before `sequence` or there; what is before it is cut off.
  mutating func takeNext(at sequence: UInt32) -> (range: StreamRange, isLast: Bool)? {
    while let first = pieces.first, !sequence.precedes(first.sequence) {
      pieces.removeFirst()
      let known = sequence &- first.sequence
      guard UInt64(known) < first.range.length else { continue }
      var range = first.range
      range.offset &+= known
      range.length -= UInt64(known)
      return (range, first.isLast)
    }
    return nil
  }

  /// Everything before `sequence` has come in order.
  mutating func advance(to sequence: UInt32) {
    spans.removeAll(before: sequence)
    if spans.isEmpty { recent.removeAll(keepingCapacity: true) }
  }
}

extension ReceivedStream.Piece {
  fileprivate func isFollowed(by next: Self) -> Bool {
    !isLast && end == next.sequence && range.kind == next.range.kind && range.reference == next.range.reference
      && range.offset &+ UInt32(truncatingIfNeeded: range.length) == next.range.offset
  }
}
