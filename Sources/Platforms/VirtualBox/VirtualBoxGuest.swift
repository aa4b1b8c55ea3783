import Configuration
import Devices
import Packets

/// What is said about one guest under `guests`: adapters in the words of `VBoxManage modifyvm`, and its stack.
struct VirtualBoxGuest: Sendable {
  /// What an adapter is attached to.
  enum Attachment: String, CaseIterable, Sendable {
    case none, nat, natnetwork, bridged, intnet, hostonly
  }

  /// One adapter that is attached to something.
  struct NIC: Sendable {
    var number: Int
    var attachment: Attachment
    /// The network or the host's interface that was named.
    var network: Located<String>?
    var natNetwork: Located<IPv4Prefix>?
    var forwards: [VirtualBoxForward] = []
    var location: SourceLocation

    /// The guest counts from zero.
    var interface: String { "eth\(number - 1)" }
  }

  private(set) var nics: [NIC] = []
  private var hardware: [Int: Value] = [:]  // looked up, never iterated
  private let value: Value

  /// A chipset PIIX3 has room for eight.
  private static let adapters = (1...8).map { AdapterFields(number: $0) }
  private static let declared: [any FieldDeclaration] = adapters.flatMap(\.all) + HandedField.ofStack

  static let shape = Shape<VirtualBoxGuest>(
    expecting: "a map such as { nic1: nat }", schema: .object(declared)
  ) { value, diagnostics in
    if value.isNull { return VirtualBoxGuest(.map(Mapping(), at: value.location), nil, &diagnostics) }
    let fields = Fields(value, declared: declared, of: "a guest", &diagnostics)
    return fields.isMap ? VirtualBoxGuest(value, fields, &diagnostics) : nil
  }

  private init(_ value: Value, _ fields: Fields?, _ diagnostics: inout Diagnostics) {
    self.value = value
    guard let fields else {
      nics = [NIC(number: 1, attachment: .nat, location: value.location)]
      return
    }
    for adapter in VirtualBoxGuest.adapters {
      if let nic = adapter.read(fields, &diagnostics) { nics.append(nic) }
      hardware[adapter.number] = fields.value(of: adapter.hardware)
    }
  }

  /// The guest as a machine of the plain language.
  func machine(_ name: String, inside host: String, _ diagnostics: inout Diagnostics) -> Value {
    GuestMachine.inside(host, interfaces(name, &diagnostics), written: value)
  }

  private func interfaces(_ name: String, _ diagnostics: inout Diagnostics) -> Value {
    let written = value["interfaces"]
    // Not a map: the stack is to refuse it where it stands.
    if let written, !written.isNull, written.map == nil { return written }
    var result = Mapping()
    for nic in nics {
      let entry = written?.map?.entry(nic.interface)
      var interface = entry?.value.map ?? Mapping()
      if let value = entry?.value, value.map == nil, !value.isNull, value.text != "up" {
        interface.set("address", to: value)
      }
      let made = VirtualBoxAddress.guest(nic.number == 1 ? name : "\(name):\(nic.number)")
      if interface["mac"] == nil { interface.set("mac", to: hardware[nic.number] ?? made) }
      result.set(nic.interface, to: .map(interface), keyLocation: entry?.keyLocation ?? nic.location)
    }
    for entry in written?.map?.entries ?? [] where result[entry.key] == nil {
      diagnostics.report(
        "'\(name)' has no adapter for '\(entry.key)'", .unknownInterface, at: entry.keyLocation,
        notes: ["nic1 is eth0 to the guest, nic2 is eth1, and so on up to nic8"])
    }
    return .map(result)
  }
}

/// The fields of one adapter, whose names end in its number.
private struct AdapterFields: Sendable {
  let number: Int
  private let attachment: Field<VirtualBoxGuest.Attachment>
  private let natNetwork: Field<Located<IPv4Prefix>>
  private let forwards: Field<[VirtualBoxForward]>
  private let network: Field<Located<String>>
  private let bridge: Field<Located<String>>
  private let inner: Field<Located<String>>
  private let hostOnly: Field<Located<String>>
  let hardware: Field<Value>

  init(number: Int) {
    self.number = number
    let name = Shape<String>.string.located
    attachment = Field(
      "nic\(number)", .oneOf(VirtualBoxGuest.Attachment.allCases.map { ($0.rawValue, $0) }),
      "What the adapter is attached to; \(number == 1 ? "nat" : "none") unless set")
    natNetwork = Field(
      "natnet\(number)", Shape.ipv4Prefix.located, "The addresses behind its NAT; 10.0.\(number + 1).0/24 unless set")
    forwards = Field(
      "natpf\(number)", .oneOrMany(of: VirtualBoxForward.ofAdapter),
      "Forwarded ports: name,protocol,host's address,host's port,guest's address,guest's port")
    network = Field("nat-network\(number)", name, "Its NAT network; NatNetwork unless set")
    bridge = Field("bridgeadapter\(number)", name, "The host's interface it is bridged to; the first unless set")
    inner = Field("intnet\(number)", name, "Its internal network; intnet unless set")
    hostOnly = Field("hostonlyadapter\(number)", name, "Its host-only network; vboxnet0 unless set")
    hardware = Field("macaddress\(number)", .value, "Its hardware address; 08:00:27 and three octets unless set")
  }

  var all: [any FieldDeclaration] {
    [attachment, natNetwork, forwards, network, bridge, inner, hostOnly, hardware]
  }

  /// Nil when there is no adapter.
  func read(_ fields: Fields, _ diagnostics: inout Diagnostics) -> VirtualBoxGuest.NIC? {
    let written = fields.read(attachment, &diagnostics)
    guard written != nil || !fields.has(attachment) else { return nil }
    let kind = written ?? (number == 1 ? .nat : .none)
    checkUse(of: kind, fields, &diagnostics)
    guard kind != .none else { return nil }
    var nic = VirtualBoxGuest.NIC(number: number, attachment: kind, location: fields.location(of: attachment))
    switch kind {
    case .none: break
    case .nat:
      nic.natNetwork = fields.read(natNetwork, &diagnostics)
      nic.forwards = fields.read(forwards, &diagnostics) ?? []
    case .natnetwork: nic.network = fields.read(network, &diagnostics)
    case .bridged: nic.network = fields.read(bridge, &diagnostics)
    case .intnet: nic.network = fields.read(inner, &diagnostics)
    case .hostonly: nic.network = fields.read(hostOnly, &diagnostics)
    }
    return nic
  }

  /// What is said of another kind of adapter than it is would be without effect.
  private func checkUse(
    of kind: VirtualBoxGuest.Attachment, _ fields: Fields, _ diagnostics: inout Diagnostics
  ) {
    let owners: [(any FieldDeclaration, VirtualBoxGuest.Attachment)] = [
      (natNetwork, .nat), (forwards, .nat), (network, .natnetwork), (bridge, .bridged), (inner, .intnet),
      (hostOnly, .hostonly),
    ]
    for (field, owner) in owners where fields.has(field) && owner != kind {
      diagnostics.report(
        "'\(field.name)' says nothing of an adapter that is '\(kind.rawValue)'", .unknownField,
        at: fields.keyLocation(of: field), notes: ["it belongs to 'nic\(number): \(owner.rawValue)'"])
    }
    if kind == .none, fields.has(hardware) {
      diagnostics.report(
        "'\(hardware.name)' says nothing of an adapter that is 'none'", .unknownField,
        at: fields.keyLocation(of: hardware), notes: ["'nic\(number)' says what it is attached to"])
    }
  }
}
