import Configuration
import Devices
import Packets
import Simulation
import Testing

extension DHCPMessage {
  /// The options as they stand on the wire, from behind the magic cookie to the end mark (RFC 2131, figure 1: 236 + 4).
  var optionBytes: [UInt8] {
    let bytes = Array(encoded().dropFirst(240))
    let end = bytes.lastIndex(of: 255) ?? 0
    return Array(bytes[...end])
  }

  var optionCodes: [UInt8] {
    var codes: [UInt8] = []
    var rest = optionBytes[...]
    while let code = rest.popFirst(), code != 255, let length = rest.popFirst() {
      codes.append(code)
      rest = rest.dropFirst(Int(length))
    }
    return codes
  }
}

/// A hub with a client, DHCP servers `s1`, `s2`, … and perhaps somebody else on it.
extension Lab {
  static let client = MACAddress(rawValue: 0x5254_0000_0001)
  static let server = MACAddress(rawValue: 0x5254_00ff_0001)

  static func leasing(
    _ servers: [(address: String, service: Value)], beside other: Value? = nil
  ) -> Lab {
    var lab = Lab()
    lab.add("hub", Hub(), ports: servers.count + 2)
    lab.addWritten("client", ["interfaces": ["eth0": ["mac": "52:54:00:00:00:01"]]])
    lab.wire(("client", 0), ("hub", 0))
    for (index, server) in servers.enumerated() {
      let interface: Value = ["address": .string(server.address), "mac": "52:54:00:ff:00:0\(index + 1)"]
      lab.addWritten("s\(index + 1)", ["interfaces": ["eth0": interface], "services": [server.service]])
      lab.wire(("s\(index + 1)", 0), ("hub", index + 1))
    }
    if let other {
      lab.addWritten("other", other)
      lab.wire(("other", 0), ("hub", servers.count + 1))
    }
    lab.build()
    return lab
  }

  /// dnsmasq as libvirt runs it, with some fields changed.
  static func dnsmasq(_ changes: (String, Value)...) -> (String, Value) {
    var service = Mapping([
      ("kind", "dhcp-server"), ("range", "192.168.122.2-192.168.122.254"), ("dns", "192.168.122.1"),
      ("allocation", "hash"), ("check", "3s"), ("renewal-times", true), ("authoritative", true),
    ])
    for (field, value) in changes { service.set(field, to: value) }
    return ("192.168.122.1/24", .map(service))
  }

  /// The client's address is reserved, for two minutes at a time.
  static func short() -> (String, Value) {
    (
      "192.168.122.1/24",
      [
        "kind": "dhcp-server", "renewal-times": true, "lease": "120s",
        "reservations": ["52:54:00:00:00:01": "192.168.122.9"],
      ]
    )
  }

  /// Gives the client its address; the moment it asked for it.
  mutating func bind() -> Instant {
    #expect(play("client", DHCPCommand(.acquire)).succeeded)
    return simulator.now
  }

  mutating func advance(to moment: Instant) { _ = simulator.run(until: moment) }

  func leaseMessages(of name: String) -> [(frame: EthernetFrame, message: DHCPMessage)] {
    messages(sentBy: name).compactMap {
      if case .dhcp(let message) = $0.message { ($0.frame, message) } else { nil }
    }
  }

  /// How often `name` asked by ARP who has `text`.
  func questions(by name: String, about text: String) -> Int {
    sent(by: name).count {
      if case .arp(let packet) = $0.payload { packet.targetAddress == address(text) } else { false }
    }
  }

  /// When `name` lost an address.
  func removals(at name: String) -> [Instant] {
    records(of: name).compactMap { if case .deconfigured = $0.event { $0.time } else { nil } }
  }
}
