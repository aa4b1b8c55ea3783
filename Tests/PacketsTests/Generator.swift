import Packets

/// SplitMix64: the same frames on every machine.
struct SplitMix: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var z = state
    z = (z ^ z >> 30) &* 0xbf58_476d_1ce4_e5b9
    z = (z ^ z >> 27) &* 0x94d0_49bb_1331_11eb
    return z ^ z >> 31
  }
}

/// Makes frames of every kind that can exist on a wire.
struct FrameGenerator {
  var random: SplitMix
  var messages = MessageTable()

  init(seed: UInt64) { random = SplitMix(state: seed) }

  mutating func value<T: FixedWidthInteger & UnsignedInteger>(_: T.Type = T.self) -> T {
    T(truncatingIfNeeded: random.next())
  }
  mutating func number(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &random) }
  mutating func chance(_ one: Int) -> Bool { number(1...one) == 1 }
  mutating func address() -> IPv4Address { IPv4Address(rawValue: value()) }
  mutating func hardware() -> MACAddress { MACAddress(rawValue: value()) }
  mutating func bytes(_ count: Int) -> [UInt8] { (0..<count).map { _ in value() } }
  /// A port no protocol we read is assigned.
  mutating func port() -> UInt16 { UInt16(number(1024...65535)) }

  mutating func frame(depth: Int = 0) -> EthernetFrame {
    let payload: EthernetPayload
    switch number(0...12) {
    case 0:
      payload = .arp(
        ARPPacket(
          operation: .init(rawValue: UInt16(number(0...10))), senderHardware: hardware(),
          senderAddress: address(),
          targetHardware: hardware(), targetAddress: address()))
    case 1: payload = .other(EtherType(rawValue: 0x88b5), plainContent(0...1500))
    case 2: payload = bridgeUnit().payload(in: &messages)
    default: payload = .ipv4(packet(depth: depth))
    }
    let tag = chance(4) ? VLANTag(control: value()) : nil
    return EthernetFrame(destination: hardware(), source: hardware(), tag: tag, payload: payload)
  }

  private mutating func bridgeUnit() -> BridgeProtocolDataUnit {
    guard !chance(4) else { return .topologyChange }
    var unit = BridgeProtocolDataUnit.Configuration(
      root: BridgeIdentifier(rawValue: value()), rootPathCost: value(), bridge: BridgeIdentifier(rawValue: value()),
      port: BridgePortIdentifier(rawValue: value()), messageAge: value(), maxAge: value(), helloTime: value(),
      forwardDelay: value())
    unit.isTopologyChange = chance(2)
    unit.isTopologyChangeAcknowledged = chance(2)
    return .configuration(unit)
  }

  mutating func packet(depth: Int) -> IPv4Packet {
    var packet = IPv4Packet(
      source: address(), destination: address(), identification: value(), timeToLive: value(),
      typeOfService: value(), optionsLength: chance(4) ? UInt8(4 * number(1...10)) : 0,
      fragmentation: chance(2) ? IPv4Packet.dontFragmentFlag : 0, payload: payload(depth: depth))
    guard depth == 0, chance(5) else { return packet }
    cut(&packet)
    return packet
  }

  /// Makes a first or a later fragment out of a whole packet.
  private mutating func cut(_ packet: inout IPv4Packet) {
    let whole = packet.payload
    let header = whole.headerLength
    var content = whole.content
    let firstUnits = (header + 7) / 8 + number(0...20)
    guard whole.length > firstUnits * 8 else { return }
    packet.fragmentation = IPv4Packet.moreFragmentsFlag
    if chance(2) {
      packet.unfragmentedLength = UInt16(whole.length)
      content.length = UInt16(firstUnits * 8 - header)
      packet.payload.content = content
    } else {
      packet.fragmentation = UInt16(firstUnits)
      content.offset += UInt32(firstUnits * 8 - header)
      content.length -= UInt16(firstUnits * 8 - header)
      packet.payload = .other(whole.number, content)
    }
  }

  private mutating func payload(depth: Int) -> IPv4Payload {
    switch number(0...(depth < 3 ? 7 : 6)) {
    case 7: return .udp(tunnelled(depth: depth))
    case 0: return .icmp(icmpMessage(depth: depth))
    case 1:
      return .tcp(segment(content: chance(3) ? messages.content(of: .http(http())) : plainContent(0...1460)))
    case 2:
      let content = messages.content(of: .dhcp(dhcp()))
      return .udp(UDPDatagram(sourcePort: 68, destinationPort: 67, content: content))
    case 3:
      let content = messages.content(of: .dns(dns()))
      return .udp(UDPDatagram(sourcePort: port(), destinationPort: 53, content: content))
    case 4: return .other(IPProtocol(rawValue: UInt8(number(90...255))), plainContent(0...1480))
    default:
      var datagram = UDPDatagram(sourcePort: port(), destinationPort: port(), content: plainContent(0...1472))
      datagram.hasChecksum = !chance(4)
      return .udp(datagram)
    }
  }

  private mutating func tunnelled(depth: Int) -> UDPDatagram {
    let network = VirtualNetworkID(rawValue: UInt32(number(0...0xff_ffff)))!
    var carried = EncapsulatedFrame(frame(depth: depth + 1), network: network)
    if chance(4) { carried.flags = value() }
    var datagram = UDPDatagram(
      sourcePort: port(), destinationPort: chance(8) ? port() : EncapsulatedFrame.port,
      content: messages.content(of: .encapsulated(carried)))
    datagram.hasChecksum = chance(2)
    return datagram
  }

  private mutating func icmpMessage(depth: Int) -> ICMPMessage {
    let kind: ICMPMessage.Kind
    switch number(0...(depth < 3 ? 6 : 2)) {
    case 0: kind = .echoRequest(identifier: value(), sequence: value())
    case 1: kind = .echoReply(identifier: value(), sequence: value())
    case 2: kind = .other(type: UInt8(number(13...255)), code: value(), rest: value())
    case 3: kind = .timeExceeded(code: value())
    case 4: kind = .redirect(code: value(), gateway: address())
    default: kind = .unreachable(UnreachableCode(rawValue: value()), mtu: value())
    }
    guard kind.isError else { return ICMPMessage(kind, content: plainContent(0...1472)) }
    let quoted = packet(depth: depth + 1)
    let length = chance(3) ? number(28...max(28, quoted.length)) : quoted.length
    let quote = Quote(quoted, length: UInt16(min(length, quoted.length)))
    return ICMPMessage(kind, content: messages.content(of: .quote(quote)))
  }

  private mutating func segment(content: Content) -> TCPSegment {
    var segment = TCPSegment(
      sourcePort: port(), destinationPort: port(), sequence: value(), acknowledgment: value(),
      flags: .init(rawValue: value()), window: value(), content: content)
    if chance(2) { segment.maximumSegmentSize = UInt16(number(1...65535)) }
    if chance(2) { segment.windowScale = UInt8(number(0...14)) }
    segment.permitsSelectiveAcknowledgment = chance(2)
    if chance(3) { segment.otherOptionsLength = UInt8(number(0...31)) }
    segment.urgentPointer = value()
    if content.length == 0, chance(2) { select(&segment) }
    return segment
  }

  /// Has an empty segment say what its sender has beyond the acknowledgment.
  private mutating func select(_ segment: inout TCPSegment) {
    segment.maximumSegmentSize = 0
    segment.windowScale = TCPSegment.noWindowScale
    segment.permitsSelectiveAcknowledgment = false
    segment.otherOptionsLength = chance(2) ? 0 : 4
    var blocks = SelectiveBlocks()
    for _ in 0..<number(1...4) { blocks.append(SelectiveBlocks.Block(start: value(), end: value())) }
    segment.selectiveBlockCount = UInt8(blocks.count)
    segment.content = messages.content(of: .selective(blocks))
  }

  private mutating func plainContent(_ lengths: ClosedRange<Int>) -> Content {
    let length = chance(4) ? number(0...16) : number(lengths)
    guard chance(2) else { return messages.content(of: .bytes(bytes(length))) }
    return Content(
      kind: .pattern, offset: chance(2) ? 0 : UInt32(number(0...400_000)), length: UInt16(length),
      reference: value())
  }

  private mutating func http() -> HTTPMessage {
    chance(2)
      ? .request(host: word(), path: "/" + word())
      : .response(status: UInt16(number(100...599)), bodyLength: UInt16(number(0...1000)))
  }

  private mutating func word() -> String {
    String((0..<number(1...12)).map { _ in "abcdefghijklmnopqrstuvwxyz0123456789-"[number(0...36)] })
  }

  private mutating func name() -> DomainName {
    let labels = (0..<number(0...3)).map { _ in word() } + (chance(2) ? ["example", "net"] : ["net"])
    return DomainName(labels.joined(separator: "."))!
  }

  private mutating func dns() -> DNSMessage {
    var message = DNSMessage(identifier: value(), isResponse: chance(2), questions: [])
    message.isAuthoritative = chance(2)
    message.recursionDesired = chance(2)
    message.recursionAvailable = chance(2)
    message.code = .init(rawValue: value())
    message.questions = (0..<number(0...2)).map { _ in .init(name(), .init(rawValue: value())) }
    message.answers = (0..<number(0...4)).map { _ in
      let data: DNSMessage.RecordData =
        switch number(0...2) {
        case 0: .address(address())
        case 1: .canonicalName(name())
        default: .other(.init(rawValue: 16), bytes(number(0...40)))
        }
      return .init(message.questions.first?.name ?? name(), timeToLive: value(), data)
    }
    return message
  }

  private mutating func dhcp() -> DHCPMessage {
    var message = DHCPMessage(
      operation: UInt8(number(1...2)), transaction: value(), clientHardware: hardware(), options: [])
    message.hops = value()
    message.seconds = value()
    message.wantsBroadcast = chance(2)
    message.clientAddress = address()
    message.yourAddress = address()
    message.nextServer = address()
    message.relayAgent = address()
    message.options = (0..<number(0...20)).map { _ in option() }
    return message
  }

  private mutating func option() -> DHCPOption {
    let addresses = (0..<number(0...4)).map { _ in address() }
    switch number(0...17) {
    case 0: return .subnetMask(address())
    case 1: return .routers(addresses)
    case 2: return .domainNameServers(addresses)
    case 3: return .hostName(word())
    case 4: return .domainName(word())
    case 5: return .interfaceMTU(value())
    case 6: return .broadcastAddress(address())
    case 7: return .netBIOSNameServers(addresses)
    case 8: return .requestedAddress(address())
    case 9: return .leaseTime(value())
    case 10: return .messageType(DHCPMessage.Kind(rawValue: UInt8(number(1...8)))!)
    case 11: return .serverIdentifier(address())
    case 12: return .parameterRequestList(bytes(number(0...20)))
    case 13: return .message(word())
    case 14: return .renewalTime(value())
    case 15: return .rebindingTime(value())
    case 16: return .clientIdentifier(bytes(number(0...20)))
    default: return .other(code: UInt8(number(128...254)), bytes: bytes(number(0...254)))
    }
  }
}

extension String {
  fileprivate subscript(place: Int) -> Character { self[index(startIndex, offsetBy: place)] }
}
