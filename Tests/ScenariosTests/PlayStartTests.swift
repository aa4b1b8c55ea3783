import Configuration
import Packets
import Scenarios
import Simulation
import Testing

private let lab = """
  nodes:
    h: { kind: host, count: 4, interfaces: { eth0: 10.0.0.1/24 }, services: [udp/7] }
    sw: { kind: switch }
  links: [[h, sw]]
  steps: [{ id: talk, udp: "h[1-2] -> h[3-4]:7" }, { id: more, ping: h1 -> 10.0.0.4 }]
  expect: { talk: reply, more: reply }

  """

/// `start` of a scenario: what a network knows when its play begins.
@Suite("Start of a play") struct PlayStartTests {
  /// How many questions by ARP were sent, and how many frames flooded.
  private func noise(_ text: String) throws -> (questions: Int, floods: Int) {
    let play = try ScenarioText(text).play
    let records = Player(play).run().journal.records
    return (
      records.count {
        if case .sent(let frame, _) = $0.event, case .arp(let packet) = frame.payload {
          return packet.operation == .request
        }
        return false
      },
      records.count { if case .flooded = $0.event { true } else { false } }
    )
  }

  @Test("cold unless said: everybody asks, and questions are flooded")
  func cold() throws {
    let (questions, floods) = try noise(lab)
    #expect(questions > 0)
    #expect(floods > 0)
    let said = try noise(lab + "start: cold")
    #expect(said == (questions, floods))
  }

  @Test("pre-learned, nobody asks about those whom a step names, by a machine or by an address")
  func preLearned() throws {
    let (questions, floods) = try noise(lab + "start: pre-learned")
    #expect(questions == 0)
    #expect(floods == 0)
  }

  @Test("an address that nobody has is asked for all the same")
  func unknown() throws {
    let text = lab.replacing("10.0.0.4", with: "10.0.0.99")
    #expect(try noise(text + "start: pre-learned").questions > 0)
  }

  @Test("a variant may have its own, and the plain language keeps it")
  func variants() throws {
    let text = ScenarioText(lab + "variants: { one: {}, two: { start: pre-learned } }")
    let plays = try #require(text.scenario?.plays)
    #expect(plays.map(\.start) == [.cold, .preLearned])
    #expect(plays[1].expanded["start"]?.text == "pre-learned")
  }

  @Test("another word is told with those there are")
  func mistake() {
    #expect(ScenarioText("start: warm\n" + lab).places == ["HL0124 1:8"])
  }
}
