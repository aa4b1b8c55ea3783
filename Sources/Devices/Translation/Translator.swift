import Packets
import Protocols
import Simulation

/// The connections that a stack knows, and the rules that translate them.
struct Translator: Sendable {
  var tracking: ConnectionTracking
  /// What tracking said of the packet being handled, on its way from the first hook to the last.
  var current: ConnectionTracking.Tracked?
  private(set) var rules: TranslationRules
  /// Where there never was a rule, connections are only known, and nothing is looked at that would change them.
  private(set) var translates: Bool
  /// What met each rule, in the places of the chains; as rules are asked about first packets only, of connections.
  private var counters: [[PacketFilter.Counter]]

  init(_ rules: TranslationRules) {
    self.rules = rules
    translates = !rules.isEmpty
    tracking = ConnectionTracking(behavior: rules.behavior)
    counters = TranslationRule.Chain.allCases.map { rules.rules(in: $0).map { _ in PacketFilter.Counter() } }
  }

  /// The rule that decides about a connection's first packet, which it counts (see `TranslationRules.first`).
  fileprivate mutating func rule(
    in chain: TranslationRule.Chain, for packet: IPv4Packet, from: PortNumber, to: PortNumber,
    hasTranslatedDestination: Bool = false
  ) -> TranslationRule? {
    guard
      let number = rules.first(
        in: chain, for: packet, from: from, to: to, hasTranslatedDestination: hasTranslatedDestination)
    else { return nil }
    counters[chain.place][number].packets += 1
    counters[chain.place][number].bytes += UInt64(packet.length)
    return rules.rules(in: chain)[number]
  }

  /// The chains that have rules, with what met each rule.
  var listing: [(chain: TranslationRule.Chain, rules: [(TranslationRule, PacketFilter.Counter)])] {
    TranslationRule.Chain.allCases.map { ($0, Array(zip(rules.rules(in: $0), counters[$0.place]))) }
      .filter { !$0.1.isEmpty }
  }

  /// With other rules for connections to come; a box of another behaviour begins anew.
  func following(_ rules: TranslationRules) -> Translator {
    guard rules.behavior == self.rules.behavior else { return Translator(rules) }
    var next = self
    next.rules = rules
    next.translates = translates || !rules.isEmpty
    next.counters = Translator(rules).counters
    return next
  }
}

/// The four hooks of translation, in netfilter's places.
extension NetworkLayer {
  /// Finds the connection of a packet that has come in, or that leaves the machine that made it; nil where none are
  /// tracked.
  @inline(__always)
  mutating func track(_ packet: IPv4Packet, _ outbox: inout Outbox) -> ConnectionTracking.Tracked? {
    guard !translators.isEmpty else { return nil }
    if case .icmp = packet.payload { return trackMessage(packet, &outbox) }
    return translators[0].tracking.track(packet, now: outbox.now)
  }

  /// What is rare stands apart, here and below, so that what is done for each packet stays together in the cache.
  @inline(never)
  private mutating func trackMessage(_ packet: IPv4Packet, _ outbox: inout Outbox) -> ConnectionTracking.Tracked {
    translators[0].tracking.track(packet, quoted: outbox.quote(in: packet), now: outbox.now)
  }

  /// PREROUTING: what has come in, after the filter and before it is routed.
  ///
  /// - Returns: false when the packet has met its end here.
  @inline(__always)
  mutating func translateInbound(
    _ packet: inout IPv4Packet, on port: PortNumber, _ outbox: inout Outbox
  ) -> Bool {
    guard let tracked = toTranslate(.destination) else { return true }
    return translateInbound(&packet, as: tracked, on: port, &outbox)
  }

  /// What is known of the packet, if there may be something to do to that end of it.
  @inline(__always)
  private func toTranslate(_ side: Translation.Side) -> ConnectionTracking.Tracked? {
    guard !translators.isEmpty, translators[0].translates, let tracked = translators[0].current,
      tracked.mayChange(side)
    else { return nil }
    return tracked
  }

  @inline(never)
  private mutating func translateInbound(
    _ packet: inout IPv4Packet, as tracked: ConnectionTracking.Tracked, on port: PortNumber, _ outbox: inout Outbox
  ) -> Bool {
    if tracked.isFirst, let entry = tracked.entry, !beginInbound(entry, of: packet, on: port, &outbox) { return false }
    rewrite(.destination, of: &packet, as: tracked, &outbox)
    return true
  }

