import Packets
import Simulation

/// The server's half of RFC 2131 for one interface.
///
/// What distinguishes one daemon from another is configuration. While an address is being checked other clients wait,
/// because the daemons it follows do nothing else meanwhile.
public struct DHCPServer: Sendable {
  public struct Reservation: Hashable, Sendable {
    public var hardwareAddress: MACAddress
    public var address: IPv4Address
    /// Option 12, for who asks.
    public var hostName: String?

    public init(_ hardwareAddress: MACAddress, _ address: IPv4Address, hostName: String? = nil) {
      self.hardwareAddress = hardwareAddress
      self.address = address
      self.hostName = hostName
    }
  }

  public enum Allocation: Hashable, Sendable {
    /// The lowest free address.
    case ascending
    /// The address the client's hardware address hashes to, or the next free one; a declined address shifts the hash.
    case hashOfHardwareAddress
  }

  public enum Check: Hashable, Sendable {
    case none
    /// Asks the network before a dynamic address is offered and waits that long for an answer.
    case ping(wait: TimeSpan)
  }

  public enum OptionOrder: Hashable, Sendable {
    /// 53, 54, 51, 58, 59, 1, 28 always; then 3, 6, 15, 12, 44 as far as the client asked.
    case fixed
    /// 53, 54, 51; then what the client asked for in the order it asked. Who names nothing gets 1, 28, 3, 6, 15, 44.
    case asRequested
  }

  public struct Configuration: Hashable, Sendable {
    /// Nil serves reservations only.
    public var pool: ClosedRange<IPv4Address>?
    public var prefix: IPv4Prefix
    public var serverAddress: IPv4Address
    public var router: IPv4Address?
    public var nameservers: [IPv4Address] = []
    public var domain: String?
    public var netbios: [IPv4Address] = []
    public var lease: TimeSpan = .seconds(3600)
    public var minimumLease: TimeSpan = .zero
    /// What a client can get that asks for more.
    public var maximumLease: TimeSpan = .seconds(3600)
    /// Options 58 and 59: a half and seven eighths of the lease, a little less on renewals.
    public var sendsRenewalTimes = false
    public var allocation = Allocation.ascending
    public var check = Check.none
    public var reservations: [Reservation] = []
    /// Refuses what it does not know instead of keeping silent.
    public var isAuthoritative = false
    /// Refuses the request a client made of another server, as an authoritative dnsmasq does.
    public var refusesForeignRequests = false
    public var leaseLimit = Int.max
    public var optionOrder = OptionOrder.asRequested
    /// How long an offered address is kept for the client, and what a check found is believed.
    public var offerTime: TimeSpan = .seconds(30)
    /// How long a declined address is left alone.
    public var declineTime: TimeSpan = .seconds(600)

    public init(pool: ClosedRange<IPv4Address>?, prefix: IPv4Prefix, serverAddress: IPv4Address) {
      self.pool = pool
      self.prefix = prefix
      self.serverAddress = serverAddress
    }
  }

  public enum Destination: Hashable, Sendable {
    /// To port 68 of everybody on the link.
    case broadcast
    /// To port 68 of an address its owner cannot answer ARP for yet.
    case hardware(MACAddress, IPv4Address)
    /// To port 68 of an address in use.
    case unicast(IPv4Address)
    /// To port 67 of the relay agent.
    case relay(IPv4Address)
  }

  public enum Action: Hashable, Sendable {
    case send(DHCPMessage, to: Destination)
    /// Ask by ARP or ping who has the address and call `checked` after `wait`, or when somebody answers.
    case check(IPv4Address, wait: TimeSpan)
    /// For the journal: a lease given or renewed.
    case leased(IPv4Address, to: MACAddress, for: TimeSpan)
    /// For the journal: a lease given back or declined.
    case released(IPv4Address, by: MACAddress)
    /// The client gets no answer.
    case silent(DropReason)
  }

