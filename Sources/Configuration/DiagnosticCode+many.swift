/// What is written once and stands for many nodes, and what is computed for them.
extension DiagnosticCode {
  var manyText: DiagnosticText {
    switch self {
    case .badRange:
      DiagnosticText(
        "a range that cannot be understood",
        """
        In brackets stand two numbers, the lower first: h[1-8] is h1 to h8, h[01-12] keeps the zeros, and several \
        ranges make every combination. Inside YAML's own brackets and braces such a name needs quotes.
        """, wrong: "h[8-1]: { kind: host }", right: "h[1-8]: { kind: host }")
    case .unequalRanges:
      DiagnosticText(
        "different numbers of names on two sides",
        """
        Where both sides stand for several names they go in pairs, so there must be as many on both. A single name \
        goes with each of the others.
        """, wrong: "- [\"h[1-8]\", \"leaf[1-4]\"]",
        right: "- [\"h[1-4]\", \"leaf[1-4]\"]\n- [\"h[5-8]\", leaf1]")
    case .addressesExhausted:
      DiagnosticText(
        "more nodes than addresses",
        """
        Of many nodes written as one, each has the next address; the last of them must still be a host of that \
        network. Write a larger network, an earlier address, or fewer nodes.
        """, wrong: "h: { kind: host, count: 1000, interfaces: { eth0: 10.0.0.1/24 } }",
        right: "h: { kind: host, count: 1000, interfaces: { eth0: 10.0.0.1/16 } }")
    default: routingText
    }
  }

  var routingText: DiagnosticText {
    switch self {
    case .routingWithoutForwarding:
      DiagnosticText(
        "computed routes for somebody who passes nothing on",
        """
        'routing' makes others send what is for third parties this way, where it would die. Routers, firewalls and \
        all stacks with 'forwards: true' can have it; a host has its gateway.
        """, wrong: "a: { kind: host, routing: shortest-paths }",
        right: "a: { kind: router, routing: shortest-paths }")
    case .tooManyRoutes:
      DiagnosticText(
        "more computed routes than memory",
        """
        A tree of routers needs few routes, and so does whatever has its addresses given out branch by branch: the \
        networks behind one neighbour then merge into one. A large mesh with scattered addresses needs a route from \
        each router to each network, and beyond 20 million Hoplab gives up.
        """, wrong: "networks of one branch scattered: 10.0.0.0/24, 10.93.7.0/24, 172.16.4.0/24",
        right: "networks of one branch side by side: 10.0.0.0/24, 10.0.1.0/24, 10.0.2.0/24")
    case .networkTooSmall:
      DiagnosticText(
        "a network with too few addresses",
        "What is to be made has more machines than the network has addresses for. The message says what would fit.",
        wrong: "campus: { kind: tree, hosts: 1000, network: 10.0.0.0/24 }",
        right: "campus: { kind: tree, hosts: 1000, network: 10.0.0.0/22 }")
    default: filterText
    }
  }
}
