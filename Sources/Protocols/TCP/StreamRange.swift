import Packets

/// A stretch of what an application sends, by kind, seed and place, never as bytes; a whole stream may be one.
struct StreamRange: Hashable, Sendable, BitwiseCopyable {
  var kind: Content.Kind
  var reference: UInt32
  var offset: UInt32
  var length: UInt64

  init(_ content: Content) {
    kind = content.kind
    reference = content.reference
    offset = content.offset
    length = UInt64(content.length)
  }

  /// A stream of the pattern with that seed.
  init(seed: UInt32, length: UInt64) {
    kind = .pattern
    reference = seed
    offset = 0
    self.length = length
  }

  /// The first bytes of it, as a segment carries them.
  func prefix(_ count: UInt16) -> Content {
    Content(kind: kind, offset: offset, length: count, reference: reference)
  }

  mutating func removeFirst(_ count: UInt16) {
    offset &+= UInt32(count)
    length -= UInt64(count)
  }
}

extension Content {
  /// What is left of it without its first bytes.
  func dropFirst(_ count: UInt32) -> Content {
    Content(kind: kind, offset: offset &+ count, length: length - UInt16(count), reference: reference)
  }

  /// Whether `next` goes on where this ends.
  func isFollowed(by next: Content) -> Bool {
    kind == next.kind && reference == next.reference && offset &+ UInt32(length) == next.offset
  }
}
