import Packets
import Scrutiny
import Testing

/// Frames of every kind, damaged where it hurts, with their checksums put right again.
@Suite("Damaged frames") struct DamagedFrameTests {
  private static let perSeed = 160_000

  @Test("more than a million are refused, or read as what they say", arguments: 0..<8)
  func damaged(seed: UInt64) {
    var generator = FrameGenerator(seed: 1000 + seed)
    var mutator = Mutator(SplitMix(state: seed))
    var frames: [[UInt8]] = []
    while frames.count < 300 {
      let bytes = generator.frame().encoded(generator.messages)
      // Long ones only take longer: what is read of them is at the beginning.
      if bytes.count < 400 { frames.append(bytes) }
    }
    var accepted = 0
    var kinds: [String: Int] = [:]  // looked up, never iterated
    for round in 0..<Self.perSeed {
      let damaged = mutator.damaged(frames[round % frames.count], with: frames[(round * 7 + 3) % frames.count])
      let bytes = ChecksumRepair.repaired(damaged)
      switch FrameScrutiny.examine(bytes) {
      case .accepted(let frame, let messages):
        accepted += 1
        kinds[kind(of: frame, messages), default: 0] += 1
      case .refused: break
      case .wrong(let words): Issue.record("\(words): \(FrameScrutiny.hexadecimal(bytes))")
      }
    }
    // Not all of it is refused at the door.
    #expect(accepted > Self.perSeed / 2)
    for kind in ["dhcp", "dns", "http", "bridge", "quote", "tunnel", "bytes", "none"] {
      #expect(kinds[kind, default: 0] > 100, "\(kind)")
    }
  }

  private func kind(of frame: EthernetFrame, _ messages: MessageTable) -> String {
    switch frame.message.flatMap({ messages[$0] }) {
    case .dhcp: "dhcp"
    case .dns: "dns"
    case .http: "http"
    case .bridge: "bridge"
    case .aggregation: "aggregation"
    case .selective: "selective"
    case .quote: "quote"
    case .encapsulated: "tunnel"
    case .bytes: "bytes"
    case nil: "none"
    }
  }

  @Test("putting checksums right leaves a right frame as it is, and makes a damaged one readable")
  func repair() {
    var generator = FrameGenerator(seed: 5)
    var checked = 0
    for _ in 0..<500 {
      let bytes = generator.frame().encoded(generator.messages)
      guard case .accepted(let frame, let messages) = FrameScrutiny.examine(bytes),
        case .ipv4(let packet) = frame.payload, !packet.isFragment
      else { continue }
      if case .udp(let datagram) = packet.payload, !datagram.hasChecksum { continue }
      // The same holds for what is in a tunnel.
      if case .encapsulated? = packet.message.flatMap({ messages[$0] }) { continue }
      // A quote that is cut keeps a checksum over more than it has.
      if case .icmp(let message) = packet.payload, message.kind.isError { continue }
      #expect(ChecksumRepair.repaired(bytes) == bytes)
      var damaged = bytes
      damaged[bytes.count - packet.payload.length - 10] ^= 0x55
      guard case .refused = FrameScrutiny.examine(damaged) else { continue }
      guard case .accepted = FrameScrutiny.examine(ChecksumRepair.repaired(damaged)) else {
        Issue.record("\(FrameScrutiny.hexadecimal(damaged))")
        continue
      }
      checked += 1
    }
    #expect(checked > 50)
  }
}
