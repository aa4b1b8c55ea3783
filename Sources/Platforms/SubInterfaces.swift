import Configuration
import Devices
import Packets
import Topology

/// Interfaces such as `eth1.100`: VLAN 100 on eth1, written out as a tagger between the stack and the link.
struct SubInterfaces {
  /// A port that is split, with its VLANs.
  private struct Parent {
    var name: String
    var vlans: [String]
  }

  private var parents: [Parent] = []
  private let interfaces: Mapping

  /// Nil where there are none.
  init?(_ interfaces: Mapping) {
    self.interfaces = interfaces
    for key in interfaces.keys {
      guard let (parent, vlan) = SubInterfaces.parts(of: key) else { continue }
      if let place = parents.firstIndex(where: { $0.name == parent }) {
        parents[place].vlans.append(vlan)
      } else {
        parents.append(Parent(name: parent, vlans: [vlan]))
      }
    }
    if parents.isEmpty { return nil }
  }

  /// `eth1.100` is VLAN 100 on eth1; what has no number behind its last point is an ordinary name.
  static func parts(of name: String) -> (parent: String, vlan: String)? {
    guard let point = name.lastIndex(of: "."), point > name.startIndex else { return nil }
    let vlan = name[name.index(after: point)...]
    guard (1...4).contains(vlan.utf8.count), vlan.utf8.allSatisfy({ (48...57).contains($0) }) else { return nil }
    return (String(name[..<point]), String(vlan))
  }

  /// The stack and its taggers as one machine. A tagger has the name of the port that it splits.
  func machine(_ stack: Value, of node: String, showsAs word: String) -> Value {
    var devices = Mapping([("stack", with(sharedAddresses(of: node), in: stack))])
    var links: [Value] = []
    var outside = Mapping()
    for entry in interfaces.entries where SubInterfaces.parts(of: entry.key) != nil || !isParent(entry.key) {
      outside.set(entry.key, to: .string("stack:\(entry.key)"), keyLocation: entry.keyLocation)
    }
    for parent in parents {
      let device = parent.name == "stack" ? "stack-port" : parent.name
      let numbers = parent.vlans.map { vlan in
        Value.string(vlan, at: interfaces.entry("\(parent.name).\(vlan)")?.keyLocation ?? .none)
      }
      devices.set(device, to: ["kind": "vlan-tagger", "vlans": .list(numbers)])
      for vlan in parent.vlans { links.append(["stack:\(parent.name).\(vlan)", "\(device):\(vlan)"]) }
      if interfaces[parent.name] != nil { links.append(["stack:\(parent.name)", "\(device):untagged"]) }
      outside.set(parent.name, to: .string("\(device):trunk"))
    }
    return [
      "kind": "machine", "shows-as": .string(word), "devices": .map(devices), "links": .list(links),
      "interfaces": .map(outside),
    ]
  }

  private func isParent(_ name: String) -> Bool { parents.contains { $0.name == name } }

  /// Sub-interfaces have the hardware address of their port, as on Linux.
  private func sharedAddresses(of node: String) -> Mapping {
    var result = Mapping()
    for entry in interfaces.entries {
      guard let (parent, _) = SubInterfaces.parts(of: entry.key) else {
        result.set(entry.key, to: entry.value, keyLocation: entry.keyLocation)
        continue
      }
      let made = MACAddress.stationAddress(of: parent, device: "stack", machine: node)
      let mac = interfaces[parent]?["mac"] ?? .string("\(made)")
      var fields = entry.value.map ?? Mapping()
      let isAddress = entry.value.map == nil && !entry.value.isNull && entry.value.text != "up"
      if isAddress { fields.set("address", to: entry.value) }
      if fields["mac"] == nil { fields.set("mac", to: mac) }
      result.set(entry.key, to: Value(.map(fields), at: entry.value.location), keyLocation: entry.keyLocation)
    }
    return result
  }

  private func with(_ interfaces: Mapping, in stack: Value) -> Value {
    guard var fields = stack.map else { return stack }
    fields.set("interfaces", to: .map(interfaces))
    return Value(.map(fields), at: stack.location)
  }
}
