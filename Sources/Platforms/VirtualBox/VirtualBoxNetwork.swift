import Configuration
import Devices
import Packets

/// A NAT network, as `VBoxManage natnetwork add` makes it.
struct VirtualBoxNATNetwork: Sendable {
  var network: Located<IPv4Prefix>?
  var hasLeases = true
  var forwards: [VirtualBoxForward] = []

  private static let networkField = Field(
    "network", Shape.ipv4Prefix.located, "Its addresses; 10.0.2.0/24 unless set")
  private static let dhcp = Field("dhcp", .onOrOff, "Whether it has a DHCP server; it has unless set")
  private static let forwardsField = Field(
    "port-forward-4", .oneOrMany(of: VirtualBoxForward.ofNetwork),
    "Forwarded ports: name:protocol:[host's address]:host's port:[guest's address]:guest's port")
  private static let declared: [any FieldDeclaration] = [networkField, dhcp, forwardsField]

  static let shape = Shape<VirtualBoxNATNetwork>(
    expecting: "a map such as { network: 10.0.2.0/24 }", schema: .object(declared)
  ) { value, diagnostics in
    if value.isNull { return VirtualBoxNATNetwork() }
    let fields = Fields(value, declared: declared, of: "a NAT network", &diagnostics)
    guard fields.isMap else { return nil }
    return VirtualBoxNATNetwork(
      network: fields.read(networkField, &diagnostics), hasLeases: fields.read(dhcp, &diagnostics) ?? true,
      forwards: fields.read(forwardsField, &diagnostics) ?? [])
  }
}

/// A host-only network, as `VBoxManage hostonlyif` makes it.
struct VirtualBoxHostOnly: Sendable {
  /// The host's address in it.
  var address: Value?
  var hasLeases = true

  private static let ip = Field(
    "ip", Shape.interfaceAddress.located, "The host's address in it; 192.168.56.1/24 of vboxnet0 unless set")
  private static let dhcp = Field("dhcp", .onOrOff, "Whether it has a DHCP server; it has unless set")
  private static let declared: [any FieldDeclaration] = [ip, dhcp]

  static let shape = Shape<VirtualBoxHostOnly>(
    expecting: "a map such as { ip: 192.168.56.1/24 }", schema: .object(declared)
  ) { value, diagnostics in
    if value.isNull { return VirtualBoxHostOnly() }
    let fields = Fields(value, declared: declared, of: "a host-only network", &diagnostics)
    guard fields.isMap else { return nil }
    let isFine = !fields.has(ip) || fields.read(ip, &diagnostics) != nil
    return VirtualBoxHostOnly(
      address: isFine ? fields.value(of: ip) : nil, hasLeases: fields.read(dhcp, &diagnostics) ?? true)
  }

  /// The number behind `vboxnet`.
  static func number(of name: String) -> Int? {
    guard name.hasPrefix("vboxnet") else { return nil }
    let digits = name.dropFirst(7)
    guard (1...3).contains(digits.utf8.count), digits.utf8.allSatisfy({ (48...57).contains($0) }),
      digits == "0" || digits.first != "0"
    else { return nil }
    return Int(digits)
  }
}

/// A DHCP server, as `VBoxManage dhcpserver add` makes it.
struct VirtualBoxLeaseServer: Sendable {
  /// Its own address.
  var address: Value
  var range: Value

  private static let serverField = Field(
    "server-ip", Shape.interfaceAddress.located, "Its address with the length of the prefix", required: true)
  private static let lower = Field("lower-ip", Shape.ipv4Address.located, "The first address it gives", required: true)
  private static let upper = Field("upper-ip", Shape.ipv4Address.located, "The last address it gives", required: true)
  private static let declared: [any FieldDeclaration] = [serverField, lower, upper]

  static let shape = Shape<VirtualBoxLeaseServer>(
    expecting: "a map such as { server-ip: 10.0.5.1/24, lower-ip: 10.0.5.10, upper-ip: 10.0.5.99 }",
    schema: .object(declared)
  ) { value, diagnostics in
    let fields = Fields(value, declared: declared, of: "a DHCP server", &diagnostics)
    guard fields.isMap, let server = fields.read(serverField, &diagnostics),
      let first = fields.read(lower, &diagnostics), let last = fields.read(upper, &diagnostics)
    else { return nil }
    guard first.value <= last.value else {
      diagnostics.report(
        "the last address, \(last.value), is before the first, \(first.value)", .badRange, at: last.location)
      return nil
    }
    return VirtualBoxLeaseServer(
      address: .string("\(server.value)", at: server.location),
      range: .string("\(first.value)-\(last.value)", at: first.location))
  }
}

/// A forwarded port, in the two ways VBoxManage writes it.
struct VirtualBoxForward: Sendable {
  var transport: String
  var port: UInt16
  /// Nil for the address that the guest's lease will have.
  var guest: IPv4Address?
  var guestPort: UInt16
  var location: SourceLocation

  static let ofAdapter = shape("ssh,tcp,,2222,,22", separator: ",")
  static let ofNetwork = shape("ssh:tcp:[]:2222:[10.0.2.4]:22", separator: ":")

  private static func shape(_ example: String, separator: Character) -> Shape<VirtualBoxForward> {
    Shape<VirtualBoxForward>(
      expecting: "a forwarded port such as \"\(example)\"", schema: Shape<String>.string.schema
    ) { value, diagnostics in
      let needsGuest = separator == ":"
      guard let text = value.text, let rule = parse(text, separator, at: value.location),
        rule.guest != nil || !needsGuest
      else {
        diagnostics.report(
          .expected("a forwarded port such as \"\(example)\"", found: value, code: .malformedText))
        return nil
      }
      let host = text.split(separator: separator, omittingEmptySubsequences: false)[2]
      guard host.isEmpty || host == "[]" else {
        diagnostics.report(
          "a port cannot be forwarded at one address of the host only", .platformLimit, at: value.location,
          notes: ["leave the host's address empty, as in \"\(example)\": it is forwarded at all of them"])
        return nil
      }
      return rule
    }
  }

  private static func parse(_ text: String, _ separator: Character, at location: SourceLocation) -> Self? {
    var parts = text.split(separator: separator, omittingEmptySubsequences: false).map(String.init)
    guard parts.count == 6, ["tcp", "udp"].contains(parts[1]), let port = UInt16(parts[3]), port > 0,
      let guestPort = UInt16(parts[5]), guestPort > 0
    else { return nil }
    if separator == ":" {
      guard parts[4].hasPrefix("["), parts[4].hasSuffix("]") else { return nil }
      parts[4] = String(parts[4].dropFirst().dropLast())
    }
    let guest = IPv4Address(parts[4])
    guard guest != nil || parts[4].isEmpty else { return nil }
    return VirtualBoxForward(
      transport: parts[1], port: port, guest: guest, guestPort: guestPort, location: location)
  }
}
