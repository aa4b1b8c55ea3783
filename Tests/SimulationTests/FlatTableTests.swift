import Simulation
import Testing

/// A key that wants one of four places whatever it is, so that nearly all stand in one cluster, which wraps around.
private struct CrowdedKey: FlatKey, Hashable {
  var number: UInt64
  static let vacant = CrowdedKey(number: .max)
  var mixed: UInt64 { number << 62 | 0x3fff_ffff_ffff_ffff }
}

@Suite("Flat table") struct FlatTableTests {
  /// What may be done with a table, done to a dictionary as well.
  private func expectLikeDictionary<Key: FlatKey & Hashable>(seed: UInt64, _ key: (UInt64) -> Key) {
    var random = RandomSource(seed: seed)
    var table = FlatTable<Key, UInt32>()
    var reference: [Key: UInt32] = [:]
    let range = 1 + random.below(300)
    var copy: (table: FlatTable<Key, UInt32>, reference: [Key: UInt32]) = (table, reference)
    for number in 0..<3000 as Range<UInt32> {
      let key = key(random.below(range))
      switch random.below(100) {
      case ..<45:
        table[key] = number
        reference[key] = number
      case ..<80:
        table[key] = nil
        reference[key] = nil
      case ..<95:
        let old = table.replace(key, by: number)
        #expect(old == reference[key])
        if old != nil { reference[key] = number }
      case ..<97: copy = (table, reference)
      case ..<99: (table, reference) = copy
      default:
        table.removeAll(except: { _, value in value % 3 == 0 })
        reference = reference.filter { $0.value % 3 == 0 }
      }
      #expect(table[key] == reference[key])
      #expect(table.count == reference.count)
    }
    for (table, reference) in [(table, reference), copy] {
      #expect((0..<range).allSatisfy { table[key($0)] == reference[key($0)] })
      #expect(Set(table.keys) == Set(reference.keys))
      #expect(table.keys.count == reference.count)
      #expect(table.values.sorted() == reference.values.sorted())
    }
  }

  @Test("holds what a dictionary holds, whatever is done to it", arguments: 1...20 as ClosedRange<UInt64>)
  func likeDictionary(seed: UInt64) { expectLikeDictionary(seed: seed) { $0 } }

  /// What stood behind a gap must be found after the gap was closed, also beyond the end of the array.
  @Test("holds what a dictionary holds when nearly all keys collide", arguments: 1...20 as ClosedRange<UInt64>)
  func crowded(seed: UInt64) { expectLikeDictionary(seed: seed) { CrowdedKey(number: $0) } }

  @Test("an empty one finds nothing and forgets nothing")
  func empty() {
    var table = FlatTable<UInt64, UInt32>()
    table[7] = nil
    let replaced = table.replace(7, by: 1)
    table.removeAll(except: { _, _ in false })
    #expect(replaced == nil)
    #expect(table[7] == nil)
    #expect(table.isEmpty)
    #expect(table.keys.isEmpty && table.values.isEmpty)
  }

  @Test("a copy keeps what it has")
  func copies() {
    var table = FlatTable<UInt64, UInt32>()
    for key in 0..<100 as Range<UInt64> { table[key] = UInt32(key) }
    let copy = table
    for key in 0..<100 as Range<UInt64> { table[key] = key % 2 == 0 ? nil : 0 }
    #expect((0..<100 as Range<UInt64>).allSatisfy { copy[$0] == UInt32($0) })
    #expect(table.count == 50)
  }
}
