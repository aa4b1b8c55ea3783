import Packets
import Scenarios
import Simulation

/// Who told whom what and when: the lifelines of those that speak, and for each step what they said, in order.
struct Ladder {
  /// From left to right.
  var participants: [String]
  var sections: [Section]
  var words: LadderWords

  /// One step.
  struct Section {
    /// `1. lease`.
    var name: String
    var words: String
    var verdict: StepSheet.Verdict
    var began: Instant
    var items: [Item]
    var omissions: [Omission]
  }

  /// What is not drawn, because there is too much of it.
  enum Omission {
    case messages(UInt64)
    /// Of machines that have no lifeline.
    case ofOthers(UInt64)
    case drops(DropReason, at: String, frames: UInt64)
  }

  enum Item {
    case message(Message)
    case run(Run)
  }

  /// Many messages that are alike, told once.
  struct Run {
    /// The first of each kind, in order, and how many there are of it.
    var messages: [Part]
    var until: Instant
    /// The journal kept only sums.
    var isCounted = false

    struct Part {
      var message: Message
      var count: Int
      var bytes: Int
    }

    /// How many times all of it is said; nil where some is said more often than the rest.
    var times: Int? {
      let counts = Set(messages.map(\.count))  // only counted
      return counts.count == 1 ? messages[0].count : nil
    }
  }

  /// Something one participant says to others, or what becomes of a packet before it could be said.
  struct Message {
    var time: Instant
    var from: Int
    /// Whom it reaches; nobody where it is lost on the way, or never left.
    var targets: [Target]
    var speech: Speech
    /// It answers something.
    var isReply: Bool
    /// What the sender rewrote in it.
    var change: Change?
    /// Where it was lost and why, if it reached nobody.
    var loss: Loss?
    /// Whom it should have reached, if it reached nobody and that is known.
    var aim: Int?
    /// It never left its sender.
    var isUnsent = false
  }

  enum Change: Hashable {
    case source(String, to: String)
    case destination(String, to: String)
    /// On the way back, to what it was.
    case back(to: String)
    case ownSocket
  }

  enum Loss: Hashable {
    /// - Parameter place: Nil where its sender dropped it.
    case dropped(DropReason, at: String?)
    case withheld
    case unanswered, untaken, underWay
  }

  struct Target {
    var participant: Int
    /// Why it goes no further there, where that is against the sender's wish.
    var death: DropReason?
    /// How often it came there, where a circle of links multiplies it.
    var copies = 1
  }
}

extension Ladder.Section {
  /// What there is to draw, without the numbers of repetitions.
  var messages: [Ladder.Message] {
    items.flatMap { item in
      switch item {
      case .message(let message): [message]
      case .run(let run): run.messages.map(\.message)
      }
    }
  }
}

extension Ladder.Message {
  /// What makes two of them alike.
  var key: Key {
    Key(
      from: from, targets: targets.map { [$0.participant, $0.death == nil ? 0 : 1] }, gist: speech.gist,
      loss: loss, isUnsent: isUnsent)
  }

  struct Key: Hashable {
    var from: Int
    var targets: [[Int]]
    var gist: Speech
    var loss: Ladder.Loss?
    var isUnsent: Bool
  }

  /// It died nowhere: nobody cared for it, or it had not come yet.
  var isSilence: Bool {
    switch loss {
    case .unanswered, .untaken, .underWay: true
    case .dropped, .withheld, nil: false
    }
  }

  /// Everybody whose lifeline it touches.
  var span: ClosedRange<Int> {
    let all = [from] + targets.map(\.participant) + (targets.isEmpty ? [aim ?? from] : [])
    return (all.min() ?? from)...(all.max() ?? from)
  }
}
