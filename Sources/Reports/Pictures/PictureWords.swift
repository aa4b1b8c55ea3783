import Devices
import Packets
import Scenarios
import Simulation
import Topology

/// The words in pictures: short, because there is little room.
enum PictureWords {
  /// What a device that joins wires is, where it is no plain bridge or hub: `bond`, `Wi-Fi bridge`; of others the role
  /// says enough.
  static func kind(_ settings: any DeviceKind.Type) -> String? {
    guard [.bridge, .tunnel].contains(settings.role), settings.word != BridgeSettings.word else { return nil }
    return kinds[settings.word] ?? settings.word.split(separator: "-").joined(separator: " ")
  }

  /// What people call them, where that is not the word they are written with.
  private static let kinds = ["wifi-bridge": "Wi-Fi bridge", "vlan-tagger": "VLAN sub-interfaces"]  // looked up

  /// `1 Gbit/s · 50 µs`, once if both directions are alike; nil for a wire like any other.
  static func label(of cables: (there: Cable, back: Cable)) -> String? {
    let (there, back) = (label(of: cables.there), label(of: cables.back))
    return there == back ? there : "\(there ?? "plain") there, \(back ?? "plain") back"
  }

  private static func label(of cable: Cable) -> String? {
    var words: [String] = []
    let (link, impairments) = (cable.configuration, cable.impairments)
    if link.rate > 0 { words.append(rate(link.rate)) }
    if link.delay > .zero {
      words.append(link.delay.words + (impairments.jitter.map { " ± \($0.spread.words)" } ?? ""))
    }
    if link.loss > 0 { words.append("loses \(percent(link.loss))") }
    if impairments.bursts != nil { words.append("loses in bursts") }
    if let reordering = impairments.reordering { words.append("reorders \(percent(reordering.share))") }
    if impairments.duplication > 0 { words.append("doubles \(percent(impairments.duplication))") }
    if impairments.corruption > 0 { words.append("damages \(percent(impairments.corruption))") }
    if link.mtu != LinkConfiguration.inside.mtu { words.append("MTU \(link.mtu)") }
    return words.isEmpty ? nil : words.joined(separator: " · ")
  }

  private static func rate(_ bits: UInt64) -> String {
    let units: [(UInt64, String)] = [(1_000_000_000, "Gbit/s"), (1_000_000, "Mbit/s"), (1000, "kbit/s")]
    for (size, name) in units where bits >= size && bits % (size / 10) == 0 {
      let tenths = bits / (size / 10)
      return tenths % 10 == 0 ? "\(tenths / 10) \(name)" : "\(tenths / 10).\(tenths % 10) \(name)"
    }
    return "\(bits) bit/s"
  }

  private static func percent(_ share: Double) -> String {
    let hundredths = Int((share * 10_000).rounded())
    let text = hundredths % 100 == 0 ? "" : ".\(hundredths % 100 < 10 ? "0" : "")\(hundredths % 100)"
    return "\(hundredths / 100)\(text) %"
  }

  // MARK: Verdicts

  /// What happened in a step, and what it was worth.
  static func verdict(on step: StepVerdict) -> StepSheet.Verdict {
    switch step.result {
    case .unplayed: return StepSheet.Verdict(.fails, "not played")
    case .unjudged: return StepSheet.Verdict(.neutral, VerdictWords.happened(in: step))
    case .held:
      let isFailure = step.activities.contains { !$0.outcome.succeeded }
      return StepSheet.Verdict(
        .holds, (isFailure ? "fails as expected: " : "") + VerdictWords.happened(in: step))
    case .failed:
      let missed = step.findings.filter { !$0.holds }.map { "\($0.word): wanted \($0.wanted), got \($0.got)" }
      return StepSheet.Verdict(.fails, missed.joined(separator: "; "))
    }
  }

  /// ` (8 of 64 drawn)`; nothing where all are.
  static func share(_ drawn: Int, of all: Int) -> String { drawn < all ? " (\(drawn) of \(all) drawn)" : "" }

  // MARK: Notes

  static func translates(_ rewriting: Rewriting, _ label: String?) -> [String] {
    if rewriting.isReverse { return ["back to \(rewriting.after)"] }
    return [label ?? "NAT", "\(rewriting.before) → \(rewriting.after)"]
  }

  static func proxies(_ rewriting: Rewriting) -> [String] {
    if rewriting.isReverse { return ["back to \(rewriting.after)"] }
    return ["NAT by a socket of its own", "\(rewriting.before) → \(rewriting.after)"]
  }

  static func wraps(_ network: UInt32) -> String { "into a datagram, VNI \(network)" }
  static func unwraps(_ network: UInt32) -> String { "out of the datagram, VNI \(network)" }

  /// Nil where the tag stays as it was.
  static func tags(from before: VLANTag?, to after: VLANTag?) -> String? {
    guard before != after else { return nil }
    return after.map { "VLAN \($0.control & 0x0fff)" } ?? "tag off"
  }

  static func leases(_ message: DHCPMessage) -> [String]? {
    guard let kind = message.kind else { return nil }
    return ["DHCP \(kind.name)"] + (message.yourAddress == .any ? [] : ["\(message.yourAddress)"])
  }

  static func refuses(_ kind: ICMPMessage.Kind) -> String? {
    switch kind {
    case .unreachable(let code, _):
      switch code {
      case .network: "ICMP network unreachable"
      case .host: "ICMP host unreachable"
      case .protocol: "ICMP protocol unreachable"
      case .port: "ICMP port unreachable"
      case .fragmentationNeeded: "ICMP fragmentation needed"
      default: "ICMP unreachable, code \(code.rawValue)"
      }
    case .timeExceeded: "ICMP time exceeded"
    default: nil
    }
  }

  static func dies(_ reason: DropReason, _ packet: IPv4Packet?) -> String {
    guard reason == .noRoute, let packet else { return reason.explanation }
    return "no route to \(packet.destination)"
  }
}
