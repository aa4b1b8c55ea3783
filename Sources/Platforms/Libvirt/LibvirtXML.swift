import Configuration
import Packets
import XMLSource

/// A network as `virsh net-dumpxml` writes it, in the fields of `networks`.
///
/// Elements and attributes keep their places, so that what is wrong with a value is shown in the XML file.
struct LibvirtXML {
  private var fields = Mapping()
  private var diagnostics: Diagnostics

  /// The fields of a network with those of its XML file; nil when that cannot be read, which has been reported.
  static func fields(behind written: Value, _ node: inout NodeReader) -> Value? {
    guard let value = written["xml"], let name = LibvirtNetwork.xml.shape.read(value, &node.diagnostics) else {
      return nil
    }
    guard let file = node.file(name),
      let root = XMLSource.read(file.text, at: { file.location(line: $0, column: $1) }, &node.diagnostics)
    else { return nil }
    guard root.name == "network" else {
      node.diagnostics.report(
        "'<\(root.name)>' is no network", .badXML, at: root.location,
        notes: ["`virsh net-dumpxml NAME` writes one that begins with '<network>'"])
      return nil
    }
    var reader = LibvirtXML(diagnostics: node.diagnostics)
    reader.read(root)
    node.diagnostics = reader.diagnostics
    // Another way of forwarding takes nothing over of the old one.
    if let forward = written["forward"], !forward.isNull { for part in ["nat", "dev"] { reader.fields.remove(part) } }
    for entry in written.map?.entries ?? [] where entry.key != "xml" {
      reader.fields.set(entry.key, to: entry.value, keyLocation: entry.keyLocation)
    }
    return .map(reader.fields, at: root.location)
  }

  private init(diagnostics: Diagnostics) { self.diagnostics = diagnostics }

  private mutating func set(_ name: String, _ text: String?, from element: XMLElement) {
    guard let text else { return }
    fields.set(name, to: .string(text, at: element.location), keyLocation: element.location)
  }

  /// Elements that say nothing of where packets go.
  private static let descriptive = ["name", "uuid", "title", "description", "metadata"]
  private static let known = descriptive + ["forward", "bridge", "mac", "mtu", "domain", "dns", "ip", "port"]
  private static let unplayed = ["bandwidth", "vlan", "virtualport", "portgroup", "route", "dnsmasq:options"]

  private mutating func read(_ root: XMLElement) {
    // Without the element a network is isolated.
    set("forward", "none", from: root)
    for element in root.children {
      switch element.name {
      case "forward": readForward(element)
      case "bridge": readBridge(element)
      case "mac": set("mac", element["address"], from: element)
      case "mtu": set("mtu", element["size"], from: element)
      case "domain":
        set("domain", element["name"], from: element)
        set("local-only", element["localOnly"], from: element)
      case "dns": readNames(element)
      case "ip": readAddress(element)
      case "port": fields.set("port", to: value(of: element, [("isolated", "isolated")]), keyLocation: element.location)
      default: leave(element, among: Self.known, unplayed: Self.unplayed)
      }
    }
  }

  /// What is not read: known to libvirt, or to nobody.
  private mutating func leave(_ element: XMLElement, among known: [String], unplayed: [String] = []) {
    guard !Self.descriptive.contains(element.name) else { return }
    guard !unplayed.contains(element.name) else {
      return diagnostics.report("'<\(element.name)>' is not played", .notModelled, at: element.location)
    }
    diagnostics.report(
      "a network of libvirt's has no '<\(element.name)>' there", .unknownField, at: element.location,
      notes: Diagnostic.Note.suggestion(for: element.name, among: known + unplayed, called: "elements"))
  }

  /// Some attributes as fields, each under its own name.
  private func value(of element: XMLElement, _ names: [(attribute: String, field: String)]) -> Value {
    var entries = Mapping()
    for name in names {
      guard let text = element[name.attribute] else { continue }
      entries.set(name.field, to: .string(text, at: element.location), keyLocation: element.location)
    }
    return .map(entries, at: element.location)
  }

  private mutating func readForward(_ element: XMLElement) {
    set("forward", element["mode"] ?? "nat", from: element)
    set("dev", element["dev"], from: element)
    for child in element.children {
      switch child.name {
      case "interface": if fields["dev"] == nil { set("dev", child["dev"], from: child) }
      case "nat": readTranslation(child)
      default: leave(child, among: ["interface", "nat"], unplayed: ["pf", "address", "driver"])
      }
    }
  }

