import Packets
import Scenarios
import Simulation

/// A rewriting as a reader should see it: complete, and with identifiers called what they are.
struct Rewriting {
  var before: String
  var after: String
  var isReverse: Bool
  var side: Translation.Side

  /// - Parameter later: The hops of the packet from the rewriting on. A proxy's socket gets its address only from the stack it is
  ///   in, one hop later.
  init(_ translation: Translation, _ later: ArraySlice<Hop>) {
    var translation = translation
    if translation.after.address.isAny, translation.side == .source,
      let filled = later.lazy.compactMap({ $0.frame.packet?.source }).first(where: { !$0.isAny })
    {
      translation.after.address = filled
    }
    self.init(translation, isEcho: later.first?.frame.packet?.isICMP ?? false)
  }

  init(_ translation: Translation, isEcho: Bool) {
    before = Rewriting.words(for: translation.before, isEcho)
    after = Rewriting.words(for: translation.after, isEcho)
    isReverse = translation.isReverse
    side = translation.side
  }

  /// `10.0.0.1:80`; of an echo `10.0.0.1 id 80`; of an ICMP error only the address, since it has neither.
  private static func words(for endpoint: Endpoint, _ isEcho: Bool) -> String {
    guard isEcho else { return "\(endpoint)" }
    return endpoint.port == 0 ? "\(endpoint.address)" : "\(endpoint.address) id \(endpoint.port)"
  }
}

extension IPv4Packet {
  var isICMP: Bool {
    if case .icmp = payload { true } else { false }
  }
}
