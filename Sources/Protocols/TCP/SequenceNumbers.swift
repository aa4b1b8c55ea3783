/// Sequence numbers go round (RFC 9293, 3.4): one comes before another if the way forward to it is the shorter one.
extension UInt32 {
  @inline(__always)
  func precedes(_ other: UInt32) -> Bool { Int32(bitPattern: self &- other) < 0 }
}

/// A stretch of the sequence space.
struct SequenceRange: Hashable, Sendable, BitwiseCopyable {
  var start: UInt32
  /// The number behind the last.
  var end: UInt32

  var length: UInt32 { end &- start }
  var isEmpty: Bool { start == end }
}

/// Disjoint stretches of the sequence space in their order, no two of them adjacent.
///
/// What is looked for is found by halving. A receiver has one for each hole in what came, a sender one for each it was
/// told of.
struct SequenceRanges: Sendable {
  private(set) var ranges: [SequenceRange] = []

  var isEmpty: Bool { ranges.isEmpty }

  /// The first range that ends at `sequence` or behind it.
  private func place(endingFrom sequence: UInt32) -> Int {
    var low = 0
    var high = ranges.count
    while low < high {
      let middle = (low + high) / 2
      if ranges[middle].end.precedes(sequence) { low = middle + 1 } else { high = middle }
    }
    return low
  }

  /// The range that holds `sequence`.
  func range(holding sequence: UInt32) -> SequenceRange? {
    let place = place(endingFrom: sequence &+ 1)
    guard place < ranges.count, !sequence.precedes(ranges[place].start) else { return nil }
    return ranges[place]
  }

  /// The first stretch of `range` that no range here covers.
  func firstGap(in range: SequenceRange) -> SequenceRange? {
    var gap = range
    var place = place(endingFrom: gap.start &+ 1)
    if place < ranges.count, !gap.start.precedes(ranges[place].start) {
      gap.start = ranges[place].end
      place += 1
    }
    guard gap.start.precedes(gap.end) else { return nil }
    if place < ranges.count, ranges[place].start.precedes(gap.end) { gap.end = ranges[place].start }
    return gap
  }

  /// Adds a stretch, and joins it with those it touches.
  mutating func insert(_ range: SequenceRange) {
    let first = place(endingFrom: range.start)
    var joined = range
    var last = first
    while last < ranges.count, !range.end.precedes(ranges[last].start) {
      if ranges[last].start.precedes(joined.start) { joined.start = ranges[last].start }
      if joined.end.precedes(ranges[last].end) { joined.end = ranges[last].end }
      last += 1
    }
    if last == first + 1 {
      ranges[first] = joined
    } else {
      ranges.replaceSubrange(first..<last, with: CollectionOfOne(joined))
    }
  }

  /// Forgets everything before `sequence`.
  mutating func removeAll(before sequence: UInt32) {
    guard let first = ranges.first, first.start.precedes(sequence) else { return }
    let place = place(endingFrom: sequence &+ 1)
    ranges.removeFirst(place)
    if let first = ranges.first, first.start.precedes(sequence) { ranges[0].start = sequence }
  }

  mutating func removeAll() { ranges.removeAll(keepingCapacity: true) }
}
