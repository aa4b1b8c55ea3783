/// A block of memory for trivially copyable elements, addressed by number.
///
/// An array asks before every write whether somebody shares its storage; here the owner asks once for each of its own
/// operations, by `makeUnique()`, and then writes freely. Measured in the event queue: a third of an array's instructions.
public struct Slab<Element: BitwiseCopyable & Sendable>: @unchecked Sendable {
  @usableFromInline
  final class Block {
    @usableFromInline let base: UnsafeMutablePointer<Element>

    @usableFromInline
    init(capacity: Int) { base = .allocate(capacity: capacity) }

    deinit { base.deallocate() }
  }

  @usableFromInline var block: Block
  /// That of `block`, beside it so that reaching an element takes one step.
  @usableFromInline var base: UnsafeMutablePointer<Element>
  public private(set) var capacity: Int

  public init(repeating element: Element, count: Int) {
    block = Block(capacity: count)
    base = block.base
    base.initialize(repeating: element, count: count)
    capacity = count
  }

  public init(_ elements: [Element]) {
    block = Block(capacity: elements.count)
    base = block.base
    base.initialize(from: elements, count: elements.count)
    capacity = elements.count
  }

  /// Must have been preceded by `makeUnique()` in the same operation where it is written to.
  @inlinable
  public subscript(place: Int) -> Element {
    @inline(__always) get {
      precondition(UInt(bitPattern: place) < UInt(bitPattern: capacity), "a slab has no such place")
      return base[place]
    }
    @inline(__always) nonmutating _modify {
      precondition(UInt(bitPattern: place) < UInt(bitPattern: capacity), "a slab has no such place")
      yield &base[place]
    }
  }

  /// Makes sure that nobody else sees what is going to be written.
  @inlinable
  @inline(__always)
  public mutating func makeUnique() {
    if !isUnique { move(to: capacity, filledWith: nil) }
  }

  @inlinable
  public var isUnique: Bool {
    @inline(__always) mutating get { isKnownUniquelyReferenced(&block) }
  }

  /// Makes room for `count` elements in all; those added have the value given.
  public mutating func grow(to count: Int, filledWith element: Element) {
    guard count > capacity else { return }
    move(to: count, filledWith: element)
  }

  /// Copies elements to other places; the two may overlap.
  func move(_ places: Range<Int>, to start: Int) {
    precondition(places.lowerBound >= 0 && start >= 0, "a slab has no such place")
    precondition(max(places.upperBound, start + places.count) <= capacity, "a slab has no such place")
    (base + start).update(from: base + places.lowerBound, count: places.count)
  }

  @usableFromInline
  mutating func move(to count: Int, filledWith element: Element?) {
    let next = Block(capacity: count)
    next.base.initialize(from: base, count: capacity)
    if let element { (next.base + capacity).initialize(repeating: element, count: count - capacity) }
    block = next
    base = next.base
    capacity = count
  }
}
