import Configuration
import Packets
import Simulation

/// `kind: tunnel`.
public struct TunnelSettings: DeviceKind {
  public static let word = "tunnel"
  public static let summary = "One end of a tunnel: wraps frames into datagrams of a stack, as VXLAN does"
  public static let role = DeviceRole.tunnel
  public static let growsPorts = false
  public static let fields: [any FieldDeclaration] = [
    remote, network, port, sourcePort, mtu, splitting, tags, keepalive, ageing,
  ]

  private static let remote = Field(
    "remote", Shape<[Located<Endpoint>]>.oneOrMany(of: end.located),
    "The other ends, by address or address:port; unless set, whoever speaks first")
  private static let network = Field(
    "vni", .integer(in: 0...0xff_ffff), "The virtual network; frames of another one are dropped; 1 unless set")
  private static let port = Field(
    "port", .integer(in: 1...65535),
    "Where it listens, and other ends of which no port is written; 4789 unless set")
  private static let sourcePort = Field(
    "source-port", .cases(of: Tunnel.SourcePortChoice.self),
    "`flow`: each flow inside leaves by a port of its own; `own`: all by the one it listens on, as NAT needs it; flow")
  private static let mtu = Field(
    "mtu", .integer(in: 68...65535), "The longest packet inside; 1450 unless set, as 50 bytes come around it")
  private static let splitting = Field(
    "df", .cases(of: Tunnel.Splitting.self),
    "Whether datagrams say \"don't fragment\": `inherit` as the packet inside does; unset unless set")
  private static let tags = Field(
    "vlan-tags", .boolean,
    "Whether VLAN tags are carried; unless set, frames lose theirs, and those that come out with one are dropped")
  private static let keepalive = Field(
    "keepalive", .duration, "How often it tells the other ends that it is there, from the beginning; never unless set")
  private static let ageing = Field("ageing", .duration, "How long a silent station is remembered; 300s unless set")

  /// A port that is not written is 0 at first.
  private static let end = Shape<Endpoint>.either(Shape<IPv4Address>.ipv4Address.map { Endpoint($0, 0) }, .endpoint)

  private let configuration: Tunnel.Configuration
  private let longest: UInt16

  public init?(_ reader: inout DeviceReader) {
    let written = reader.read(Self.network).flatMap { VirtualNetworkID(rawValue: UInt32($0)) }
    guard let network = written ?? VirtualNetworkID(rawValue: 1) else { return nil }
    var configuration = Tunnel.Configuration(network: network)
    configuration.port = reader.read(Self.port).map { UInt16($0) } ?? configuration.port
    let remotes = reader.read(Self.remote) ?? []
    configuration.remotes = Self.ends(remotes, listeningAt: configuration.port, &reader)
    configuration.sourcePort = reader.read(Self.sourcePort) ?? configuration.sourcePort
    configuration.splitting = reader.read(Self.splitting) ?? configuration.splitting
    configuration.carriesTags = reader.read(Self.tags) ?? configuration.carriesTags
    configuration.keepalive = Self.interval(&reader, hasRemotes: !remotes.isEmpty)
    configuration.ageingTime = reader.read(Self.ageing) ?? configuration.ageingTime
    let place = reader.fields.has(Self.network) ? reader.fields.location(of: Self.network) : remotes.first?.location
    configuration.origin = reader.origin("tunnel \(reader.device), VNI \(network.rawValue)", at: place ?? .none)
    self.configuration = configuration
    longest = reader.read(Self.mtu).map { UInt16($0) } ?? 1450
  }

  private static func ends(
    _ written: [Located<Endpoint>], listeningAt port: UInt16, _ reader: inout DeviceReader
  ) -> [Endpoint] {
    written.compactMap { end in
      let address = end.value.address
      guard !address.isMulticast, !address.isLimitedBroadcast, !address.isAny else {
        reader.diagnostics.report(
          "\(address) is no address of one station", .platformLimit, at: end.location,
          notes: ["multicast between the ends is not modelled", "list all other ends: remote: [10.0.0.2, 10.0.0.3]"])
        return nil
      }
      return Endpoint(address, end.value.port == 0 ? port : end.value.port)
    }
  }

  private static func interval(_ reader: inout DeviceReader, hasRemotes: Bool) -> TimeSpan? {
    guard let interval = reader.read(keepalive) else { return nil }
    let place = reader.fields.location(of: keepalive)
    if !hasRemotes {
      reader.diagnostics.report(
        "'keepalive' speaks to the other ends, and none is written", .missingField, at: place, notes: ["add 'remote'"])
    }
    guard interval >= .milliseconds(1) else {
      reader.diagnostics.report("more than a thousand keepalives a second are too many", .outOfRange, at: place)
      return nil
    }
    return interval
  }

  public var ports: [PortDescription] { [PortDescription(name: "tap", mtu: longest), PortDescription(name: "host")] }

  public var remarks: [Remark] {
    let ends = configuration.remotes
    return [.text("VNI \(configuration.network.rawValue)")]
      + (ends.isEmpty ? [.listens(port: configuration.port)] : ends.prefix(2).map { .tunnel(to: "\($0)") })
      + (ends.count > 2 ? [.more(ends.count - 2)] : [])
  }

  public func makeDevice(ports: Int) -> any Device { Tunnel(configuration) }
}
