/// What a TCP receiver has beyond its acknowledgment: up to four stretches of the sequence space (RFC 2018, 3).
///
/// The first holds the segment that came last.
public struct SelectiveBlocks: Hashable, Sendable, BitwiseCopyable {
  /// From the first sequence number to the one behind the last.
  public struct Block: Hashable, Sendable, BitwiseCopyable {
    public var start: UInt32
    public var end: UInt32

    @inlinable
    public init(start: UInt32, end: UInt32) {
      self.start = start
      self.end = end
    }
  }

  /// As many as the options of a header have room for.
  public static let most = 4

  public private(set) var count = 0
  private var first = SelectiveBlocks.none
  private var second = SelectiveBlocks.none
  private var third = SelectiveBlocks.none
  private var fourth = SelectiveBlocks.none

  private static let none = Block(start: 0, end: 0)

  public init() {}

  /// Where there are four already, nothing is done.
  public mutating func append(_ block: Block) {
    switch count {
    case 0: first = block
    case 1: second = block
    case 2: third = block
    case 3: fourth = block
    default: return
    }
    count += 1
  }

  public subscript(place: Int) -> Block {
    switch place {
    case 0: first
    case 1: second
    case 2: third
    default: fourth
    }
  }
}
