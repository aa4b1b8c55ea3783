import Simulation
import Testing

@Suite("Time") struct TimeTests {
  @Test("sums stop at the end of time instead of overflowing")
  func saturation() {
    #expect(Instant.never + .nanoseconds(1) == .never)
    #expect(Instant(nanoseconds: .max - 1) + .nanoseconds(1) == .never)
    #expect(TimeSpan.seconds(.max) == TimeSpan(nanoseconds: .max))
    #expect(Instant.start - Instant.never == .zero)
    #expect(Instant(nanoseconds: 5) - Instant(nanoseconds: 3) == .nanoseconds(2))
  }

  @Test(
    "spans read in the largest unit that fits",
    arguments: [
      (0, "0ns"), (999, "999ns"), (1000, "1us"), (1500, "1.5us"), (999_999, "999.999us"), (1_000_000, "1ms"),
      (12_304, "12.304us"), (999_999_999, "999.999ms"), (1_000_000_000, "1s"), (61_050_000_000, "61.05s"),
    ] as [(UInt64, String)])
  func words(nanoseconds: UInt64, text: String) {
    #expect(TimeSpan(nanoseconds: nanoseconds).description == text)
  }
}

@Suite("Seeded chance") struct RandomTests {
  @Test("is the generator that was published")
  func known() {
    // The first numbers of SplitMix64 from seed 1234567, as its authors' code prints them.
    var random = RandomSource(seed: 1_234_567)
    let numbers = [random.next(), random.next(), random.next()]
    #expect(numbers == [6_457_827_717_110_365_317, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423])
  }

  @Test("has a stream for every name and every seed")
  func streams() {
    func first(_ seed: UInt64, _ name: String) -> UInt64 {
      var random = RandomSource(seed: seed, name: name)
      return random.next()
    }
    #expect(first(1, "a:0 > b:0") == first(1, "a:0 > b:0"))
    #expect(Set([first(1, "a:0 > b:0"), first(1, "b:0 > a:0"), first(2, "a:0 > b:0")]).count == 3)
  }

  @Test("stays below its bound and reaches all of it")
  func bounds() {
    var random = RandomSource(seed: 3)
    var seen: Set<UInt64> = []
    for _ in 0..<1000 { seen.insert(random.below(6)) }
    #expect(seen == [0, 1, 2, 3, 4, 5])
    let one = random.below(1)
    #expect(one == 0)
  }

  @Test("digests as FNV-1a does")
  func digests() {
    #expect(digest("".utf8) == 0xcbf2_9ce4_8422_2325)
    #expect(digest("foobar".utf8) == 0x8594_4171_f739_67e8)
  }
}

@Suite("Closed lists") struct ReasonTests {
  @Test("every reason has a word and an explanation of its own")
  func words() {
    #expect(DropReason.allCases.map { Int($0.rawValue) } == Array(1...DropReason.allCases.count))
    #expect(Set(DropReason.allCases.map { $0.word }).count == DropReason.allCases.count)
    #expect(Set(DropReason.allCases.map { $0.explanation }).count == DropReason.allCases.count)
    #expect(DropReason.staleMapping.word == "stale-mapping")
    #expect(Set(FailureReason.allCases.map { $0.word }).count == FailureReason.allCases.count)
    #expect(FailureReason.allCases.allSatisfy { FailureReason(word: $0.word) == $0 && !$0.meaning.isEmpty })
    #expect(FailureReason.notSupported.word == "not-supported")
    #expect(FailureReason(word: "no answer") == nil)
    #expect(Set(Absorber.allCases.map { $0.word }).count == Absorber.allCases.count)
  }
}
