/// 026x: rules of packet filters.
extension DiagnosticCode {
  var filterText: DiagnosticText {
    switch self {
    case .unknownChain:
      DiagnosticText(
        "no chain of that name", "A rule jumps to a chain by the name it has under 'chains' of the same filter.",
        wrong: "forward: [{ jump: shh }]\nchains: { ssh: [{ action: accept }] }",
        right: "forward: [{ jump: ssh }]\nchains: { ssh: [{ action: accept }] }")
    case .chainCircle:
      DiagnosticText(
        "chains that never come to an end",
        """
        The end of a chain leads back behind the jump that led to it. A chain that jumps to itself, straight or by way \
        of others, has no end; and no packet may be more than 16 jumps deep.
        """, wrong: "chains: { a: [{ jump: b }], b: [{ jump: a }] }",
        right: "chains: { a: [{ jump: b }], b: [{ action: return }] }")
    default:
      DiagnosticText(
        "a rule that cannot do its work",
        """
        What the rule asks or does is impossible where it stands: before routing nobody knows by which interface a \
        packet will leave, the machine's own packets came in by none, only TCP can be reset, and only input, forward \
        and output can answer the sender of a packet.
        """, wrong: "input: [{ out: eth1, action: drop }]", right: "forward: [{ out: eth1, action: drop }]")
    }
  }
}
