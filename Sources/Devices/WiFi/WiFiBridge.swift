import Configuration
import Packets
import Protocols
import Simulation

/// Lets guests share a Wi-Fi card with their host, although an access point takes only frames with the card's address.
///
/// Whatever the guests send into the air gets the card's address, and what comes for it goes to the guest that has the
/// packet's IP address, which is known from what that guest has sent. Between host and guests nothing is rewritten.
public struct WiFiBridge: Device {
  public static let host: PortNumber = 0
  public static let guests: PortNumber = 1
  public static let air: PortNumber = 2
  /// IEEE 802.1X-2020, 11.1.4: what authenticates the card.
  private static let authentication = EtherType(rawValue: 0x888e)

  private let card: MACAddress
  private let origin: Origin
  /// By IP address, the guest; looked up, never iterated.
  private var owners = FlatTable<UInt64, MACAddress>()
  /// The guests' addresses; looked up, never iterated.
  private var stations = FlatTable<UInt64, PortNumber>()

  public init(card: MACAddress, origin: Origin = .none) {
    self.card = card
    self.origin = origin
  }

  public mutating func receive(_ frame: EthernetFrame, on port: PortNumber, _ outbox: inout Outbox) {
    guard !frame.source.isGroup else { return outbox.drop(because: .groupSource) }
    switch port {
    case WiFiBridge.host: receiveFromHost(frame, &outbox)
    case WiFiBridge.guests: receiveFromGuest(frame, &outbox)
    default: receiveFromAir(frame, &outbox)
    }
  }

  public mutating func powerOn(_ outbox: inout Outbox) { self = WiFiBridge(card: card, origin: origin) }

  private func receiveFromHost(_ frame: EthernetFrame, _ outbox: inout Outbox) {
    if frame.destination.isGroup { return send([(frame, WiFiBridge.guests), (frame, WiFiBridge.air)], &outbox) }
    let isForGuest = stations[frame.destination.rawValue] != nil
    send([(frame, isForGuest ? WiFiBridge.guests : WiFiBridge.air)], &outbox)
  }

  private mutating func receiveFromGuest(_ frame: EthernetFrame, _ outbox: inout Outbox) {
    stations[frame.source.rawValue] = WiFiBridge.guests
    if let address = frame.ownAddress { owners[UInt64(address.rawValue)] = frame.source }
    if frame.destination.isGroup {
      return send([(frame, WiFiBridge.host), (outgoing(frame, &outbox), WiFiBridge.air)], &outbox)
    }
    guard frame.destination != card else { return send([(frame, WiFiBridge.host)], &outbox) }
    guard stations[frame.destination.rawValue] == nil else { return outbox.drop(because: .sameSegment) }
    if case .other(let type, _) = frame.payload, type != WiFiBridge.authentication {
      return outbox.drop(because: .foreignProtocol, origin: origin)
    }
    send([(outgoing(frame, &outbox), WiFiBridge.air)], &outbox)
  }

  private func receiveFromAir(_ frame: EthernetFrame, _ outbox: inout Outbox) {
    if frame.destination.isGroup { return send([(frame, WiFiBridge.host), (frame, WiFiBridge.guests)], &outbox) }
    guard frame.destination == card else { return outbox.drop(because: .notAddressedToUs) }
    guard let address = frame.wantedAddress, let guest = owners[UInt64(address.rawValue)] else {
      return send([(frame, WiFiBridge.host)], &outbox)
    }
    var incoming = frame
    incoming.destination = guest
    if case .arp(var packet) = frame.payload {
      packet.targetHardware = guest
      incoming.payload = .arp(packet)
    }
    send([(incoming, WiFiBridge.guests)], &outbox)
  }

  /// A guest's frame as the card sends it.
  private func outgoing(_ frame: EthernetFrame, _ outbox: inout Outbox) -> EthernetFrame {
    var frame = frame
    frame.source = card
    switch frame.payload {
    case .arp(var packet):
      packet.senderHardware = card
      frame.payload = .arp(packet)
    case .ipv4(var packet):
      askForBroadcast(&packet, &outbox)
      frame.payload = .ipv4(packet)
    case .other: break
    }
    return frame
  }

  /// An answer to the guest's own address would not come through the air (RFC 2131, 4.1).
  private func askForBroadcast(_ packet: inout IPv4Packet, _ outbox: inout Outbox) {
    guard let id = packet.message, case .dhcp(var message)? = outbox.messages[id], message.operation == 1,
      packet.payload.content.offset == 0
    else { return }
    message.wantsBroadcast = true
    packet.payload.content = outbox.messages.content(of: .dhcp(message))
  }

  /// What leads nowhere is left out, unless all of it does.
  private func send(_ copies: [(frame: EthernetFrame, port: PortNumber)], _ outbox: inout Outbox) {
    let open = copies.filter { outbox.isConnected($0.port) }
    if open.count > 1 { outbox.note(.flooded(UInt16(open.count)), origin: origin) }
    for copy in open.isEmpty ? copies : open { outbox.forward(copy.frame, on: copy.port, origin: origin) }
  }
}

extension EthernetFrame {
  /// The IP address its sender says is its own.
  fileprivate var ownAddress: IPv4Address? {
    let address: IPv4Address? =
      switch payload {
      case .arp(let packet): packet.senderAddress
      case .ipv4(let packet): packet.source
      case .other: nil
      }
    return address.flatMap { $0.isAny ? nil : $0 }
  }

  /// The IP address it is for.
  fileprivate var wantedAddress: IPv4Address? {
    switch payload {
    case .arp(let packet): packet.targetAddress
    case .ipv4(let packet): packet.destination
    case .other: nil
    }
  }
}

/// `kind: wifi-bridge`.
public struct WiFiBridgeSettings: DeviceKind {
  public static let word = "wifi-bridge"
  public static let summary = "Lets guests share the host's Wi-Fi card: their frames leave with its address"
  public static let role = DeviceRole.bridge
  public static let growsPorts = false
  public static let fields: [any FieldDeclaration] = [mac]

  private static let mac = Field(
    "mac", Shape<MACAddress>.macAddress.located, "The card's address, which is also the host's", required: true)

  private let card: MACAddress
  private let origin: Origin

  public init?(_ reader: inout DeviceReader) {
    guard let mac = reader.read(Self.mac) else { return nil }
    card = mac.value
    origin = reader.origin("wifi-bridge \(mac.value)", at: mac.location)
  }

  public var ports: [PortDescription] {
    [PortDescription(name: "host"), PortDescription(name: "guests"), PortDescription(name: "air", associatesAs: card)]
  }
  public var remarks: [Remark] { [.oneAddressForAll] }
  public func makeDevice(ports: Int) -> any Device { WiFiBridge(card: card, origin: origin) }
}
