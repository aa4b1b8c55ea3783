import Packets
import Simulation

/// Which outside end stands for which inside one, in a translator that is not Linux: RFC 4787 (UDP) and RFC 5382 (TCP).
///
/// Linux gives every connection a translation of its own; such a box keeps a mapping that all connections of an inside end
/// share, and asks by itself who may come in by it.
public struct EndpointMappings: Sendable {
  /// How much of the far end counts (RFC 4787, 4.1 and 5).
  public enum Dependence: String, Hashable, Sendable, CaseIterable {
    case endpointIndependent = "endpoint-independent"
    case addressDependent = "address-dependent"
    case addressAndPortDependent = "address-and-port-dependent"

    /// What counts of an end; the rest is the same for all.
    func part(of far: Endpoint) -> Endpoint {
      switch self {
      case .endpointIndependent: Endpoint(.any, 0)
      case .addressDependent: Endpoint(far.address, 0)
      case .addressAndPortDependent: far
      }
    }
  }

  /// What such boxes differ in.
  public struct Behavior: Hashable, Sendable {
    /// For which far ends an inside end keeps its mapping; independent as REQ-1 wants it.
    public var mapping = Dependence.endpointIndependent
    /// Who may come in by a mapping: everybody, or whom the inside end has sent to (REQ-8).
    public var filtering = Dependence.endpointIndependent
    /// Whether the port stays the same where it is free.
    public var preservesPorts = true
    /// Whether inside ends reach each other by their outside ends (REQ-9).
    public var hairpins = true
    /// REQ-5: at least two minutes, five recommended. Packets of both directions begin it anew (REQ-6).
    public var timeout = TimeSpan.seconds(300)

    public init() {}
  }

  struct Mapping: Sendable, BitwiseCopyable {
    /// The inside end, and what counts of the far one.
    var key: ConnectionTracking.Tuple
    var outside: Endpoint
    var expires: Instant
    /// The rule by which it was made.
    var origin: Origin
    /// Connections that use it. Of a free slot the next free one.
    var uses: UInt32 = 0
    /// Whether its time is over, although connections that are over as well have not yet let go of it.
    var isRetired = false
  }

  let behavior: Behavior
  private var slots = Slab<Mapping>([])
  private var used = 0
  private var firstFree = ConnectionTracking.nobody
  private var outward = FlatTable<ConnectionTracking.Tuple, UInt32>()
  private var inward = FlatTable<UInt64, UInt32>()
  /// Until when a far end, or the part of it that counts, may come in by an outside end.
  private var permissions = FlatTable<ConnectionTracking.Tuple, Instant>()

  init(_ behavior: Behavior) { self.behavior = behavior }

  subscript(number: UInt32) -> Mapping { slots[Int(number)] }
}

extension EndpointMappings {
  private static func key(_ outside: Endpoint, _ flow: ConnectionTracking.Tuple.Flow) -> UInt64 {
    ConnectionTracking.Tuple(flow, from: outside, to: Endpoint(.any, 0)).sourceKey
  }

  /// The mapping of an inside end toward a far one, if it still lives.
  mutating func mapping(
    of inside: Endpoint, _ flow: ConnectionTracking.Tuple.Flow, toward far: Endpoint, _ now: Instant
  ) -> UInt32? {
    living(
      outward[ConnectionTracking.Tuple(flow, from: inside, to: behavior.mapping.part(of: far))], now
    )
  }

  /// The mapping that has an outside end, if it still lives.
  mutating func mapping(at outside: Endpoint, _ flow: ConnectionTracking.Tuple.Flow, _ now: Instant)
    -> UInt32?
  {
    living(inward[EndpointMappings.key(outside, flow)], now)
  }

  private mutating func living(_ number: UInt32?, _ now: Instant) -> UInt32? {
    guard let number else { return nil }
    guard now < slots[Int(number)].expires else {
      retire(number)
      return nil
    }
    return number
  }

  mutating func make(
    _ inside: Endpoint, _ flow: ConnectionTracking.Tuple.Flow, toward far: Endpoint,
    as outside: Endpoint,
    until expires: Instant, origin: Origin
  ) -> UInt32 {
    let mapping = Mapping(
      key: ConnectionTracking.Tuple(flow, from: inside, to: behavior.mapping.part(of: far)),
      outside: outside,
      expires: expires, origin: origin)
    slots.makeUnique()
    let number: UInt32
    if firstFree != ConnectionTracking.nobody {
      number = firstFree
      firstFree = slots[Int(number)].uses
      slots[Int(number)] = mapping
    } else {
      if used == slots.capacity { slots.grow(to: max(16, used * 2), filledWith: mapping) }
      number = UInt32(used)
      slots[used] = mapping
      used += 1
    }
    outward[mapping.key] = number
    inward[EndpointMappings.key(outside, flow)] = number
    return number
  }

  /// Takes it out of the tables; its number stays in use for the connections that have it.
  private mutating func retire(_ number: UInt32) {
    slots.makeUnique()
    let mapping = slots[Int(number)]
    guard !mapping.isRetired else { return }
    slots[Int(number)].isRetired = true
    outward[mapping.key] = nil
    inward[EndpointMappings.key(mapping.outside, mapping.key.flow)] = nil
  }

  mutating func attach(_ number: UInt32) {
    slots.makeUnique()
    slots[Int(number)].uses += 1
  }

  mutating func detach(_ number: UInt32) {
    slots.makeUnique()
    slots[Int(number)].uses -= 1
    guard slots[Int(number)].uses == 0 else { return }
    retire(number)
    slots[Int(number)].uses = firstFree
    firstFree = number
  }

  /// A connection that uses it has lived on: it lives as long as the last of them. One that is alone may also shorten it,
  /// as TCP does at its end.
  mutating func refresh(_ number: UInt32, until expires: Instant) {
    slots.makeUnique()
    let place = Int(number)
    if slots[place].uses == 1 || slots[place].expires < expires { slots[place].expires = expires }
  }
}

/// Who may come in.
extension EndpointMappings {
  private func permission(_ number: UInt32, _ far: Endpoint) -> ConnectionTracking.Tuple {
    let mapping = slots[Int(number)]
    return ConnectionTracking.Tuple(
      mapping.key.flow, from: mapping.outside, to: behavior.filtering.part(of: far))
  }

  func admits(_ far: Endpoint, by number: UInt32, _ now: Instant) -> Bool {
    if behavior.filtering == .endpointIndependent { return true }
    return permissions[permission(number, far)].map { now < $0 } ?? false
  }

  /// The inside end has sent to `far`, in a connection that lived until `before` and now lives until `expires`.
  mutating func permit(_ far: Endpoint, by number: UInt32, before: Instant, until expires: Instant) {
    guard behavior.filtering != .endpointIndependent else { return }
    let key = permission(number, far)
    if let known = permissions[key], known != before, known >= expires { return }
    permissions[key] = expires
  }

  /// A connection that lived until `expires` is gone: with the last of them goes the permission.
  mutating func withdraw(_ far: Endpoint, by number: UInt32, until expires: Instant) {
    let key = permission(number, far)
    if permissions[key] == expires { permissions[key] = nil }
  }
}