  /// False when the packet has met its end here.
  @inline(never)
  private mutating func beginInbound(
    _ entry: ConnectionTracking.EntryID, of packet: IPv4Packet, on port: PortNumber, _ outbox: inout Outbox
  ) -> Bool {
    guard let rule = translators[0].rule(in: .prerouting, for: packet, from: port, to: .none) else {
      return admit(packet, entry, on: port, &outbox)
    }
    bindDestination(entry, of: packet, by: rule, redirectingTo: self[port].addresses.first?.address, outbox.now)
    return true
  }

  /// INPUT: what is for the machine, after the filter has let it pass. Only now may another connection look the same.
  mutating func translateLocal(_ packet: inout IPv4Packet, on port: PortNumber, _ outbox: inout Outbox) {
    guard let tracked = toTranslate(.source) else { return }
    if tracked.isFirst, let entry = tracked.entry {
      let rule = translators[0].rule(in: .input, for: packet, from: port, to: .none)
      _ = bindSource(entry, of: packet, by: rule, hiddenBehind: nil, &outbox)
    }
    rewrite(.source, of: &packet, as: tracked, &outbox)
  }

  /// OUTPUT: a packet of the machine's own, after it was routed a first time and before the filter.
  mutating func translateOwn(_ packet: inout IPv4Packet, leavingBy port: PortNumber, _ outbox: inout Outbox) {
    let quoted = outbox.quote(in: packet)
    var tracked = translators[0].tracking.track(packet, quoted: quoted, now: outbox.now)
    // An error of the machine's own is about the packet it is just handling, even if that one began nothing (Linux,
    // `nf_ct_attach`).
    if tracked.state == .invalid, quoted != nil { tracked = .relatedToNothing }
    translators[0].current = tracked
    guard translators[0].translates else { return }
    if tracked.isFirst, let entry = tracked.entry,
      let rule = translators[0].rule(in: .output, for: packet, from: .none, to: port)
    {
      bindDestination(entry, of: packet, by: rule, redirectingTo: .loopback, outbox.now)
    }
    rewrite(.destination, of: &packet, as: tracked, &outbox)
  }

  /// POSTROUTING: what leaves, after everything else is decided, the filter included.
  ///
  /// - Returns: nil when it may leave, or why it cannot: the packet is to be dropped.
  @inline(__always)
  mutating func translateOutbound(
    _ packet: inout IPv4Packet, leavingBy port: PortNumber, toward nextHop: IPv4Address, _ outbox: inout Outbox
  ) -> DropReason? {
    guard let tracked = toTranslate(.source) else { return nil }
    return translateOutbound(&packet, as: tracked, leavingBy: port, toward: nextHop, &outbox)
  }

  @inline(never)
  private mutating func translateOutbound(
    _ packet: inout IPv4Packet, as tracked: ConnectionTracking.Tracked, leavingBy port: PortNumber,
    toward nextHop: IPv4Address, _ outbox: inout Outbox
  ) -> DropReason? {
    if tracked.isFirst, let entry = tracked.entry,
      let reason = bindLeaving(entry, of: packet, by: port, toward: nextHop, &outbox)
    {
      return reason
    }
    rewrite(.source, of: &packet, as: tracked, &outbox)
    return nil
  }

  /// How the packet being handled stands to its connection; nil where none are tracked.
  var trackedState: ConnectionTracking.State? {
    @inline(__always) get { translators.isEmpty ? nil : translators[0].current?.state }
  }

  /// A connection whose first packet was refused has never begun.
  mutating func forgetConnection() {
    guard !translators.isEmpty, let current = translators[0].current, current.isFirst, let entry = current.entry
    else { return }
    translators[0].tracking.discard(entry)
  }

  /// What was hidden behind an address is forgotten with it (Linux, `masq_inet_event`).
  mutating func forgetConnections(hiddenBehind address: IPv4Address) {
    guard !translators.isEmpty else { return }
    translators[0].tracking.discardAll(withSource: address)
  }
}

/// Asking the rules about a connection's first packet.
extension NetworkLayer {
  private mutating func bindDestination(
    _ entry: ConnectionTracking.EntryID, of packet: IPv4Packet, by rule: TranslationRule,
    redirectingTo own: IPv4Address?, _ now: Instant
  ) {
    let target: ConnectionTracking.Target
    switch rule.action {
    case .destination(let wanted): target = wanted
    case .redirect(let ports):
      guard let own else { return }
      target = ConnectionTracking.Target(own, ports: ports)
    case .network(let prefix):
      target = ConnectionTracking.Target(prefix.counterpart(of: packet.destination))
    case .accept, .masquerade, .source: return
    }
    translators[0].tracking.bindDestination(entry, to: target, origin: rule.origin, now: now)
  }

