import Simulation
import Testing

/// A slab leaves asking whether it is shared to its owner; these are the owner's words.
@Suite("Slab") struct SlabTests {
  private func elements(_ slab: Slab<UInt64>) -> [UInt64] { (0..<slab.capacity).map { slab[$0] } }

  @Test("a copy keeps what it has once the other was made unique")
  func copies() {
    var slab = Slab<UInt64>([1, 2, 3])
    let wasUnique = slab.isUnique
    let copy = slab
    let isShared = !slab.isUnique
    slab.makeUnique()
    slab[1] = 9
    slab[2] += 1
    #expect(wasUnique && isShared)
    #expect(elements(slab) == [1, 9, 4])
    #expect(elements(copy) == [1, 2, 3])
  }

  @Test("making unique what is unique moves nothing and changes nothing")
  func unique() {
    var slab = Slab<UInt64>(repeating: 5, count: 2)
    slab.makeUnique()
    slab[0] = 6
    #expect(elements(slab) == [6, 5])
  }

  @Test("growing keeps what is there, fills the rest, leaves the copy, and never shrinks")
  func growth() {
    var slab = Slab<UInt64>([1, 2])
    let copy = slab
    slab.grow(to: 5, filledWith: 7)
    slab.grow(to: 3, filledWith: 8)
    slab.grow(to: 5, filledWith: 8)
    slab[0] = 9
    #expect(elements(slab) == [9, 2, 7, 7, 7])
    #expect(elements(copy) == [1, 2])
  }

  @Test("an empty one can grow")
  func empty() {
    var slab = Slab<UInt64>(repeating: 0, count: 0)
    slab.makeUnique()
    #expect(slab.capacity == 0)
    slab.grow(to: 1, filledWith: 3)
    #expect(elements(slab) == [3])
  }
}
