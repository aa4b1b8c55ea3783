import Reports
import Scenarios
import Simulation
import Testing

/// The catalogue of what would let a packet through.
@Suite("Remedies") struct RemediesTests {
  private let remedies: Remedies
  private let chinese: Remedies

  init() throws {
    var run = try #require(try Stage.runs(Stage.hub).first)
    remedies = Remedies(run, step: 0)
    run.language = .chinese
    chinese = Remedies(run, step: 0)
  }

  /// These mean the same to somebody who looks for a way out.
  private static let alike: [Set<DropReason>] = [
    [.reassemblyTimedOut, .duplicateFragment, .overlappingFragments, .mixedFragments],
    [.noNeighbor, .neighborQueueFull],
  ]

  @Test("there is one for every reason for which a frame dies, and each is another", arguments: DropReason.allCases)
  func drops(reason: DropReason) {
    check(reason, remedies, shortest: 20, explained: reason.explanation)
    check(reason, chinese, shortest: 8, explained: "")
    let words = chinese.words(for: Stop(reason, .none, device: DeviceID(index: 0), port: 0))
    #expect(LanguageTests.english(inChinese: words) == [], "\(reason): \(words)")
  }

  private func check(_ reason: DropReason, _ remedies: Remedies, shortest: Int, explained: String) {
    func words(_ reason: DropReason) -> String {
      remedies.words(for: Stop(reason, .none, device: DeviceID(index: 0), port: 0))
    }
    let own = words(reason)
    #expect(own.count > shortest, "\(reason): \(own)")
    #expect(own.last != "." && own.last != "。" && !own.contains("nil") && own != explained, "\(reason): \(own)")
    for other in DropReason.allCases where other != reason {
      let isSame = Self.alike.contains { $0.contains(reason) && $0.contains(other) }
      #expect(isSame || words(other) != own, "\(reason) and \(other): \(own)")
    }
  }

  @Test(
    "and one for every reason that a sender learns, with both ends where they matter", arguments: FailureReason.allCases
  )
  func failures(reason: FailureReason) {
    let words = remedies.words(for: reason, at: "a", to: "b")
    #expect(words.count > 15 && words.last != "." && words != reason.meaning, "\(reason): \(words)")
    let translated = chinese.words(for: reason, at: "a", to: "b")
    #expect(translated.count > 8 && LanguageTests.english(inChinese: translated) == [], "\(reason): \(translated)")
  }
}
