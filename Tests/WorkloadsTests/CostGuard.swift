import Foundation
import Testing
import Workloads

/// What the simulator costs, counted and not timed: the same on a busy machine as on an idle one.
///
/// One measurement after another, each of two runs side by side.
@Suite("Cost", .serialized, .enabled(if: Valgrind.isThere, "\(Valgrind.absence)")) enum CostGuard {
  static let file: String = {
    let parts = #filePath.split(separator: "/", omittingEmptySubsequences: false)
    return (parts.dropLast(3) + ["Benchmarks", "recorded.txt"]).joined(separator: "/")
  }()

  static func recorded() throws -> RecordedCosts {
    try RecordedCosts(reading: String(contentsOfFile: file, encoding: .utf8))
  }

  /// Other processors have other instructions.
  static let isRecordedHere: Bool = {
    #if arch(x86_64)
      true
    #else
      false
    #endif
  }()

  /// What `make record` was given.
  static let reason = ProcessInfo.processInfo.environment["HOPLAB_RECORD"]
}

extension CostGuard {
  @Suite("Instructions", .enabled(if: isRecordedHere, "the costs are recorded for x86-64")) struct InstructionTests {
    @Test("are as many as recorded, give or take a tenth", .enabled(if: reason == nil), arguments: Quantity.allCases)
    func band(quantity: Quantity) async throws {
      let recorded = try recorded()
      let measured = try await quantity.difference.measure(.instructions).perUnit
      let name = quantity.rawValue
      let words = recorded.words(on: name, measured: measured)
      #expect(recorded.verdict(on: name, measured: measured) == .holds, "\(words)")
    }

    @Test("of an allocation at each hop go beyond the band")
    func fault() async throws {
      let sound = try await Quantity.routers.difference.measure(.instructions).perUnit
      let faulty = try await Quantity.routers.difference.with("--fault", "allocation").measure(.instructions).perUnit
      var costs = RecordedCosts()
      try costs.record("W3/hop", sound, because: "without the fault")
      let words = costs.words(on: "W3/hop", measured: faulty)
      #expect(costs.verdict(on: "W3/hop", measured: faulty) == .slower, "\(words)")
    }
  }

  @Suite("Recording", .enabled(if: reason != nil, "only `make record` writes")) struct RecordingTests {
    @Test("writes down what each quantity costs now")
    func record() async throws {
      var costs = FileManager.default.fileExists(atPath: file) ? try recorded() : RecordedCosts()
      for quantity in Quantity.allCases {
        let measured = try await quantity.difference.measure(.instructions).perUnit
        print(costs.words(on: quantity.rawValue, measured: measured))
        try costs.record(quantity.rawValue, measured, because: reason ?? "")
      }
      try costs.text.write(toFile: file, atomically: true, encoding: .utf8)
    }
  }

  @Suite("Allocations") struct AllocationTests {
    @Test("are none for a frame that is only counted, once a network is warm")
    func steadyState() async throws {
      let measured = try await Difference.workload("W3", (1000, 2500)).measure(.allocations)
      #expect(measured.work == 13_500)
      #expect(measured.cost == 0)
    }

    @Test("are none either for rules and translation", arguments: ["rules", "connections"])
    func elsewhere(word: String) async throws {
      let measured = try await Difference.slope(word, size: 10).measure(.allocations)
      #expect(measured.work > 900)
      #expect(measured.cost == 0)
    }

    @Test("are none for connections that come and go, once there were as many at a time")
    func churn() async throws {
      let measured = try await Difference.workload("W9-nat", (8000, 10_000)).measure(.allocations)
      #expect(measured.work > 12_000)
      #expect(measured.cost == 0)
    }

    @Test("are none for a segment of a bulk transfer, once its windows are open")
    func bulk() async throws {
      let measured = try await Difference.workload("W6", (1000, 1500)).measure(.allocations)
      #expect(measured.work > 100_000)
      #expect(measured.cost <= 0)
    }

    @Test("are seen: a device that makes one for each frame makes one for each frame")
    func fault() async throws {
      let difference = Difference.workload("W3", (1000, 2500)).with("--fault", "allocation")
      let measured = try await difference.measure(.allocations)
      #expect(measured.cost == measured.work)
    }
  }

  /// What happens with one packet must not depend on how much else there is.
  @Suite("Growth") struct GrowthTests {
    @Test("a hop costs the same in a network with a hundred times as much beside it", arguments: slopes.map { $0.word })
    func slope(word: String) async throws {
      let slope = try #require(slopes.first { $0.word == word })
      #expect(slope.sizes.large >= slope.sizes.small * 100)
      let small = try await Difference.slope(word, size: slope.sizes.small).measure(.instructions).perUnit
      let large = try await Difference.slope(word, size: slope.sizes.large).measure(.instructions).perUnit
      #expect(large <= small * 1.1, "\(slope.sizeMeans): \(small) instructions grew to \(large)")
    }

    @Test("is seen: where each frame looks at every entry, a hop costs more among a hundred times as many")
    func fault() async throws {
      let faulty = { Difference.slope("rules", size: $0).with("--fault", "scan") }
      let small = try await faulty(FilterRules.sizes.small).measure(.instructions).perUnit
      let large = try await faulty(FilterRules.sizes.large).measure(.instructions).perUnit
      #expect(large > small * 1.1, "\(small) instructions grew to \(large)")
    }

    @Test("a lease costs the same among ten times as many clients")
    func leases() async throws {
      let few = try await Difference.workload("W9-dhcp", (230, 460)).measure(.instructions).perUnit
      let many = try await Difference.workload("W9-dhcp", (2300, 4600)).measure(.instructions).perUnit
      #expect(many <= few * 1.1, "\(few) instructions grew to \(many)")
    }

    /// More digits are in use, so an event may move once more; it never costs a step for each of the others.
    @Test("an event costs little more among a hundred thousand than among a thousand")
    func pending() async throws {
      let few = try await Difference.queue(pending: 1000, operations: (50_000, 150_000)).measure(.instructions)
      let many = try await Difference.queue(pending: 100_000, operations: (50_000, 250_000)).measure(.instructions)
      #expect(many.perUnit <= few.perUnit * 1.3, "\(few.perUnit) instructions grew to \(many.perUnit)")
    }
  }
}