  public let configuration: Configuration
  var leases: DHCPLeaseTable
  /// Looked up, never iterated: the places of reservations.
  var reservationOfHardware: [MACAddress: Int] = [:]
  var reservationOfAddress: [IPv4Address: Int] = [:]
  /// Until when a reservation is not served, because its client declined the address.
  var declinedUntil: [IPv4Address: Instant] = [:]
  /// Dynamic addresses declined so far; shifts the hash.
  var epoch: UInt32 = 0
  /// The offer that waits for its check, and what came meanwhile, in order.
  var pending: (message: DHCPMessage, address: IPv4Address, checks: Int)?
  var waiting: [DHCPMessage] = []

  public init(_ configuration: Configuration) {
    self.configuration = configuration
    leases = DHCPLeaseTable(pool: configuration.pool)
    for (index, reservation) in configuration.reservations.enumerated() {
      // The first of two that claim the same wins.
      guard reservationOfAddress[reservation.address] == nil,
        reservationOfHardware[reservation.hardwareAddress] == nil
      else { continue }
      reservationOfHardware[reservation.hardwareAddress] = index
      reservationOfAddress[reservation.address] = index
      leases.exclude(reservation.address)
    }
    leases.exclude(configuration.serverAddress)
    if let router = configuration.router { leases.exclude(router) }
    if configuration.prefix.length < 31 {
      leases.exclude(configuration.prefix.network)
      leases.exclude(configuration.prefix.broadcast)
    }
    if configuration.allocation == .hashOfHardwareAddress { excludeEndsOfClassC() }
  }

  /// Some stacks take .0 and .255 of a class C network for broadcast even inside a larger block.
  private mutating func excludeEndsOfClassC() {
    guard let pool = configuration.pool else { return }
    var block = pool.lowerBound.rawValue & ~255
    while block <= pool.upperBound.rawValue {
      if block >> 29 == 0b110 {
        leases.exclude(IPv4Address(rawValue: block))
        leases.exclude(IPv4Address(rawValue: block | 255))
      }
      let (next, overflow) = block.addingReportingOverflow(256)
      guard !overflow else { return }
      block = next
    }
  }

  /// Takes a message that came to port 67.
  public mutating func receive(
    _ message: DHCPMessage, now: Instant, random: inout RandomSource
  ) -> [Action] {
    guard message.operation == 1, let kind = message.kind, !message.clientHardware.isGroup,
      message.clientHardware != .zero
    else { return [.silent(.badRequest)] }
    guard pending == nil else {
      guard waiting.count < DHCPServer.waitingLimit else { return [.silent(.queueFull)] }
      waiting.append(message)
      return []
    }
    leases.expire(now)
    switch kind {
    case .discover: return discover(message, checks: 0, now, &random)
    case .request: return request(message, now, &random)
    case .decline: return decline(message, now)
    case .release: return release(message, now)
    case .inform: return [.send(information(message), to: destination(of: message))]
    case .offer, .ack, .nak: return [.silent(.badRequest)]
    }
  }

  /// About what the receive buffer of a Linux socket holds.
  static let waitingLimit = 256
  /// Addresses in use found in a row for one client before it is left without an answer.
  static let checkLimit = 10

  /// What the check found; goes on with the offer and with the clients that waited.
  public mutating func checked(
    _ address: IPv4Address, isFree: Bool, now: Instant, random: inout RandomSource
  ) -> [Action] {
    guard let (message, expected, checks) = pending, expected == address else { return [] }
    pending = nil
    leases.expire(now)
    var actions: [Action]
    if isFree {
      actions = [offer(address, to: message, now, &random)]
    } else {
      leases.block(address, until: now + configuration.offerTime)
      actions = discover(message, checks: checks, now, &random)
    }
    while pending == nil, !waiting.isEmpty {
      actions += receive(waiting.removeFirst(), now: now, random: &random)
    }
    return actions
  }

  /// The address `hardware` holds now.
  public func address(of hardware: MACAddress, now: Instant) -> IPv4Address? {
    leases.bound(DHCPClientKey.hardware(hardware), now)
  }
}
