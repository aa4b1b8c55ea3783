/// A key of one or two words that can be mixed cheaply.
public protocol FlatKey: Equatable, Sendable, BitwiseCopyable {
  /// A value that no real key has; it marks the free slots.
  static var vacant: Self { get }
  /// A word in whose upper bits the key is well mixed.
  var mixed: UInt64 { get }
}

extension UInt64: FlatKey {
  @inlinable public static var vacant: UInt64 { .max }

  /// Multiplying by 2^64 / φ spreads neighbours.
  @inlinable
  public var mixed: UInt64 {
    @inline(__always) get { self &* 0x9e37_79b9_7f4a_7c15 }
  }
}

/// A hash table with open addressing in one array, for what is looked up for every packet.
///
/// The standard dictionary mixes keys so that nobody can choose colliding ones, which costs ten times the look-up; keys
/// here come from the network being played, and the order of the slots is seen by nobody. An empty table holds no memory.
public struct FlatTable<Key: FlatKey, Value: BitwiseCopyable & Sendable>: Sendable {
  @usableFromInline
  struct Slot: Sendable, BitwiseCopyable {
    @usableFromInline var key: Key
    @usableFromInline var value: Value

    @usableFromInline
    init(key: Key, value: Value) {
      self.key = key
      self.value = value
    }
  }

  @usableFromInline var slots: [Slot] = []
  /// What of a mixed key is left is a place.
  @usableFromInline var shift: UInt64 = 64
  @usableFromInline var used = 0

  public init() {}

  @inlinable
  public var count: Int { used }

  @inlinable
  public var isEmpty: Bool { used == 0 }

  /// The value of `key`; setting nil takes it out.
  @inlinable
  public subscript(key: Key) -> Value? {
    @inline(__always) get {
      guard !slots.isEmpty else { return nil }
      let slot = slots[place(of: key)]
      return slot.key == key ? slot.value : nil
    }
    set {
      if let newValue { insert(newValue, for: key) } else { remove(key) }
    }
  }

  /// Gives a key that is there another value; nil, and nothing is done, where it is not.
  @inlinable
  public mutating func replace(_ key: Key, by value: Value) -> Value? {
    guard !slots.isEmpty else { return nil }
    let place = place(of: key)
    guard slots[place].key == key else { return nil }
    let old = slots[place].value
    slots[place].value = value
    return old
  }

  /// Takes out what is not to be kept.
  @inlinable
  public mutating func removeAll(except isKept: (Key, Value) -> Bool) {
    let old = slots
    for place in slots.indices { slots[place].key = Key.vacant }
    used = 0
    for slot in old where slot.key != Key.vacant && isKept(slot.key, slot.value) { insert(slot.value, for: slot.key) }
  }

  /// All values, in no order that means anything.
  @inlinable
  public var values: [Value] { slots.lazy.filter { $0.key != Key.vacant }.map(\.value) }

  /// All keys, in no order that means anything.
  @inlinable
  public var keys: [Key] { slots.lazy.map(\.key).filter { $0 != Key.vacant } }

  @inlinable
  mutating func insert(_ value: Value, for key: Key) {
    if (used + 1) * 2 > slots.count { grow(for: Slot(key: key, value: value)) }
    let place = place(of: key)
    if slots[place].key != key { used += 1 }
    slots[place] = Slot(key: key, value: value)
  }

  /// Closes the gap by moving back what would have stood there, so that no slot is ever marked as deleted.
  @inlinable
  mutating func remove(_ key: Key) {
    guard !slots.isEmpty else { return }
    var gap = place(of: key)
    guard slots[gap].key == key else { return }
    used -= 1
    let mask = slots.count - 1
    var place = gap
    while true {
      place = (place + 1) & mask
      guard slots[place].key != Key.vacant else { break }
      let home = home(of: slots[place].key)
      if (place - home) & mask >= (place - gap) & mask {
        slots[gap] = slots[place]
        gap = place
      }
    }
    slots[gap].key = Key.vacant
  }

  @inlinable
  mutating func grow(for sample: Slot) {
    let old = slots
    let vacant = Slot(key: Key.vacant, value: sample.value)
    slots = Array(repeating: vacant, count: max(2, old.count * 2))
    shift = UInt64(64 - slots.count.trailingZeroBitCount)
    for slot in old where slot.key != Key.vacant { slots[place(of: slot.key)] = slot }
  }

  @inlinable
  @inline(__always)
  func home(of key: Key) -> Int {
    Int(truncatingIfNeeded: key.mixed &>> shift)
  }

  /// The slot that holds `key`, or the free one where it belongs. There always is one: half of them are free.
  @inlinable
  @inline(__always)
  func place(of key: Key) -> Int {
    let mask = slots.count - 1
    var place = home(of: key)
    while slots[place].key != key, slots[place].key != Key.vacant { place = (place + 1) & mask }
    return place
  }
}
