import Testing

@Suite("Recorded costs") struct RecordedCostsTests {
  private let reason = "as first measured"

  private func costs(_ cost: Double = 100) throws -> RecordedCosts {
    var costs = RecordedCosts()
    try costs.record("W3/hop", cost, because: reason)
    return costs
  }

  @Test(
    "a tenth more or less holds; beyond that it is slower, and also faster is told",
    arguments: [
      (110.0, .holds), (110.1, .slower), (200, .slower), (90, .holds), (89.9, .faster), (0, .faster),
    ] as [(Double, RecordedCosts.Verdict)])
  func band(measured: Double, verdict: RecordedCosts.Verdict) throws {
    let costs = try costs()
    #expect(costs.verdict(on: "W3/hop", measured: measured) == verdict)
    #expect(costs.verdict(on: "W2/hop", measured: measured) == .unknown)
    if verdict == .faster { #expect(costs.words(on: "W3/hop", measured: measured).contains("Faster: record it")) }
  }

  @Test("what is written is read again")
  func roundTrip() throws {
    var costs = try costs()
    try costs.record("W3/hop", 80, because: "routes are looked up in one table")
    try costs.record("W1/event", 12.34, because: reason)
    #expect(try RecordedCosts(reading: costs.text) == costs)
    #expect(costs.lines.map(\.before) == [100, nil])
    #expect(costs.lines.map(\.cost) == [80, 12.3])
  }

  @Test("a cost changes only with a reason, which must be another one than before", arguments: [50.0, 150.0])
  func reasons(cost: Double) throws {
    var costs = try costs()
    let before = costs
    #expect(throws: RecordedCosts.Refusal.sameReason("W3/hop")) {
      try costs.record("W3/hop", cost, because: " as first  measured")
    }
    for empty in ["", "  ", "because"] {
      #expect(throws: RecordedCosts.Refusal.noReason) { try costs.record("W3/hop", cost, because: empty) }
    }
    #expect(costs == before)
  }

  @Test("what has not changed keeps its cost and its reason", arguments: [99.0, 101.0])
  func noise(cost: Double) throws {
    var costs = try costs()
    try costs.record("W3/hop", cost, because: "something else was changed")
    #expect(try costs == self.costs())
  }

  @Test("a damaged line is named", arguments: ["W3/hop", "W3/hop x - because of this", "W3/hop 1 -", "W3/hop 1 x y"])
  func damaged(line: String) {
    #expect(throws: RecordedCosts.Refusal.malformed(line: 2)) { try RecordedCosts(reading: "# head\n\(line)\n") }
  }
}
