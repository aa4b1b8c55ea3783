import Configuration
import Packets
import Simulation

/// `kind: nat-proxy`.
public struct NATProxySettings: DeviceKind {
  public static let word = "nat-proxy"
  public static let summary = "A NAT device in user space, with sockets of its own in a host's stack"
  public static let role = DeviceRole.proxy
  public static let growsPorts = false
  public static let fields: [any FieldDeclaration] = [address, mac, notFor, dns, timeout, forwards]

  private static let address = Field(
    "address", Shape.interfaceAddress.located, "Its address on the guests' network", required: true)
  private static let mac = Field("mac", .macAddress, "Its hardware address; made from its name unless set")
  private static let notFor = Field(
    "not-for", .oneOrMany(of: Shape.ipv4Address.located), "Senders whose packets it never takes")
  private static let dns = Field("dns", .ipv4Address, "Where questions to its own port 53 go")
  private static let timeout = Field("udp-timeout", .duration, "How long an idle datagram mapping is kept; 60s")
  private static let forwards = Field(
    "forwards", .map(of: .map(of: .string)), "Ports of the host by protocol, each with the guest's address:port")

  private let configuration: NATProxy.Configuration

  public init?(_ reader: inout DeviceReader) {
    guard let address = reader.read(Self.address) else { return nil }
    var configuration = NATProxy.Configuration(
      address: address.value, hardwareAddress: reader.read(Self.mac) ?? reader.hardwareAddress(of: "jack"))
    configuration.origin = reader.origin("NAT proxy \(address.value)", at: address.location)
    let excluded = reader.read(Self.notFor) ?? []
    configuration.notFor = excluded.map(\.value)
    if let first = excluded.first {
      configuration.notForOrigin = reader.origin("not for \(first.value)", at: first.location)
    }
    configuration.nameserver = reader.read(Self.dns)
    configuration.mappingTimeout = reader.read(Self.timeout) ?? configuration.mappingTimeout
    for group in reader.read(Self.forwards) ?? [] {
      configuration.forwards += Self.readForwards(group, &reader)
    }
    self.configuration = configuration
  }

  private static func readForwards(
    _ group: ReadEntry<[ReadEntry<String>]>, _ reader: inout DeviceReader
  ) -> [NATProxy.Forward] {
    guard let transport = ["tcp": IPProtocol.tcp, "udp": .udp][group.key] else {
      reader.diagnostics.report(
        "ports of '\(group.key)' cannot be forwarded", .unknownField, at: group.keyLocation,
        notes: Diagnostic.Note.suggestion(for: group.key, among: ["tcp", "udp"], called: "protocols"))
      return []
    }
    return group.value.compactMap { entry in
      let parts = entry.value.split(separator: ":", omittingEmptySubsequences: false)
      guard let port = UInt16(entry.key), port > 0, parts.count == 2, let guest = IPv4Address(String(parts[0])),
        let guestPort = UInt16(parts[1]), guestPort > 0
      else {
        reader.diagnostics.report(
          "expected a port and the guest's address:port, found '\(entry.key): \(entry.value)'", .malformedText,
          at: entry.keyLocation)
        return nil
      }
      let origin = reader.origin("\(group.key)/\(port) to \(entry.value)", at: entry.keyLocation)
      return NATProxy.Forward(
        transport: transport, port: port, guest: Endpoint(guest, guestPort), origin: origin)
    }
  }

  public var ports: [PortDescription] {
    [
      PortDescription(
        name: "jack", hardwareAddress: configuration.hardwareAddress, addresses: [configuration.address]),
      PortDescription(name: "host"),
    ]
  }

  public var remarks: [Remark] {
    [.ownSockets] + (configuration.nameserver == nil ? [] : [.proxy(of: "DNS", port: nil)])
      + configuration.forwards.map { .hostPort($0.port, to: "\($0.guest)") }
  }

  public func makeDevice(ports: Int) -> any Device { NATProxy(configuration) }
}
