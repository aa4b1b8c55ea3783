import Configuration
import Devices
import Packets

/// `kind: tree`: hosts on one network, joined by switches in a tree.
///
/// The node itself is the switch at the root, and what the rest of the scenario links to. The other switches are
/// numbered from there down, the hosts from the first switch of the lowest level on.
public enum Tree: NodeKind {
  public static let word = "tree"
  public static let summary = "Hosts joined by a tree of switches: NAME is the root, NAME-s1, NAME-h1 and so on"
  public static let fields: [any FieldDeclaration] = [hosts, ports, SwitchedHosts.gateway] + NetworkFields.common

  private static let hosts = Field("hosts", .integer(in: 1...1_000_000), "How many there are", required: true)
  private static let ports = Field(
    "ports", .integer(in: 3...10_000), "Ports of each switch, one of them toward the root; 32 unless set")

  public static func expand(_ node: inout NodeReader) -> Expansion {
    let count = node.read(hosts) ?? 1
    let ports = node.read(ports) ?? 32
    guard node.checkSize(count + 2 * count / ports, at: hosts) else { return Expansion() }
    var hosts = SwitchedHosts(count, &node)
    var network = GeneratedNetwork(&node)
    // From the root down; the root needs no port toward it.
    var sizes = [count]
    while let size = sizes.first, size > ports { sizes.insert((size + ports - 2) / (ports - 1), at: 0) }
    var level = [node.name]
    network.addSwitch(node.name)
    var switchCount = 0
    for size in sizes.dropLast() {
      level = (0..<size).map { place in
        switchCount += 1
        let name = "\(node.name)-s\(switchCount)"
        network.addSwitch(name)
        network.link(name, level[level.count == 1 ? 0 : place / (ports - 1)])
        return name
      }
    }
    for place in 0..<count {
      network.link(hosts.add(to: &network), level[level.count == 1 ? 0 : place / (ports - 1)])
    }
    return network.expansion
  }
}
