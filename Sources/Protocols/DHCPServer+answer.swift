import Packets
import Simulation

extension DHCPServer {
  /// DHCPOFFER or DHCPACK for the address (RFC 2131, table 3).
  func answer(
    _ kind: DHCPMessage.Kind, _ address: IPv4Address, to message: DHCPMessage, for duration: TimeSpan,
    early: UInt64 = 0
  ) -> DHCPMessage {
    var answer = reply(kind, to: message)
    answer.yourAddress = address
    answer.clientAddress = kind == .ack ? message.clientAddress : .any
    answer.options.append(.leaseTime(seconds(duration)))
    if configuration.sendsRenewalTimes, duration != .endless {
      let whole = UInt64(seconds(duration))
      answer.options.append(.renewalTime(UInt32(clamping: whole / 2 - early)))
      answer.options.append(.rebindingTime(UInt32(clamping: whole * 7 / 8 - early)))
    }
    answer.options += parameters(for: message) + agentInformation(message)
    return answer
  }

  /// DHCPACK to DHCPINFORM: parameters, neither address nor lease (RFC 2131, 4.3.5).
  func information(_ message: DHCPMessage) -> DHCPMessage {
    var answer = reply(.ack, to: message)
    answer.clientAddress = message.clientAddress
    answer.options += parameters(for: message) + agentInformation(message)
    return answer
  }

  /// DHCPNAK: type, server and why, to everybody on the client's link (RFC 2131, table 3 and 4.3.2).
  ///
  /// - Parameter isUnicast: Whether the client asked the server alone; on another network only the same way leads back.
  func refusal(_ message: DHCPMessage, because text: String, isUnicast: Bool = false) -> [Action] {
    var answer = reply(.nak, to: message)
    answer.options += [.message(text)] + agentInformation(message)
    guard message.relayAgent.isAny else {
      answer.wantsBroadcast = true
      return [.send(answer, to: .relay(message.relayAgent))]
    }
    let address = message.clientAddress
    guard isUnicast, !address.isAny, !configuration.prefix.contains(address) else {
      return [.send(answer, to: .broadcast)]
    }
    return [.send(answer, to: .unicast(address))]
  }

  /// What a relay agent added goes back to it as it came, behind everything else (RFC 3046, 2.2).
  private func agentInformation(_ message: DHCPMessage) -> [DHCPOption] {
    message.options.filter { $0.code == DHCPOption.agentInformation }
  }

  /// RFC 2131, 4.1: relay, address in use, broadcast where asked for, else the hardware address.
  func destination(of message: DHCPMessage, _ address: IPv4Address = .any) -> Destination {
    if !message.relayAgent.isAny { return .relay(message.relayAgent) }
    if !message.clientAddress.isAny { return .unicast(message.clientAddress) }
    if message.wantsBroadcast || address.isAny { return .broadcast }
    return .hardware(message.clientHardware, address)
  }

  /// What the client asks for within the limits, in whole seconds.
  func duration(for message: DHCPMessage) -> TimeSpan {
    let asked = message.leaseTime.map { $0 == .max ? TimeSpan.endless : .seconds(UInt64($0)) }
    let limit = max(configuration.minimumLease, configuration.maximumLease)
    let granted = max(configuration.minimumLease, min(limit, asked ?? configuration.lease))
    return granted.nanoseconds / 1_000_000_000 >= UInt64(UInt32.max) ? .endless : granted
  }

  private func seconds(_ duration: TimeSpan) -> UInt32 {
    UInt32(clamping: duration == .endless ? UInt64(UInt32.max) : duration.nanoseconds / 1_000_000_000)
  }

  private func reply(_ kind: DHCPMessage.Kind, to message: DHCPMessage) -> DHCPMessage {
    var answer = DHCPMessage(
      operation: 2, transaction: message.transaction, clientHardware: message.clientHardware,
      options: [.messageType(kind), .serverIdentifier(configuration.serverAddress)])
    answer.wantsBroadcast = message.wantsBroadcast
    answer.relayAgent = message.relayAgent
    return answer
  }

  private func parameters(for message: DHCPMessage) -> [DHCPOption] {
    let asked = message.parameterRequests
    switch configuration.optionOrder {
    case .fixed:
      return [1, 28].compactMap { parameter($0, message) }
        + [3, 6, 15, 12, 44].filter { asked?.contains($0) ?? false }.compactMap { parameter($0, message) }
    case .asRequested:
      var seen: Set<UInt8> = []
      return (asked ?? [1, 28, 3, 6, 15, 44]).filter { seen.insert($0).inserted }
        .compactMap { parameter($0, message) }
    }
  }

  private func parameter(_ code: UInt8, _ message: DHCPMessage) -> DHCPOption? {
    let network = network(of: message) ?? 0
    let prefix = network == 0 ? configuration.prefix : configuration.relayed[network - 1].prefix
    return switch code {
    case 1: .subnetMask(prefix.netmask)
    case 28: .broadcastAddress(prefix.broadcast)
    case 3: router(of: network).map { .routers([$0]) }
    case 6: configuration.nameservers.isEmpty ? nil : .domainNameServers(configuration.nameservers)
    case 15: configuration.domain.map { .domainName($0) }
    case 12: hostName(for: message, in: network).map { .hostName($0) }
    case 44: configuration.netbios.isEmpty ? nil : .netBIOSNameServers(configuration.netbios)
    default: nil
    }
  }

  private func router(of network: Int) -> IPv4Address? {
    network == 0 ? configuration.router : configuration.relayed[network - 1].router ?? agents[network]
  }

  /// The name a client is told: the reserved one, or with dnsmasq the one it gave itself.
  private func hostName(for message: DHCPMessage, in network: Int) -> String? {
    reservation(message.clientHardware, in: network)?.hostName
      ?? (configuration.optionOrder == .fixed ? message.hostName : nil)
  }

  /// The names of a client, the bare one and the one in the domain; only the first label of what it calls itself counts.
  func names(of message: DHCPMessage) -> [DomainName] {
    let given = reservationOfHardware[message.clientHardware].flatMap { configuration.reservations[$0].hostName }
    guard let label = (given ?? message.hostName)?.split(separator: ".").first, let name = DomainName(String(label))
    else { return [] }
    return [name] + (configuration.domain.flatMap { DomainName("\(name).\($0)") }.map { [$0] } ?? [])
  }

  /// The reservation of a client, if it is in the network it is on.
  func reservation(_ hardware: MACAddress, in network: Int) -> Reservation? {
    guard let index = reservationOfHardware[hardware] else { return nil }
    let reservation = configuration.reservations[index]
    return networks.place(of: reservation.address) == network ? reservation : nil
  }
}
