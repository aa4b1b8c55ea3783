/// Names a long message in a `MessageTable`.
///
/// Ids are given in play order, and a slot is used again when nothing refers to it, so two equal packets may carry
/// different ids: compare resolved values, not ids.
public struct MessageID: Hashable, Sendable, BitwiseCopyable {
  public let rawValue: UInt32
  @inlinable
  public init(rawValue: UInt32) { self.rawValue = rawValue }
  /// No table ever gives this.
  @inlinable public static var none: MessageID { MessageID(rawValue: .max) }
}

/// What a packet carries behind its headers, as length, kind and reference; bytes are made only where they are asked for.
public struct Content: Hashable, Sendable, BitwiseCopyable {
  public enum Kind: UInt8, Hashable, Sendable, BitwiseCopyable {
    /// Application bytes nobody looks at: a pattern made from the seed in `reference`.
    case pattern
    /// `length` bytes, from `offset` on, of the encoding of the message named by `reference`.
    case message
  }

  // In this order they leave no gaps.
  public var reference: UInt32
  /// Bytes of the whole that come before these; not zero only in later fragments and segments. Of a stream that is
  /// longer than can be counted, the count begins anew.
  public var offset: UInt32
  /// Bytes carried.
  public var length: UInt16
  public var kind: Kind

  public init(kind: Kind, offset: UInt32 = 0, length: UInt16, reference: UInt32) {
    self.kind = kind
    self.offset = offset
    self.length = length
    self.reference = reference
  }

  public static let empty = Content(kind: .pattern, length: 0, reference: 0)

  public static func pattern(length: UInt16, seed: UInt32 = 0) -> Content {
    Content(kind: .pattern, length: length, reference: seed)
  }

  /// A whole message whose encoding has `length` bytes.
  public static func message(_ id: MessageID, length: UInt16) -> Content {
    Content(kind: .message, length: length, reference: id.rawValue)
  }

  /// The message referred to, if there is one.
  @inlinable
  public var message: MessageID? {
    @inline(__always) get { kind == .message ? MessageID(rawValue: reference) : nil }
  }
}
