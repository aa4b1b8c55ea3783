import Configuration
import Topology

/// `kind: machine`: the plain language itself.
public enum Machine: NodeKind {
  public static let word = PlainMachine.word
  public static let summary = PlainMachine.summary
  public static let fields = PlainMachine.fields

  public static func expand(_ node: inout NodeReader) -> Expansion {
    Expansion(machine: node.name, node.value)
  }
}
