/// 03xx: steps, variants and expectations.
extension DiagnosticCode {
  var stepText: DiagnosticText {
    switch self {
    case .unknownVerb:
      DiagnosticText(
        "a step without a known verb",
        "A step is one verb, such as ping, dhcp or http, and what to do it with.",
        wrong: "- { id: out, pnig: a -> b }", right: "- { id: out, ping: a -> b }")
    case .severalVerbs:
      DiagnosticText(
        "a step with several verbs", "A step does one thing. Write two steps; they run one after another.",
        wrong: "- { dhcp: a, ping: a -> b }", right: "- { dhcp: a }\n- { ping: a -> b }")
    case .duplicateStep:
      DiagnosticText(
        "a step id is used twice", "Expectations and pictures find a step by its id, so each needs its own.",
        wrong: "- { id: out, ping: a -> b }\n- { id: out, ping: a -> c }",
        right: "- { id: out, ping: a -> b }\n- { id: other, ping: a -> c }")
    case .unknownStep:
      DiagnosticText(
        "an expectation of a step that does not exist", "Every key under 'expect' is the id of a step.",
        wrong: "steps: [{ id: out, ping: a -> b }]\nexpect: { ot: reply }",
        right: "steps: [{ id: out, ping: a -> b }]\nexpect: { out: reply }")
    case .unknownExpectation:
      DiagnosticText(
        "an unknown expectation", "No such thing can be expected of a step.",
        wrong: "expect: { out: { relpy: true } }", right: "expect: { out: { reply: true } }")
    case .unsuitableExpectation:
      DiagnosticText(
        "an expectation that this kind of step cannot meet",
        "The word is known, but says nothing about steps with this verb.",
        wrong: "steps: [{ id: out, ping: a -> b }]\nexpect: { out: { lease: 10.0.0.0/24 } }",
        right: "steps: [{ id: out, dhcp: a }]\nexpect: { out: { lease: 10.0.0.0/24 } }")
    case .unknownReason:
      DiagnosticText(
        "an unknown reason of failure",
        "'fails' takes one word of a closed list, which the documentation explains.",
        wrong: "expect: { in: { fails: unreachable } }",
        right: "expect: { in: { fails: network-unreachable } }")
    case .undefinedVariable:
      DiagnosticText(
        "a variable without a value", "A text that starts with '$' is a variable; 'with' gives it a value.",
        wrong: "guests: { vm1: { network: $mode } }\nvariants: { nat: {} }",
        right: "guests: { vm1: { network: $mode } }\nvariants: { nat: { with: { mode: nat } } }")
    case .unusedVariable:
      DiagnosticText(
        "a variable that nothing uses",
        "It is set by 'with' and stands nowhere in the file: probably misspelt.",
        wrong: "network: $mode\nwith: { mode: nat, moed: nat }", right: "network: $mode\nwith: { mode: nat }")
    case .unknownVariant:
      DiagnosticText(
        "no variant of that name", "The file has no such variant.",
        wrong: "hoplab run vmware.yaml --variant hostonly",
        right: "hoplab run vmware.yaml --variant host-only")
    default: otherStepText
    }
  }

  private var otherStepText: DiagnosticText {
    switch self {
    case .nothingToCheck:
      DiagnosticText(
        "nothing is expected",
        "The scenario is played, but no step says what must come of it, so it cannot fail.",
        wrong: "steps: [{ id: out, ping: a -> b }]",
        right: "steps: [{ id: out, ping: a -> b }]\nexpect: { out: reply }")
    case .unknownName:
      DiagnosticText(
        "a name that means nothing here",
        "It is neither a node, an address, nor a name that some node of this file has under 'names'.",
        wrong: "- { http: a -> www.exmaple.net }", right: "- { http: a -> www.example.net }")
    case .noAddress:
      DiagnosticText(
        "a node without an address",
        "Traffic needs an address at its end. Give the node one, or a 'dhcp' step before this one.",
        wrong: "nodes: { lan: { kind: switch } }\nsteps: [{ ping: a -> lan }]",
        right: "nodes: { b: { kind: host, interfaces: { eth0: 10.0.0.2/24 } } }\nsteps: [{ ping: a -> b }]")
    case .badEndpointPair:
      DiagnosticText(
        "not a pair of ends", "Traffic goes from one end to another: 'from -> to'.",
        wrong: "- { ping: a b }", right: "- { ping: a -> b }")
    case .contradiction:
      DiagnosticText(
        "expectations that contradict each other", "No run could meet both, so the step would always fail.",
        wrong: "out: { reply: true, fails: no-answer }", right: "out: { fails: no-answer }")
    case .unsuitableField:
      DiagnosticText(
        "a field that this kind of step has no use for",
        "Only what takes its time can go on in the background: traffic, not a change of the network.",
        wrong: "- { fail: a -- b, background: true }",
        right: "- { stream: a -> b:9, background: true }")
    case .nothingToChange:
      DiagnosticText(
        "a step that would change nothing",
        "A partition cuts the links between its groups, so some link must join them; 'repair: partition' needs one "
          + "before it. Hosts on one switch are joined by no link of their own: name the switches too.",
        wrong: "- { partition: [[a], [b]] }   # both on the switch sw",
        right: "- { partition: [[a], [b, sw]] }")
    default:
      DiagnosticText(
        "an unknown service",
        "A service is a port such as tcp/22, or a map whose kind is dhcp-server, dns-server or http-server.",
        wrong: "services: [ssh/22]", right: "services: [tcp/22]")
    }
  }
}
