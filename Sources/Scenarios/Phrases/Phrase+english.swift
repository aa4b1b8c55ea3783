import Packets
import Simulation

/// English, which machines are told in whatever language people read.
extension Phrase: CustomStringConvertible {
  public var description: String {
    switch self {
    case .text(let text): text
    case .list(let phrases, let more):
      phrases.map(\.description).joined(separator: ", ") + (more > 0 ? " and \(more) more" : "")
    case .of(let who, let phrase): "\(who): \(phrase)"
    case .range(let low, let high): "\(low) to \(high)"
    case .nobody: "nobody"
    case .success, .failure, .failed, .failureBy, .reply, .connection, .refusal, .answer, .nothingBegun, .nothingSent,
      .noReply, .noAnswer:
      outcome
    case .via, .avoids, .crosses, .times, .passed, .seenAs, .way, .notArrived, .taken, .dropped, .underWay, .reaches,
      .replyDropped, .redirect, .flooded, .storm, .floods, .trace:
      way
    case .from, .router, .noLease, .askedForNone, .roundTrip, .statistic, .loss, .lost, .throughput, .answers,
      .answered,
      .beginning, .delayed:
      amount
    }
  }

  private var outcome: String {
    switch self {
    case .success(let time): time.map { "success in \($0)" } ?? "success"
    case .failure: "a failure"
    case .failed(let reason, let who): who.map { "\(reason.word) by \($0)" } ?? reason.word
    case .failureBy(let who): "failure by \(who)"
    case .reply(let comes, let ways):
      (comes ? "a reply" : "no reply")
        + (ways.isEmpty ? "" : " " + ways.map(\.description).joined(separator: ", "))
    case .connection(let isMade): isMade ? "a connection" : "no connection"
    case .refusal(let comes): comes ? "a refusal" : "no refusal"
    case .answer(let what): "answer \(what)"
    case .nothingBegun: "nothing was begun"
    case .nothingSent: "nothing was sent"
    case .noReply: "there was no reply"
    case .noAnswer: "no answer came back"
    default: ""
    }
  }

  private var way: String {
    switch self {
    case .via(let places): "via \(places.joined(separator: ", "))"
    case .avoids(let places): "avoids \(places.joined(separator: ", "))"
    case .crosses(let counts): "crosses \(counts.map(\.description).joined(separator: ", "))"
    case .times(let place, let count): "\(place) \(count)×"
    case .passed(let routers): "\(routers) router\(routers == 1 ? "" : "s") passed"
    case .seenAs(let name): "seen as \(name)"
    case .way(let way, let place, let again): "\(way), where \(place) \(again ? "does not come again" : "is missing")"
    case .notArrived(let end): "it did not arrive: \(end)"
    case .taken(let device, let absorber): "taken in by \(device) (\(absorber.word))"
    case .dropped(let device, let reason): "dropped at \(device): \(reason.explanation)"
    case .underWay(let device): "still under way at \(device)"
    case .reaches(let place): "request reaches \(place)"
    case .replyDropped(let place): "reply dropped by \(place)"
    case .redirect(let who): who.map { "redirect by \($0)" } ?? "no redirect"
    case .flooded(let names): "flooded to \(names)"
    case .storm(let places): "a storm at \(places.joined(separator: ", "))"
    case .floods(let place, let times): "\(place) floods one frame \(times) times"
    case .trace(let hops): "trace \(hops.map { $0 ?? "none" }.joined(separator: ", "))"
    default: ""
    }
  }

  private var amount: String {
    switch self {
    case .from(let server): "from \(server)"
    case .router(let router): router.isAny ? "no router" : "router \(router)"
    case .noLease: "no lease"
    case .askedForNone(let client): "\(client) did not ask for one"
    case .roundTrip(let wishes): "round trip \(wishes.map(\.description).joined(separator: ", "))"
    case .statistic(let name, let phrase): "\(name) \(phrase)"
    case .loss(let share): "loss \(share)"
    case .lost(let share, let lost, let sent): "loss \(share): \(lost) of \(sent)"
    case .throughput(let rate): "throughput \(rate)"
    case .answers(let count): "answers: \(count)"
    case .answered(let names): "answered by \(names)"
    case .beginning(let time): "a beginning at \(time)"
    case .delayed(let time): "\(time), since the steps before it took longer"
    default: ""
    }
  }
}
