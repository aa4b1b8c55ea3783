import Packets
import Protocols
import Simulation

/// Where a rule stands in a table: a packet that matches it has the value under the mask.
struct RuleKey {
  var mask = RuleHeader()
  var value = RuleHeader()
}

/// The keys of a rule, one for each combination of its alternatives.
private struct RuleKeys {
  var keys = [RuleKey()]

  mutating func require(_ value: UInt64, under mask: UInt64, in word: WritableKeyPath<RuleHeader, UInt64>) {
    requireOne(of: [(mask, value)], in: word)
  }

  mutating func requireOne(
    of blocks: [(mask: UInt64, value: UInt64)], in word: WritableKeyPath<RuleHeader, UInt64>
  ) {
    keys = keys.flatMap { key in
      blocks.map { block in
        var key = key
        key.mask[keyPath: word] |= block.mask
        key.value[keyPath: word] |= block.value & block.mask
        return key
      }
    }
  }
}

extension PacketMatch {
  /// More keys than that for one rule cost more memory than it is worth.
  private static let mostKeys = 256

  /// The keys of the rule, and whether they say all of it; what they do not say (most negations) must still be asked.
  ///
  /// Ranges of ports become blocks of a power of two, as networks become prefixes, so that tables hold them as well.
  var keys: (keys: [RuleKey], areComplete: Bool) {
    var result = RuleKeys()
    var areComplete = true
    require(from, shift: 48, &result, &areComplete)
    require(to, shift: 32, &result, &areComplete)
    require(bridgedFrom, shift: 16, &result, &areComplete)
    require(bridgedTo, shift: 0, &result, &areComplete)
    requireAddress(source, shift: 32, &result, &areComplete)
    requireAddress(destination, shift: 0, &result, &areComplete)
    requireTransport(&result, &areComplete)
    requireStates(&result)
    if let hardware {
      if hardware.isNegated {
        areComplete = false
      } else {
        result.require(hardware.value.rawValue, under: .max, in: \.hardware)
        // Nobody's address is on packets that came from nowhere.
        if hardware.value == .zero { areComplete = false }
      }
    }
    if let mark {
      if mark.isNegated || mark.value.value & ~mark.value.mask != 0 {
        areComplete = false
      } else {
        result.require(UInt64(mark.value.value), under: UInt64(mark.value.mask), in: \.mark)
      }
    }
    if let hasTranslatedDestination {
      let bit = RuleHeader.translatedDestination
      result.require(hasTranslatedDestination ? bit : 0, under: bit, in: \.transports)
    }
    requirePorts(destinationPorts, shift: 32, &result, &areComplete)
    requirePorts(sourcePorts, shift: 48, &result, &areComplete)
    return (result.keys, areComplete)
  }

  private func require(
    _ port: Condition<PortNumber>?, shift: UInt64, _ keys: inout RuleKeys, _ areComplete: inout Bool
  ) {
    guard let port else { return }
    guard !port.isNegated else {
      areComplete = false
      return
    }
    keys.require(UInt64(port.value.index) << shift, under: UInt64(UInt16.max) << shift, in: \.interfaces)
  }

  private func requireAddress(
    _ prefix: Condition<IPv4Prefix>?, shift: UInt64, _ keys: inout RuleKeys, _ areComplete: inout Bool
  ) {
    guard let prefix else { return }
    guard !prefix.isNegated else {
      areComplete = false
      return
    }
    let (mask, network) = (prefix.value.netmask.rawValue, prefix.value.network.rawValue)
    keys.require(UInt64(network) << shift, under: UInt64(mask) << shift, in: \.addresses)
  }

  private func requireTransport(_ keys: inout RuleKeys, _ areComplete: inout Bool) {
    if let transport {
      if transport.isNegated {
        areComplete = false
      } else {
        keys.require(UInt64(transport.value.rawValue) << 24, under: 0xff00_0000, in: \.transports)
      }
    }
    guard let icmp else { return }
    keys.require(RuleHeader.isICMP, under: RuleHeader.isICMP, in: \.transports)
    guard !icmp.isNegated else {
      areComplete = false
      return
    }
    keys.require(UInt64(icmp.value.type) << 16, under: 0xff_0000, in: \.transports)
    if let code = icmp.value.code { keys.require(UInt64(code) << 8, under: 0xff00, in: \.transports) }
  }

  private func requireStates(_ keys: inout RuleKeys) {
    guard let states else { return }
    let wanted = ConnectionTracking.State.allCases.filter { states.value.contains($0) != states.isNegated }
    keys.requireOne(of: wanted.map { (RuleHeader.stateMask, RuleHeader.number(of: $0)) }, in: \.transports)
  }

  private func requirePorts(
    _ ports: Condition<[ClosedRange<UInt16>]>?, shift: UInt64, _ keys: inout RuleKeys, _ areComplete: inout Bool
  ) {
    guard let ports else { return }
    keys.require(RuleHeader.hasPorts, under: RuleHeader.hasPorts, in: \.transports)
    let blocks = ports.value.flatMap(PacketMatch.blocks)
    guard !ports.isNegated, keys.keys.count * blocks.count <= PacketMatch.mostKeys else {
      areComplete = false
      return
    }
    keys.requireOne(
      of: blocks.map { (UInt64($0.mask) << shift, UInt64($0.value) << shift) }, in: \.transports)
  }

  /// The fewest blocks of a power of two that make up a range.
  private static func blocks(of range: ClosedRange<UInt16>) -> [(mask: UInt16, value: UInt16)] {
    var blocks: [(mask: UInt16, value: UInt16)] = []
    var first = UInt32(range.lowerBound)
    let last = UInt32(range.upperBound)
    while first <= last {
      var size: UInt32 = 1
      while size < 0x1_0000, first % (size * 2) == 0, first + size * 2 - 1 <= last { size *= 2 }
      blocks.append((UInt16(truncatingIfNeeded: ~(size - 1)), UInt16(first)))
      first += size
    }
    return blocks
  }
}
