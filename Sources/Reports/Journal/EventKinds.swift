import Configuration
import Simulation

/// Which events there are in journals, and the facts of each.
extension EventForm {
  struct Kind: Sendable {
    var word: EventWord
    var summary: String
    var facts: [FactKind]

    init(_ word: EventWord, _ summary: String, _ facts: [FactKind] = []) {
      self.word = word
      self.summary = summary
      self.facts = facts
    }
  }

  struct FactKind: Sendable {
    var name: String
    var schema: SchemaNode
    var summary: String
    var isOptional = false

    static func number(_ name: String, _ summary: String, optional isOptional: Bool = false) -> FactKind {
      FactKind(name: name, schema: .integer(0 ... .max), summary: summary, isOptional: isOptional)
    }

    static func flag(_ name: String, _ summary: String) -> FactKind {
      FactKind(name: name, schema: .integer(0...1), summary: summary)
    }

    static func address(_ name: String, _ summary: String) -> FactKind {
      FactKind(name: name, schema: .named("address", .string(pattern: #"^\d{1,3}(\.\d{1,3}){3}$"#)), summary: summary)
    }

    static func prefix(_ name: String, _ summary: String) -> FactKind {
      FactKind(
        name: name, schema: .named("prefix", .string(pattern: #"^\d{1,3}(\.\d{1,3}){3}/\d{1,2}$"#)), summary: summary)
    }

    static func hardware(_ name: String, _ summary: String) -> FactKind {
      FactKind(
        name: name, schema: .named("hardware", .string(pattern: "^[0-9a-f]{2}(:[0-9a-f]{2}){5}$")), summary: summary)
    }

    static func endpoint(_ name: String, _ summary: String) -> FactKind {
      FactKind(
        name: name, schema: .named("endpoint", .string(pattern: #"^\d{1,3}(\.\d{1,3}){3}:\d{1,5}$"#)), summary: summary)
    }

    static func word(_ name: String, of words: [String], called part: String, _ summary: String) -> FactKind {
      FactKind(name: name, schema: .named(part, .choice(words)), summary: summary)
    }

    static let bytes = FactKind(
      name: "bytes", schema: .named("bytes", .string(pattern: "^([0-9a-f]{2})*$")),
      summary: "The frame as it is on the wire, in hexadecimal digits")
    static let drop = word(
      "because", of: DropReason.allCases.map(\.word), called: "drop-reason", "Why")
    static let direction = number("direction", "Of a link: twice its number, and one more from its second end")
  }

  private static let translation: [FactKind] = [
    .word("side", of: ["source", "destination"], called: "side", "Which end of the packet"),
    .endpoint("before", "What it was"), .endpoint("after", "What it became"),
    .flag("reverse", "Whether it is the way back of a translation made earlier"),
  ]

  /// Every kind of event, in the order of `Event`.
  static let kinds: [Kind] = frames + decisions + addresses + courses

  private static let frames: [Kind] = [
    Kind(.sent, "A frame was put on a link", [.direction, .bytes]),
    Kind(.received, "It came out at the other end"),
    Kind(.held, "It waits in the device", [.address("for", "The next hop it waits for"), .bytes]),
    Kind(
      .absorbed, "A protocol took it in",
      [.word("by", of: Absorber.allCases.map(\.word), called: "absorber", "Which")]),
    Kind(.dropped, "It died", [.drop]),
    Kind(.duplicated, "The link made it as a second one", [.number("of", "Of that frame")]),
    Kind(
      .folded, "So many frames were sent this way since the step began of which nothing else is told",
      [.direction, .number("frames", "How many"), .number("bytes", "Their bytes")]),
    Kind(.foldedDrops, "So many of those died here", [.drop, .number("frames", "How many")]),
  ]

  private static let decisions: [Kind] = [
    Kind(.forwarded, "It goes out by that port", [.number("to", "The port")]),
    Kind(.flooded, "It goes out by many", [.number("copies", "How many copies")]),
    Kind(.learned, "A station was learned", [.hardware("address", "Whose"), .number("at", "The port")]),
    Kind(
      .routed, "A route was chosen",
      [.address("to", "The destination"), .prefix("by", "The route's block"), .address("next-hop", "Whom it goes to")]),
    Kind(.resolved, "A neighbour answered", [.address("address", "Whose"), .hardware("hardware", "Where it is")]),
    Kind(.unresolved, "A neighbour did not answer", [.address("address", "Whose")]),
    Kind(.translated, "One end was rewritten", translation),
    Kind(.proxied, "A proxy opened its own socket for a packet", translation),
    Kind(
      .wrapped, "The frame went on as the data of datagrams of a tunnel",
      [.number("vni", "The virtual network"), .number("ends", "How many other ends get one")]),
    Kind(.unwrapped, "The frame that was this one's data went on", [.number("vni", "The virtual network")]),
    Kind(.looped, "A packet never left the machine", [.bytes]),
    Kind(.refused, "An ICMP error was made because of it", [.bytes]),
    Kind(.rationed, "An ICMP error was due and not made", [.bytes]),
    Kind(.logged, "A rule had it written down"),
    Kind(
      .segmentsLimited, "A rule lowered the segment size that a TCP connection is opened with",
      [.number("size", "To so many bytes")]),
    Kind(.withheld, "A rule kept a packet of the machine's own from leaving"),
    Kind(
      .portChanged, "Spanning tree gave the port another state",
      [.word("state", of: PortState.allCases.map(\.word), called: "port-state", "Which")]),
  ]

  private static let addresses: [Kind] = [
    Kind(
      .configured, "An interface has an address from now on",
      [
        .prefix("address", "With the length of its prefix"), .address("router", "The gateway that came with it"),
        .address("server", "The DHCP server that gave it"),
      ]),
    Kind(.deconfigured, "It has it no more", [.prefix("address", "With the length of its prefix")]),
    Kind(.gatewaySet, "A step gave the stack another default gateway", [.address("router", "0.0.0.0 is none")]),
    Kind(.rulesSet, "A step gave the stack other rules"),
    Kind(
      .leased, "A DHCP server gave an address",
      [
        .address("address", "Which"), .hardware("hardware", "To whom"),
        .number("for", "In nanoseconds; 0 gave it back"),
      ]),
  ]

  private static let courses: [Kind] = [
    Kind(.stepBegan, "A step began", [.number("step", "Its number, from 0")]),
    Kind(.stepEnded, "A step ended", [.number("step", "Its number, from 0")]),
    Kind(.began, "An activity began", [.number("what", "Its number"), .number("step", "Its step")]),
    Kind(
      .ended, "An activity ended",
      [
        .number("what", "Its number"),
        .word("failure", of: [""] + FailureReason.allCases.map(\.word), called: "failure", "Empty when it succeeded"),
        .number("rtt", "In nanoseconds"), .address("responder", "Who answered"), .number("ttl", "Of the answer"),
        .address("address", "What was learned"), .number("detail", "The HTTP status, the length of a lease's prefix"),
        .number("bytes", "Of a transfer", optional: true), .number("duration", "Of a transfer", optional: true),
        .number("repeats", "Of a transfer", optional: true),
      ]),
    Kind(.linkChanged, "A link was cut or mended", [.number("link", "Its number"), .flag("up", "1 is mended")]),
    Kind(.directionChanged, "One direction of a link was", [.direction, .flag("up", "1 is mended")]),
    Kind(.deviceChanged, "A device was switched off or on", [.flag("up", "1 is on")]),
    Kind(
      .serviceChanged, "A service was stopped or started",
      [.number("service", "Its number"), .flag("up", "1 is started")]),
    Kind(.linkSet, "A link treats frames otherwise from now on", [.number("link", "Its number")]),
  ]
}
