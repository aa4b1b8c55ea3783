import Configuration
import Devices
import Packets
import Protocols
import Simulation
import Testing

/// A router on a workbench that translates: inside is eth0, 10.0.0.1/24, outside eth1, 203.0.113.2/24, with a router .1.
///
/// Everybody answers ARP. What leaves is told in words, such as `eth1 udp 203.0.113.2:5000 > 198.51.100.80:53`.
struct TranslationBench {
  static let inside: PortNumber = 0
  static let outside: PortNumber = 1

  private var bench: DeviceBench<IPStack>
  private let hardware: [MACAddress]
  private(set) var drops: [DropReason] = []

  /// `more` are fields of the stack beside its interfaces.
  init(_ more: (String, Value)..., seed: UInt64 = 1) {
    let own: [(String, Value)] = [
      ("interfaces", ["eth0": "10.0.0.1/24", "eth1": "203.0.113.2/24"]), ("gateway", "203.0.113.1"),
      ("forwards", true),
    ]
    let written = Written<IPStackSettings>(.map(own + more), machine: "nat")
    guard let kind = written.kind, !written.diagnostics.hasErrors, let stack = kind.makeDevice(ports: 2) as? IPStack
    else { preconditionFailure("the test writes a stack that cannot be: \(written.said)") }
    bench = DeviceBench(stack, ports: 2, seed: seed)
    hardware = kind.ports.compactMap(\.hardwareAddress)
  }

  var now: Instant { bench.now }

  /// Has it receive a packet, and says what leaves for that.
  mutating func receive(_ packet: IPv4Packet, on port: PortNumber) -> [String] {
    settle(
      bench.receive(
        EthernetFrame(destination: hardware[Int(port.index)], source: neighbor, payload: .ipv4(packet)), on: port))
  }

  mutating func fromInside(_ packet: IPv4Packet) -> [String] { receive(packet, on: TranslationBench.inside) }
  mutating func fromOutside(_ packet: IPv4Packet) -> [String] { receive(packet, on: TranslationBench.outside) }

  /// An ICMP error about `packet`, as somebody at `source` sends it.
  mutating func error(
    _ kind: ICMPMessage.Kind, from source: String, to destination: String, about packet: IPv4Packet
  ) -> IPv4Packet {
    let quote = bench.messages.insert(.quote(Quote(packet, length: UInt16(packet.length))))
    return IPv4Packet(
      source: address(source), destination: address(destination),
      payload: .icmp(ICMPMessage(kind, content: .message(quote, length: UInt16(packet.length)))))
  }

  /// Has it do something itself.
  mutating func perform(_ command: any Command) -> [String] { settle(bench.perform(command).deeds) }

  mutating func wait(_ span: TimeSpan) { _ = settle(bench.advance(by: span)) }

  private var neighbor: MACAddress { MACAddress(rawValue: 0x0200_0000_0099) }

  private mutating func settle(_ deeds: [Deed]) -> [String] {
    var waiting = deeds[...]
    var said: [String] = []
    while let deed = waiting.popFirst() {
      switch deed {
      case .dropped(let reason): drops.append(reason)
      case .undecided: Issue.record("a frame has no fate")
      case .sent(let frame, let port):
        switch frame.payload {
        case .ipv4(let packet): said.append("eth\(port.index) \(words(packet))")
        case .arp(let asked) where asked.operation == .request && asked.senderAddress != asked.targetAddress:
          let answer = ARPPacket(
            operation: .reply, senderHardware: neighbor, senderAddress: asked.targetAddress,
            targetHardware: asked.senderHardware, targetAddress: asked.senderAddress)
          waiting += bench.receive(
            EthernetFrame(destination: asked.senderHardware, source: neighbor, payload: .arp(answer)), on: port)
        default: break
        }
      default: break
      }
    }
    return said
  }

  private func words(_ packet: IPv4Packet) -> String {
    let ends = "\(packet.source) > \(packet.destination)"
    switch packet.payload {
    case .udp(let datagram):
      return "udp \(packet.source):\(datagram.sourcePort) > \(packet.destination):\(datagram.destinationPort)"
    case .tcp(let segment):
      let reset = segment.flags.contains(.rst) ? " reset" : ""
      let size = segment.maximumSegmentSize == 0 ? "" : " mss \(segment.maximumSegmentSize)"
      return "tcp \(packet.source):\(segment.sourcePort) > \(packet.destination):\(segment.destinationPort)"
        + reset + size
    case .icmp(let message):
      switch message.kind {
      case .echoRequest(let identifier, _): return "echo \(identifier) \(ends)"
      case .echoReply(let identifier, _): return "reply \(identifier) \(ends)"
      default:
        guard let id = message.content.message, case .quote(let quote) = bench.messages[id] else {
          return "icmp \(ends)"
        }
        return "\(message.kind.wire.type)/\(message.kind.wire.code) \(ends) about \(words(quote.packet))"
      }
    case .other(let transport, _): return "\(transport.rawValue) \(ends)"
    }
  }
}

/// An end as `10.0.0.2:5000`.
func end(_ text: String) -> Endpoint {
  let parts = text.split(separator: ":")
  return Endpoint(address(String(parts[0])), parts.count > 1 ? UInt16(parts[1]) ?? 0 : 0)
}

/// The source port, or the identifier, that a line of the bench tells.
func port(in line: String?) -> UInt16? {
  guard let words = line?.split(separator: " "), words.count > 2 else { return nil }
  if words[1] == "echo" { return UInt16(words[2]) }
  return words[2].split(separator: ":").last.flatMap { UInt16($0) }
}

extension IPv4Packet {
  static func udp(_ source: String, _ destination: String) -> IPv4Packet {
    let datagram = UDPDatagram(
      sourcePort: end(source).port, destinationPort: end(destination).port, content: .pattern(length: 8))
    return IPv4Packet(source: end(source).address, destination: end(destination).address, payload: .udp(datagram))
  }

  static func tcp(_ source: String, _ destination: String, _ flags: TCPSegment.Flags) -> IPv4Packet {
    let segment = TCPSegment(
      sourcePort: end(source).port, destinationPort: end(destination).port, sequence: 0, flags: flags)
    return IPv4Packet(source: end(source).address, destination: end(destination).address, payload: .tcp(segment))
  }

  static func echo(_ identifier: UInt16, _ source: String, _ destination: String) -> IPv4Packet {
    IPv4Packet(
      source: address(source), destination: address(destination),
      payload: .icmp(ICMPMessage(.echoRequest(identifier: identifier, sequence: 1))))
  }

  static func echoReply(_ identifier: UInt16, _ source: String, _ destination: String) -> IPv4Packet {
    IPv4Packet(
      source: address(source), destination: address(destination),
      payload: .icmp(ICMPMessage(.echoReply(identifier: identifier, sequence: 1))))
  }

  static func other(_ transport: UInt8, _ source: String, _ destination: String) -> IPv4Packet {
    IPv4Packet(
      source: address(source), destination: address(destination),
      payload: .other(IPProtocol(rawValue: transport), .pattern(length: 8)))
  }
}
