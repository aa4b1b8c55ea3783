import Configuration
import Devices
import Packets
import Simulation
import Topology

/// `lease: 192.168.1.0/24`, `lease: 10.0.0.2`, or `lease: { vm1: 10.0.0.2, vm2: 10.0.0.3 }`
public struct LeaseExpectation: ExpectationKind {
  public static let word = "lease"
  public static let summary =
    "The address a client is given, or the network it is in; a map says it of each client"
  public static let suits: [StepFamily] = [.lease]

  enum Wanted: Sendable {
    case address(IPv4Address)
    case prefix(IPv4Prefix)

    func matches(_ address: IPv4Address) -> Bool {
      switch self {
      case .address(let wanted): address == wanted
      case .prefix(let prefix): prefix.contains(address)
      }
    }

    var phrase: Phrase {
      switch self {
      case .address(let address): .text(address)
      case .prefix(let prefix): .text(prefix)
      }
    }
  }

  static let one = Shape<Wanted>(
    expecting: "an address or a network", pattern: #"^\d{1,3}(\.\d{1,3}){3}(/\d{1,2})?$"#,
    suggest: { InterfaceAddress($0)?.prefix.description },
    parse: { text in IPv4Address(text).map { .address($0) } ?? IPv4Prefix(text).map { .prefix($0) } })
  static let each = Shape<[ReadEntry<Wanted>]>.map(of: one)
  public static var schema: SchemaNode { .anyOf([one.schema, each.schema]) }

  /// Nil stands for every client.
  private let wishes: [(client: (name: String, machine: Int)?, wanted: Wanted)]

  public init?(_ value: Value, _ reader: inout ExpectationReader) {
    guard value.map != nil else {
      guard let wanted = reader.read(Self.one, value) else { return nil }
      wishes = [(nil, wanted)]
      return
    }
    guard let entries = reader.read(Self.each, value) else { return nil }
    var wishes: [(client: (name: String, machine: Int)?, wanted: Wanted)] = []
    for entry in entries {
      guard let machine = reader.places.machine(entry.key, at: entry.keyLocation, &reader.diagnostics) else {
        continue
      }
      wishes.append(((entry.key, machine), entry.value))
    }
    guard wishes.count == entries.count else { return nil }
    self.wishes = wishes
  }

  public var wantsSuccess: Bool? { true }

  public var wanted: Phrase {
    .list(wishes.map { wish in wish.client.map { .of($0.name, wish.wanted.phrase) } ?? wish.wanted.phrase })
  }

  public func judge(_ evidence: Evidence) -> Judgement {
    let machine = evidence.topology.devices[Int(evidence.activity.device.index)].machine
    let relevant = wishes.filter { $0.client == nil || $0.client?.machine == machine }
    // A client that the map does not speak of may get whatever it gets.
    guard !relevant.isEmpty || !evidence.outcome.succeeded else {
      return Judgement(true, got: .text(evidence.outcome.address))
    }
    guard evidence.outcome.succeeded, !evidence.outcome.address.isAny else {
      return Judgement(relevant.isEmpty, got: evidence.outcomePhrase)
    }
    let real = evidence.outcome.address
    return Judgement(relevant.allSatisfy { $0.wanted.matches(real) }, got: .text(real))
  }

  public func judge(all evidence: [Evidence]) -> Judgement {
    let machines = evidence.map { $0.topology.devices[Int($0.activity.device.index)].machine }
    let silent = wishes.compactMap(\.client).first { !machines.contains($0.machine) }
    if let silent { return Judgement(false, got: .askedForNone(silent.name)) }
    return judgeEach(evidence)
  }
}

/// `from: pc.dhcp1`
public struct FromExpectation: ExpectationKind {
  public static let word = "from"
  public static let summary = "Which server gives the lease"
  public static let suits: [StepFamily] = [.lease]
  public static var schema: SchemaNode { NamedPlace.shape.schema }

  private let place: NamedPlace

  public init?(_ value: Value, _ reader: inout ExpectationReader) {
    guard let place = NamedPlace(reading: value, &reader) else { return nil }
    self.place = place
  }

  public var wantsSuccess: Bool? { true }
  public var wanted: Phrase { .from(place.name) }

  public func judge(_ evidence: Evidence) -> Judgement {
    guard evidence.outcome.succeeded else { return Judgement(false, got: evidence.outcomePhrase) }
    // The server that names itself in the lease; the first offer may have come from another.
    let server = evidence.addresses.owner(of: evidence.outcome.responder)
    let first = evidence.activity.reply?.hops.first?.from.device
    guard let device = server ?? first else { return Judgement(false, got: .text(evidence.outcome.responder)) }
    return Judgement(evidence.isAt(device, place.place), got: .text(evidence.name(of: device)))
  }
}

/// `router: 192.168.233.2` or `router: none`
public struct RouterExpectation: ExpectationKind {
  public static let word = "router"
  public static let summary = "The default gateway that comes with the lease, or none"
  public static let suits: [StepFamily] = [.lease]
  private static let shape = Shape<IPv4Address>.either(
    Shape<IPv4Address>.ipv4Address, .oneOf([("none", IPv4Address.any)]))
  public static var schema: SchemaNode { shape.schema }

  private let router: IPv4Address

  public init?(_ value: Value, _ reader: inout ExpectationReader) {
    guard let router = reader.read(Self.shape, value) else { return nil }
    self.router = router
  }

  public var wantsSuccess: Bool? { true }
  public var wanted: Phrase { .router(router) }

  public func judge(_ evidence: Evidence) -> Judgement { judge(evidence, LeasedRouters(in: evidence.past)) }

  public func judge(all evidence: [Evidence]) -> Judgement {
    let routers = LeasedRouters(in: evidence.first?.past ?? [])
    return judgeEach(evidence) { judge($0, routers) }
  }

  private func judge(_ evidence: Evidence, _ routers: LeasedRouters) -> Judgement {
    guard evidence.outcome.succeeded else { return Judgement(false, got: evidence.outcomePhrase) }
    guard let real = routers[evidence.activity.device, evidence.outcome.address] else {
      return Judgement(false, got: .noLease)
    }
    return Judgement(real == router, got: .router(real))
  }
}

/// The routers that came with addresses; `any` for none. The last counts.
///
/// An address that is only kept was configured in an earlier step.
private struct LeasedRouters {
  private struct Lease: Hashable {
    var device: DeviceID
    var address: IPv4Address
  }

  private var routers: [Lease: IPv4Address] = [:]  // looked up, never iterated

  init(in past: ArraySlice<Record>) {
    for record in past {
      guard case .configured(let address, let router, _) = record.event else { continue }
      routers[Lease(device: record.device, address: address.address)] = router
    }
  }

  subscript(device: DeviceID, address: IPv4Address) -> IPv4Address? {
    routers[Lease(device: device, address: address)]
  }
}
