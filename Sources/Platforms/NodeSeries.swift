import Configuration
import Packets
import Topology

/// The nodes that one entry under `nodes` stands for: `h` with `count: 3` for h1, h2 and h3, `h[1-3]` for the same.
struct NodeSeries {
  /// What was written.
  let entry: Mapping.Entry
  let names: [String]
  /// Whether its plain name stands for all of them.
  let isCounted: Bool
  /// What each of them is, but for its addresses.
  private let pattern: Value

  static let count = Field(
    "count", .integer(in: 1...NamePattern.mostNames),
    "How many of it there are: h1, h2 and so on, each with the next of every address and MAC")

  /// Nil where it stands for nothing, which has been reported.
  init?(_ entry: Mapping.Entry, _ diagnostics: inout Diagnostics) {
    self.entry = entry
    let written = entry.value.map?.entry(Self.count.name)
    pattern = written == nil ? entry.value : Self.single(entry.value)
    isCounted = written?.value.isNull == false
    let isPattern = NamePattern.isPattern(entry.key)
    guard let written, isCounted else {
      guard isPattern else {
        names = [entry.key]
        return
      }
      guard let names = NamePattern(entry.key, at: entry.keyLocation, &diagnostics)?.names else { return nil }
      self.names = names
      return
    }
    guard !isPattern else {
      diagnostics.report(
        "'\(entry.key)' says how many there are, and 'count' says it again", .eitherOr, at: written.keyLocation,
        notes: ["leave one of them out"])
      return nil
    }
    guard let count = Self.count.shape.read(written.value, &diagnostics) else { return nil }
    names = (1...count).map { "\(entry.key)\($0)" }
  }

  /// The node without its `count`.
  private static func single(_ node: Value) -> Value {
    var fields = node.map ?? Mapping()
    fields.remove(count.name)
    return .map(fields, at: node.location)
  }

  /// Whether there is an address for each; if not, that is reported.
  func hasRoom(_ diagnostics: inout Diagnostics) -> Bool {
    guard names.count > 1 else { return true }
    let errors = diagnostics.errorCount
    var check = AddressCheck(name: entry.key, count: names.count, diagnostics: diagnostics)
    check.read(pattern)
    diagnostics = check.diagnostics
    return diagnostics.errorCount == errors
  }

  /// One of them, counted from 0, as if it had been written by itself.
  func instance(_ number: Int) -> Mapping.Entry {
    Mapping.Entry(
      key: names[number], keyLocation: entry.keyLocation,
      value: number == 0 ? pattern : AddressShift(by: number).node(pattern))
  }
}

/// The fields of a node that differ from one instance to the next.
///
/// They are the addresses and MACs of interfaces, also of those inside a `machine`; a gateway, a name server or a range
/// of leases is the same for all.
private struct AddressShift {
  let distance: Int

  init(by distance: Int) { self.distance = distance }

  func node(_ value: Value) -> Value {
    changed(value) { key, field in
      switch key {
      case "interfaces": changed(field) { _, interface in self.interface(interface) }
      case "devices": changed(field) { _, device in node(device) }
      case "address", "mac": texts(field)
      default: nil
      }
    }
  }

  private func interface(_ value: Value) -> Value? {
    guard value.map != nil else { return texts(value) }
    return changed(value) { key, field in key == "address" || key == "mac" ? texts(field) : nil }
  }

  private func texts(_ value: Value) -> Value? {
    switch value.content {
    case .scalar(let text, _): return shifted(text).map { .string($0, at: value.location) }
    case .list(let items): return .list(items.map { texts($0) ?? $0 }, at: value.location)
    case .map: return nil
    }
  }

  /// Nil for what is no address, which is told where it is read.
  private func shifted(_ text: String) -> String? {
    if let address = InterfaceAddress(text) {
      let next = IPv4Address(rawValue: address.address.rawValue &+ UInt32(distance))
      return "\(next)/\(address.prefix.length)"
    }
    return MACAddress(text).map { "\(MACAddress(rawValue: $0.rawValue + UInt64(distance)))" }
  }

  /// The same map with the values that `change` has another for.
  private func changed(_ value: Value, _ change: (String, Value) -> Value?) -> Value {
    guard var mapping = value.map else { return value }
    for entry in mapping.entries {
      if let new = change(entry.key, entry.value) { mapping.set(entry.key, to: new) }
    }
    return .map(mapping, at: value.location)
  }
}

/// Whether there are enough addresses behind the ones that were written.
private struct AddressCheck {
  let name: String
  let count: Int
  var diagnostics: Diagnostics

  mutating func read(_ node: Value) {
    for entry in node.map?.entries ?? [] {
      switch entry.key {
      case "interfaces":
        for interface in entry.value.map?.entries ?? [] {
          guard let fields = interface.value.map else {
            check(interface.value)
            continue
          }
          for key in ["address", "mac"] { fields[key].map { check($0) } }
        }
      case "devices": for device in entry.value.map?.entries ?? [] { read(device.value) }
      case "address", "mac": check(entry.value)
      default: break
      }
    }
  }

  private mutating func check(_ value: Value) {
    for item in value.list ?? [value] {
      guard let text = item.text, let (room, what) = Self.room(behind: text), room < count else { continue }
      diagnostics.report(
        "'\(name)' stands for \(count) nodes, and from \(text) on only \(room) \(what)", .addressesExhausted,
        at: item.location, notes: ["take a larger network, an earlier address, or fewer nodes"])
    }
  }

  /// How many stations could be numbered from that one on; nil for what is no address of a station.
  private static func room(behind text: String) -> (Int, String)? {
    if let address = InterfaceAddress(text) {
      // A /32 is nobody's network; loopback addresses are counted on from one to the next.
      let length = address.prefix.length
      let end = length == 32 ? UInt32.max : address.prefix.broadcast.rawValue
      let last = Int(end) - (length >= 31 ? 0 : 1)
      let room = last - Int(address.address.rawValue) + 1
      return room > 0 ? (room, room == 1 ? "address fits its network" : "addresses fit its network") : nil
    }
    guard let mac = MACAddress(text), !mac.isGroup else { return nil }
    // The lowest bit of the first octet is that of groups.
    let room = Int((mac.rawValue | 0xff_ffff_ffff) - mac.rawValue) + 1
    return (room, "MACs share its first octet")
  }
}
