import Configuration
import Devices
import Packets

/// What is said about one VMnet under `networks`.
struct VMwareNetwork: Sendable {
  var subnet: Located<IPv4Prefix>?
  var hasDHCP = true
  var hasAdapter = true
  var hasNAT = true
  var timeout: Value?
  var bridgedTo: Located<String>?
  var isWireless = false
  /// The host's interface whose connection the guests share.
  var sharing: Located<String>?
  var incomingTCP: Value?
  var incomingUDP: Value?
  var location = SourceLocation.none
  private var written: [(field: String, location: SourceLocation)] = []

  init(location: SourceLocation = .none) { self.location = location }

  private static let subnetField = Field(
    "subnet", Shape.ipv4Prefix.located, "Its addresses; a private /24 made from its name unless set")
  private static let dhcp = Field("dhcp", .onOrOff, "Whether the product's DHCP server serves it")
  private static let adapter = Field("adapter", .onOrOff, "Whether the host has an adapter in it, at .1")
  private static let nat = Field("nat", .onOrOff, "Whether VMnet8 has its NAT device, at .2")
  private static let udpTimeout = Field(
    "udp-timeout", .duration, "How long the NAT device keeps an idle mapping; 60s")
  private static let bridged = Field(
    "bridged-to", Shape<String>.string.located,
    "The host's interface that VMnet0 is bridged to; the first unless set")
  private static let wifi = Field(
    "wifi", .boolean, "Whether VMnet0 is bridged to a Wi-Fi card, where all frames must have its address")
  private static let sharing = Field(
    "internet-connection-sharing", Shape<String>.string.located,
    "The host's interface whose connection Windows shares with the guests: its adapter becomes 192.168.0.1")
  private static let tcp = Field(
    "incomingtcp", .map(of: .string), "TCP ports of the host, each with the guest's address:port")
  private static let udp = Field(
    "incomingudp", .map(of: .string), "UDP ports of the host, each with the guest's address:port")
  private static let declared: [any FieldDeclaration] = [
    subnetField, dhcp, adapter, nat, udpTimeout, bridged, wifi, sharing, tcp, udp,
  ]

  static let shape = Shape<VMwareNetwork>(
    expecting: "a map such as { subnet: 192.168.56.0/24 }", schema: .object(declared)
  ) { value, diagnostics in
    var network = VMwareNetwork(location: value.location)
    if value.isNull { return network }
    let fields = Fields(value, declared: declared, of: "a VMware network", &diagnostics)
    guard fields.isMap else { return nil }
    network.written = declared.filter { fields.has($0) }.map { ($0.name, fields.keyLocation(of: $0)) }
    network.subnet = fields.read(subnetField, &diagnostics)
    network.hasDHCP = fields.read(dhcp, &diagnostics) ?? true
    network.hasAdapter = fields.read(adapter, &diagnostics) ?? true
    network.hasNAT = fields.read(nat, &diagnostics) ?? true
    network.timeout = fields.value(of: udpTimeout)
    network.bridgedTo = fields.read(bridged, &diagnostics)
    network.isWireless = fields.read(wifi, &diagnostics) ?? false
    network.sharing = fields.read(sharing, &diagnostics)
    if fields.read(tcp, &diagnostics) != nil { network.incomingTCP = fields.value(of: tcp) }
    if fields.read(udp, &diagnostics) != nil { network.incomingUDP = fields.value(of: udp) }
    return network
  }

  /// What only the bridged network has, and only the one with the NAT device, is a mistake elsewhere.
  func checkPlace(in number: Int, _ diagnostics: inout Diagnostics) {
    let ofBridge = [Self.bridged.name, Self.wifi.name]
    let ofNAT = [Self.udpTimeout.name, Self.tcp.name, Self.udp.name]
    for (field, location) in written {
      let place = ofBridge.contains(field) ? 0 : ofNAT.contains(field) ? 8 : nil
      guard let place = place ?? (number == 0 ? 8 : nil), place != number else { continue }
      let note =
        number == 0 && place == 8 && !ofNAT.contains(field)
        ? "VMnet0 is the wire outside: it has only \(ofBridge.joined(separator: " and "))"
        : "'\(field)' belongs to VMnet\(place), which is \(place == 0 ? "bridged" : "the NAT network")"
      diagnostics.report("VMnet\(number) has no '\(field)'", .unknownField, at: location, notes: [.init(note)])
    }
  }

  /// The number behind `VMnet`.
  static func number(of name: String) -> Int? {
    guard name.hasPrefix("VMnet") else { return nil }
    let digits = name.dropFirst(5)
    guard (1...5).contains(digits.utf8.count), digits.utf8.allSatisfy({ (48...57).contains($0) }),
      digits == "0" || digits.first != "0"
    else { return nil }
    return Int(digits)
  }
}

extension Shape where Output == Bool {
  /// `on` and `off` as people say of equipment, and `true` and `false`.
  static var onOrOff: Shape { .oneOf([("on", true), ("off", false), ("true", true), ("false", false)]) }
}