  private mutating func readTranslation(_ element: XMLElement) {
    var entries = Mapping()
    for child in element.children {
      guard ["address", "port"].contains(child.name), let start = child["start"], let end = child["end"] else {
        leave(child, among: ["address", "port"])
        continue
      }
      entries.set(child.name, to: .string("\(start)-\(end)", at: child.location), keyLocation: child.location)
    }
    if !entries.isEmpty { fields.set("nat", to: .map(entries, at: element.location), keyLocation: element.location) }
  }

  private mutating func readBridge(_ element: XMLElement) {
    set("bridge", element["name"], from: element)
    set("stp", element["stp"], from: element)
    // In whole seconds.
    set("delay", element["delay"].map { "\($0)s" }, from: element)
    set("zone", element["zone"], from: element)
  }

  private mutating func readNames(_ element: XMLElement) {
    var entries = Mapping()
    if let enable = element["enable"] { entries.set("enable", to: .string(enable, at: element.location)) }
    var (hosts, forwarders) = (Mapping(), [Value]())
    for child in element.children {
      switch child.name {
      case "forwarder" where child["addr"] != nil && child["domain"] == nil:
        forwarders.append(.string(child["addr"] ?? "", at: child.location))
      case "host":
        for name in child.children(named: "hostname") {
          hosts.set(name.text, to: .string(child["ip"] ?? "", at: child.location), keyLocation: name.location)
        }
      default: leave(child, among: ["forwarder", "host"], unplayed: ["forwarder", "txt", "srv"])
      }
    }
    if !hosts.isEmpty { entries.set("hosts", to: .map(hosts, at: element.location)) }
    if !forwarders.isEmpty { entries.set("forwarders", to: .list(forwarders, at: element.location)) }
    fields.set("dns", to: .map(entries, at: element.location), keyLocation: element.location)
  }

  private mutating func readAddress(_ element: XMLElement) {
    guard element["family"] ?? "ipv4" == "ipv4", fields["ip"] == nil else {
      return diagnostics.report(
        "a network is played with its first IPv4 address alone", .notModelled, at: element.location)
    }
    let length = element["prefix"] ?? element["netmask"].map { LibvirtXML.prefixLength(of: $0) ?? $0 }
    set("ip", "\(element["address"] ?? "")/\(length ?? "24")", from: element)
    for child in element.children {
      guard child.name == "dhcp" else {
        leave(child, among: ["dhcp"], unplayed: ["tftp"])
        continue
      }
      readLeases(child)
    }
  }

  /// 24 for 255.255.255.0; nil where the ones are not all in front.
  private static func prefixLength(of mask: String) -> String? {
    guard let bits = IPv4Address(mask)?.rawValue, (~bits) & (~bits &+ 1) == 0 else { return nil }
    return "\(bits.nonzeroBitCount)"
  }

  private mutating func readLeases(_ element: XMLElement) {
    var (entries, hosts) = (Mapping(), [Value]())
    for child in element.children {
      switch child.name {
      case "range" where entries["range"] == nil:
        let range = "\(child["start"] ?? "")-\(child["end"] ?? "")"
        entries.set("range", to: .string(range, at: child.location), keyLocation: child.location)
        readLeaseTime(child, &entries)
      case "host":
        hosts.append(value(of: child, [("mac", "mac"), ("ip", "ip"), ("name", "name")]))
        readLeaseTime(child, &entries)
      default: leave(child, among: ["range", "host"], unplayed: ["range", "bootp"])
      }
    }
    if !hosts.isEmpty { entries.set("hosts", to: .list(hosts, at: element.location)) }
    fields.set("dhcp", to: .map(entries, at: element.location), keyLocation: element.location)
  }

  /// `<lease expiry='5' unit='minutes'/>`, in minutes unless said; Hoplab has one time for all of a network.
  private mutating func readLeaseTime(_ element: XMLElement, _ entries: inout Mapping) {
    for lease in element.children {
      let units = ["seconds": "s", "minutes": "m", "hours": "h"]
      guard lease.name == "lease", element.name == "range", let unit = units[lease["unit"] ?? "minutes"] else {
        leave(lease, among: ["lease"], unplayed: ["lease"])
        continue
      }
      let time = "\(lease["expiry"] ?? "")\(unit)"
      entries.set("lease", to: .string(time, at: lease.location), keyLocation: lease.location)
    }
  }
}
