import Devices
import Packets
import Scenarios
import Simulation
import Topology

/// The words in pictures: short, because there is little room.
struct PictureWords: Sendable {
  private let words: any Wording

  init(_ words: any Wording) { self.words = words }

  /// What a device that joins wires is, where it is no plain bridge or hub: `bond`, `Wi-Fi bridge`; of others the role
  /// says enough.
  static func kind(_ settings: any DeviceKind.Type) -> String? {
    guard settings.role == .bridge, settings.word != BridgeSettings.word else { return nil }
    return kinds[settings.word] ?? settings.word.split(separator: "-").joined(separator: " ")
  }

  /// What people call them, where that is not the word they are written with.
  private static let kinds = ["wifi-bridge": "Wi-Fi bridge", "vlan-tagger": "VLAN sub-interfaces"]  // looked up

  /// `1 Gbit/s · 50 µs`, once if both directions are alike; nil for a wire like any other.
  func label(of cables: (there: Cable, back: Cable)) -> String? {
    let (there, back) = (label(of: cables.there), label(of: cables.back))
    return there == back ? there : words.label(there, back: back)
  }

  private func label(of cable: Cable) -> String? {
    var parts: [String] = []
    let (link, impairments) = (cable.configuration, cable.impairments)
    if link.rate > 0 { parts.append(Self.rate(link.rate)) }
    if link.delay > .zero {
      parts.append(link.delay.words + (impairments.jitter.map { " ± \($0.spread.words)" } ?? ""))
    }
    if link.loss > 0 { parts.append(words.loses(Self.percent(link.loss))) }
    if impairments.bursts != nil { parts.append(words.losesInBursts) }
    if let reordering = impairments.reordering { parts.append(words.reorders(Self.percent(reordering.share))) }
    if impairments.duplication > 0 { parts.append(words.doubles(Self.percent(impairments.duplication))) }
    if impairments.corruption > 0 { parts.append(words.damages(Self.percent(impairments.corruption))) }
    if link.mtu != LinkConfiguration.inside.mtu { parts.append("MTU \(link.mtu)") }
    return parts.isEmpty ? nil : parts.joined(separator: " · ")
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

  func remark(_ remark: Remark) -> String { words.remark(remark) }

  // MARK: Verdicts

  /// What happened in a step, and what it was worth.
  func verdict(on step: StepVerdict) -> StepSheet.Verdict {
    let happened = VerdictWords(words).happened(in: step)
    switch step.result {
    case .unplayed: return StepSheet.Verdict(.fails, words.notPlayed)
    case .unjudged: return StepSheet.Verdict(.neutral, happened)
    case .held:
      let isFailure = step.activities.contains { !$0.outcome.succeeded }
      return StepSheet.Verdict(.holds, isFailure ? words.failsAsExpected(happened) : happened)
    case .failed:
      let missed = step.findings.filter { !$0.holds }.map { words.missed($0.word, $0.wish, $0.fact) }
      return StepSheet.Verdict(.fails, words.joined(missed))
    }
  }

  /// ` (8 of 64 drawn)`; nothing where all are.
  func share(_ drawn: Int, of all: Int) -> String { drawn < all ? words.drawn(drawn, of: all) : "" }

  // MARK: Notes

  func translates(_ rewriting: Rewriting, _ label: String?) -> [String] {
    if rewriting.isReverse { return [words.back(to: rewriting.after)] }
    return [label ?? "NAT", "\(rewriting.before) → \(rewriting.after)"]
  }

  func proxies(_ rewriting: Rewriting) -> [String] {
    if rewriting.isReverse { return [words.back(to: rewriting.after)] }
    return [words.socketTranslation, "\(rewriting.before) → \(rewriting.after)"]
  }

  /// Nil where the tag stays as it was.
  func tags(from before: VLANTag?, to after: VLANTag?) -> String? {
    guard before != after else { return nil }
    return after.map { "VLAN \($0.control & 0x0fff)" } ?? words.tagOff
  }

  static func leases(_ message: DHCPMessage) -> [String]? {
    guard let kind = message.kind else { return nil }
    return ["DHCP \(kind.name)"] + (message.yourAddress == .any ? [] : ["\(message.yourAddress)"])
  }

  func dies(_ reason: DropReason, _ packet: IPv4Packet?) -> String {
    guard reason == .noRoute, let packet else { return words.explanation(reason) }
    return words.noRoute(to: packet.destination)
  }
}
