import Packets
import Simulation

/// How a stack takes part in ARP, beside what it knows of its neighbours.
struct AddressResolution: Sendable {
  /// The answer for somebody else to a question asked of everybody is held back for a random part of this (Linux,
  /// `proxy_delay`), so that who has the address comes first.
  static let proxyDelay = TimeSpan.milliseconds(800)
  /// Answers for others that may be held back; questions beyond are dropped (Linux, `proxy_qlen`).
  static let proxyLimit = 64

  /// Whether an address is answered for on every interface (Linux, `arp_ignore` 0) or only on its own (1).
  var answersEverywhere = true
  /// Whether an interface says what addresses it has when it comes up (Linux, `arp_notify`; RFC 5227, 3).
  var announces = false
  /// Answers for others that are held back, by the timer's generation; looked up, never iterated.
  var heldBack: [UInt32: HeldBack] = [:]

  /// A question about somebody else's address that will be answered.
  struct HeldBack: Sendable {
    var question: ARPPacket
    var port: PortNumber
    var cause: FrameID
  }
}

extension ARPPacket {
  /// Whether it tells everybody where its sender is (RFC 5227, 3); of a reply Linux wants the hardware address twice too.
  var isGratuitous: Bool {
    senderAddress == targetAddress && (operation == .request || targetHardware == senderHardware)
  }
}