  @inline(never)
  private mutating func bindLeaving(
    _ entry: ConnectionTracking.EntryID, of packet: IPv4Packet, by port: PortNumber,
    toward nextHop: IPv4Address, _ outbox: inout Outbox
  ) -> DropReason? {
    // What stays in the machine is asked no rules, so that nobody loses the way to himself.
    guard port != .none, self[port].kind == .ethernet else {
      return bindSource(entry, of: packet, by: nil, hiddenBehind: nil, &outbox)
        ? nil : .portsExhausted
    }
    let rule = translators[0].rule(
      in: .postrouting, for: packet, from: .none, to: port,
      hasTranslatedDestination: translators[0].tracking.isDestinationTranslated(entry))
    var own: IPv4Address?
    if case .masquerade = rule?.action {
      own = self[port].address(toward: nextHop)
      // Linux, `nf_nat_masquerade_ipv4`: without an address there is nothing to hide behind.
      guard own != nil else { return .noAddress }
    }
    return bindSource(entry, of: packet, by: rule, hiddenBehind: own, &outbox)
      ? nil : .portsExhausted
  }

  private mutating func bindSource(
    _ entry: ConnectionTracking.EntryID, of packet: IPv4Packet, by rule: TranslationRule?,
    hiddenBehind own: IPv4Address?, _ outbox: inout Outbox
  ) -> Bool {
    let target: ConnectionTracking.Target?
    switch rule?.action {
    case .masquerade(let ports): target = own.map { ConnectionTracking.Target($0, ports: ports) }
    case .source(let wanted): target = wanted
    case .network(let prefix):
      target = ConnectionTracking.Target(prefix.counterpart(of: packet.source))
    case .accept, .destination, .redirect, nil: target = nil
    }
    guard let target, let rule else {
      return translators[0].tracking.bindUnchanged(entry, now: outbox.now, random: &outbox.random)
    }
    return translators[0].tracking.bindSource(
      entry, to: target, origin: rule.origin, now: outbox.now, random: &outbox.random)
  }

  /// Of what no rule speaks of: whether a mapping lets it in. False when it has met its end here.
  private mutating func admit(
    _ packet: IPv4Packet, _ entry: ConnectionTracking.EntryID, on port: PortNumber,
    _ outbox: inout Outbox
  ) -> Bool {
    guard translators[0].rules.behavior != nil else { return true }
    let isInside = translators[0].rules.isInside(port)
    guard
      translators[0].tracking.admit(
        entry, isInside: isInside, now: outbox.now, random: &outbox.random)
    else {
      outbox.drop(because: .unsolicited)
      return false
    }
    return true
  }

  @inline(__always)
  private mutating func rewrite(
    _ side: Translation.Side, of packet: inout IPv4Packet, as tracked: ConnectionTracking.Tracked,
    _ outbox: inout Outbox
  ) {
    guard tracked.state == .related else {
      if let (translation, origin) = translators[0].tracking.translate(side, of: &packet, as: tracked) {
        outbox.note(.translated(translation), origin: origin)
      }
      return
    }
    rewriteError(side, of: &packet, as: tracked, &outbox)
  }

  @inline(never)
  private mutating func rewriteError(
    _ side: Translation.Side, of packet: inout IPv4Packet, as tracked: ConnectionTracking.Tracked,
    _ outbox: inout Outbox
  ) {
    let quoted = outbox.quote(in: packet)
    var inner = quoted
    guard
      let (translation, origin) = translators[0].tracking.translate(
        side, of: &packet, quoted: &inner, as: tracked)
    else { return }
    if let inner, inner != quoted { outbox.requote(inner, in: &packet) }
    outbox.note(.translated(translation), origin: origin)
  }
}

extension Outbox {
  /// The packet that an ICMP error in `packet` speaks of.
  @inline(__always)
  func quote(in packet: IPv4Packet) -> IPv4Packet? {
    guard case .icmp(let message) = packet.payload, message.kind.isError else { return nil }
    return quote(in: message)
  }

  /// Replaces what an ICMP error quotes.
  mutating func requote(_ quoted: IPv4Packet, in packet: inout IPv4Packet) {
    guard case .icmp(var message) = packet.payload else { return }
    let id = messages.insert(.quote(Quote(quoted, length: message.content.length)))
    // What is replaced is in no packet any more, and this may be replaced again on the way out, or die before.
    if let replaced = message.content.message { borrow(replaced) }
    borrow(id)
    message.content = .message(id, length: message.content.length)
    packet.payload = .icmp(message)
  }
}
