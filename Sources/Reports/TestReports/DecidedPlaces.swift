import Devices
import Scenarios
import Simulation
import Topology

/// The lines of files that decided what became of a step's packets.
struct DecidedPlaces {
  /// How much a decision explains, the most first.
  private enum Weight: Int {
    /// Something ended there.
    case end
    /// Something was made another.
    case rewriting
    /// Something took its way.
    case way
    /// The same of what came back.
    case wayBack
  }

  private var found: [(weight: Weight, line: TestProblem.Related)] = []
  private let names: Names
  private let words: DecisionWords

  /// As many as anybody follows.
  private static let most = 5

  init(of step: Int, in run: VariantRun) {
    names = run.names
    words = DecisionWords(run.names)
    let activities = run.flow(of: step)?.activities ?? []
    // Where some succeeded, why the others did not is what matters.
    let failed = run.shownFlows(of: step).filter { !activities[$0].outcome.succeeded }
    for number in failed.isEmpty ? run.shownFlows(of: step) : failed {
      let activity = activities[number]
      if let refusal = activity.refusal { add(refusal, [], .end) }
      for exchange in [Exchange(request: activity.request, reply: activity.reply)] + activity.later.map(Exchange.init) {
        if let request = exchange.request { add(request, .way) }
        if let reply = exchange.reply { add(reply, .wayBack) }
      }
    }
  }

  private struct Exchange {
    var request: Journey?
    var reply: Journey?

    init(request: Journey?, reply: Journey?) { (self.request, self.reply) = (request, reply) }
    init(_ exchange: ActivityFlow.Exchange) { self.init(request: exchange.request, reply: exchange.reply) }
  }

  /// What explains most comes first, and of the same weight what came last; no line twice.
  var places: [TestProblem.Related] {
    var lines: [TestProblem.Related] = []
    for weight in [Weight.end, .rewriting, .way, .wayBack] {
      for item in found where item.weight == weight && !lines.contains(where: { $0.place == item.line.place }) {
        lines.append(item.line)
      }
    }
    return Array(lines.prefix(DecidedPlaces.most))
  }

  private mutating func add(_ journey: Journey, _ weight: Weight) {
    if case .dropped(let reason, let origin) = journey.end {
      add(origin, at: journey.lastDevice, names.words.dies(reason, nil), .end)
    }
    for record in journey.lastDecisions.reversed() { add(record, journey.hops.suffix(1), weight) }
    for index in journey.hops.indices.reversed() {
      for record in journey.hops[index].decisions.reversed() { add(record, journey.hops[index...], weight) }
      add(journey.hops[index].origin, at: journey.hops[index].from.device, nil, weight)
    }
  }

  private mutating func add(_ record: Record, _ hops: ArraySlice<Hop>, _ weight: Weight) {
    let own: Weight =
      switch record.event {
      case .translated(let translation), .proxied(let translation): translation.isReverse ? weight : .rewriting
      case .refused, .withheld, .unresolved: .end
      default: weight
      }
    add(record.origin, at: record.device, words.words(of: record, hops), own)
  }

  /// - Parameter deed: As the middle of a sentence; what was written says enough where there is none.
  private mutating func add(_ origin: Origin, at device: DeviceID, _ deed: String?, _ weight: Weight) {
    guard let entry = names.topology.origins[origin], let place = TestPlace(entry.location, in: names.sources) else {
      return
    }
    let who = names.device(device)
    let message = deed.map { "\(who) \($0)" } ?? "\(who): \(entry.label)"
    found.append((weight, .init(message: message.withoutMarks.withoutPlaces, place: place)))
  }
}

extension String {
  /// Without the marks of Markdown that stories have.
  var withoutMarks: String { replacing("**", with: "").replacing("`", with: "") }

  /// Without the lines that stand beside it anyway: `(gateway 192.168.1.1, vmware.yaml:33)`.
  fileprivate var withoutPlaces: String { replacing(/, [^,()]+\.(?:ya?ml|xml):[0-9]+\)/, with: ")") }
}
