import Devices
import Packets
import Simulation
import Topology

/// What an expectation is judged by: one activity, and the run it was part of.
public struct Evidence: Sendable {
  public let activity: ActivityFlow
  /// Who answered each packet of a trace.
  public let trace: [TracedHop]
  public let family: StepFamily
  public let addresses: AddressBook
  /// What tells the activity from the others of its step.
  public let label: String
  /// The journal of the step, from its beginning to its end.
  public let records: ArraySlice<Record>
  /// The journal from the beginning of the play to the end of the step.
  public let past: ArraySlice<Record>
  /// Everything else that the journal can be asked.
  public let reader: FlowReader

  public init(
    activity: ActivityFlow, trace: [TracedHop] = [], family: StepFamily, addresses: AddressBook, label: String? = nil,
    records: ArraySlice<Record>, past: ArraySlice<Record>, reader: FlowReader
  ) {
    self.activity = activity
    self.trace = trace
    self.family = family
    self.label = label ?? reader.topology.machine(of: activity.device).name
    self.addresses = addresses
    self.records = records
    self.past = past
    self.reader = reader
  }

  public var topology: Topology { reader.topology }
  var outcome: Outcome { activity.outcome }

  func isAt(_ device: DeviceID, _ place: Place) -> Bool {
    switch place {
    case .device(let wanted): device == wanted
    case .machine(let machine), .interface(let machine, _):
      device != .none && topology.devices[Int(device.index)].machine == machine
    }
  }

  /// `rtr`, or `pc.nat8` where a machine has several devices.
  func name(of device: DeviceID?) -> String {
    guard let device, device != .none else { return "nobody" }
    let machine = topology.machine(of: device)
    return machine.devices.count == 1 ? machine.name : topology.name(of: device)
  }

  /// An address, with whose it is.
  func name(of address: IPv4Address) -> String {
    guard let owner = addresses.owner(of: address) else { return "\(address)" }
    return "\(address) (\(topology.machine(of: owner).name))"
  }

  /// How the activity ended.
  var outcomePhrase: Phrase {
    guard let failure = outcome.failure else {
      return .success(in: outcome.roundTrip > .zero ? outcome.roundTrip : nil)
    }
    return .failed(failure, by: activity.culprit.map { name(of: $0) })
  }
}

extension ActivityFlow {
  /// Who made it fail: who refused the request, or the last who had the request or the reply. Nil after a success.
  public var culprit: DeviceID? {
    guard let failure = outcome.failure else { return nil }
    switch failure {
    // The sender itself knew that there was no way; what it had asked before does not matter.
    case .noRoute, .noAddress, .noNameserver, .notSupported, .switchedOff: return device
    default: break
    }
    guard let request else { return device }
    guard let reply, let first = reply.hops.first else {
      return reply?.lastDevice ?? request.lastDevice
    }
    // Silence although somebody answered: the answer got lost.
    return failure == .noAnswer ? reply.lastDevice : first.from.device
  }
}

/// Where a journey passed.
struct Passage {
  enum Station: Hashable {
    case device(DeviceID)
    case port(LinkEnd)
  }

  private(set) var stations: [Station] = []
  /// Routers passed: each takes one off the time to live (RFC 1812, 5.3.1).
  private(set) var routers = 0

  init(_ journey: Journey, in topology: Topology) {
    for (index, hop) in journey.hops.enumerated() {
      if index == 0 { stations.append(.device(hop.from.device)) }
      stations.append(.port(hop.from))
      // The last link may have kept the frame.
      guard index + 1 < journey.hops.count || journey.hasArrived else { continue }
      stations.append(.port(hop.to))
      stations.append(.device(hop.to.device))
      if index + 1 < journey.hops.count { count(hop, journey.hops[index + 1], topology) }
    }
    if stations.isEmpty { stations = [.device(journey.lastDevice)] }
  }

  /// What never left its sender.
  init(at device: DeviceID) { stations = [.device(device)] }

  private mutating func count(_ before: Hop, _ after: Hop, _ topology: Topology) {
    guard let one = before.frame.packet, let other = after.frame.packet, other.timeToLive < .max,
      other.timeToLive + 1 == one.timeToLive,
      type(of: topology.devices[Int(after.from.device.index)].settings).role == .stack
    else { return }
    routers += 1
  }

  func isAt(_ station: Station, _ place: Place, in topology: Topology) -> Bool {
    switch (station, place) {
    case (.device(let device), .device(let wanted)): device == wanted
    case (.device(let device), .machine(let machine)): topology.devices[Int(device.index)].machine == machine
    case (.port(let end), .interface(_, let ends)): ends.contains(end)
    default: false
    }
  }

  func crossings(of place: Place, in topology: Topology) -> Int {
    var count = 0
    var wasThere = false
    for station in stations {
      let isThere = isAt(station, place, in: topology)
      // A machine of several devices is entered once, not once for each of them.
      if case .port = station {
        if isThere { count += 1 }
        continue
      }
      if isThere, !wasThere { count += 1 }
      wasThere = isThere
    }
    return count
  }

  /// The machines on the way, or the devices where a machine has several: `vm1, pc.VMnet8, pc.nat8`.
  func words(_ evidence: Evidence) -> String {
    stations.compactMap { station in
      guard case .device(let device) = station else { return nil }
      return evidence.name(of: device)
    }.joined(separator: ", ")
  }
}

extension Journey {
  /// Whether the last device got it from its last hop; false where a link has it or lost it.
  public var hasArrived: Bool {
    guard let last = hops.last else { return false }
    return lastDevice == last.to.device && last.from != last.to
  }

  /// The packet as its last device saw it; nil when it never came there.
  public var arrivedPacket: IPv4Packet? { hasArrived ? looped ?? hops.last?.frame.packet : nil }

  /// Whether it came to whom it was for: taken in, or refused by the program's machine rather than on the way.
  public var hasReachedItsEnd: Bool {
    switch end {
    case .absorbed: return true
    case .dropped(let reason, _):
      switch reason {
      case .noSocket, .noConnection, .unexpected, .badRequest: return hasArrived
      default: return false
      }
    case .underWay: return false
    }
  }
}
