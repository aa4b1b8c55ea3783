import Packets
import Protocols
import Simulation

/// A host, a router, a server: an IP stack with interfaces and programs. The difference is configuration.
public struct IPStack: Device {
  var host: ProgramHost
  /// Servers first, in the order they were written, then what steps have started. A free slot is nil.
  var programs: [(any Application)?]
  private var freeSlots: [Int] = []
  /// Services that have been stopped, by slot; looked up, never iterated.
  var stopped: [Int: any Application] = [:]
  /// The DHCP client of each interface, once somebody asked for one.
  private var leaseClients: [PortNumber: Int] = [:]
  /// What is written about them.
  private let leaseWishes: [PortNumber: LeaseWishes]

  public init(
    _ network: NetworkLayer, services: [any Application] = [], leaseWishes: [PortNumber: LeaseWishes] = [:]
  ) {
    host = ProgramHost(network: network)
    programs = services
    self.leaseWishes = leaseWishes
  }

  /// What stands below the programs, to be read.
  package var network: NetworkLayer { host.network }

  /// Its programs, those that are stopped too.
  var services: [any Application] { programs.indices.compactMap { programs[$0] ?? stopped[$0] } }

  public mutating func know(_ knowledge: Knowledge) {
    if case .neighbor(let address, let hardware, let port) = knowledge {
      host.network.neighbors.know(address, at: hardware, on: port)
    }
  }

  public mutating func start(_ outbox: inout Outbox) {
    host.network.announceStaticAddresses(&outbox)
    for slot in programs.indices { host.network.events.append((slot, .started)) }
    handOut(&outbox)
  }

  public mutating func receive(_ frame: EthernetFrame, on port: PortNumber, _ outbox: inout Outbox) {
    host.network.receive(frame, on: port, &outbox)
    handOut(&outbox)
  }

  public mutating func timerFired(_ timer: TimerToken, _ outbox: inout Outbox) {
    switch timer.kind {
    case StackTimer.application:
      host.network.events.append((Int(timer.subject), .timer(timer)))
    case StackTimer.connection: host.network.connectionTimerFired(timer, &outbox)
    case StackTimer.reassembly: host.network.reassemblyTimerFired(timer, &outbox)
    case StackTimer.proxyAnswer: host.network.proxyTimerFired(timer, &outbox)
    default:
      let port = PortNumber(Int(timer.kind - StackTimer.neighbor))
      host.network.neighborTimerFired(IPv4Address(rawValue: timer.subject), on: port, &outbox)
    }
    handOut(&outbox)
  }

  public mutating func linkChanged(on port: PortNumber, isUp: Bool, _ outbox: inout Outbox) {
    host.network.linkChanged(on: port, isUp: isUp, &outbox)
    handOut(&outbox)
  }

  public mutating func powerOn(_ outbox: inout Outbox) {
    host.network.powerOn(&outbox)
    for slot in programs.indices where programs[slot] != nil { host.network.events.append((slot, .poweredOn)) }
    handOut(&outbox)
  }

  public mutating func perform(_ command: any Command, for activity: ActivityID, _ outbox: inout Outbox) {
    if let command = command as? DHCPCommand {
      askLeaseClient(command, activity, &outbox)
    } else if let command = command as? any ProgramCommand {
      let slot = add(command.program(for: activity))
      host.network.events.append((slot, .started))
    } else {
      outbox.finish(activity, .failure(.notSupported))
    }
    handOut(&outbox)
  }

  private mutating func add(_ program: any Application) -> Int {
    if let slot = freeSlots.popLast() {
      programs[slot] = program
      return slot
    }
    programs.append(program)
    return programs.count - 1
  }

  private mutating func askLeaseClient(
    _ command: DHCPCommand, _ activity: ActivityID, _ outbox: inout Outbox
  ) {
    let named = command.interface.map { host.network.port(named: $0) } ?? host.network.leaseInterface
    guard let port = named else { return outbox.finish(activity, .failure(.notSupported)) }
    let slot =
      leaseClients[port]
      ?? add(
        LeaseClient(
          on: port, (leaseWishes[port] ?? LeaseWishes()).configuration(of: host.network[port].hardwareAddress)))
    leaseClients[port] = slot
    host.network.sockets.setLeaseClient(slot, on: port)
    host.slot = slot
    programs[slot]?.perform(command, for: activity, &host, &outbox)
  }

  /// Gives programs what concerns them until nothing is left; what they send to the machine itself is delivered on the way.
  @inline(__always)
  mutating func handOut(_ outbox: inout Outbox) {
    if !host.network.looped.isEmpty { host.network.deliverLooped(&outbox) }
    if !host.network.events.isEmpty { handOutEvents(&outbox) }
  }

  private mutating func handOutEvents(_ outbox: inout Outbox) {
    while let first = host.network.events.first {
      if host.network.events.count == 1 {
        host.network.events.removeLast()
        handOut(first.event, to: first.slot, &outbox)
      } else {
        // What is added meanwhile comes after all of these.
        var events: [(slot: Int, event: ApplicationEvent)] = []
        swap(&events, &host.network.events)
        for (slot, event) in events { handOut(event, to: slot, &outbox) }
      }
    }
  }

  private mutating func handOut(_ event: ApplicationEvent, to slot: Int, _ outbox: inout Outbox) {
    host.slot = slot
    programs[slot]?.handle(event, &host, &outbox)
    if host.hasEnded {
      host.hasEnded = false
      programs[slot] = nil
      freeSlots.append(slot)
    }
    if !host.network.looped.isEmpty { host.network.deliverLooped(&outbox) }
  }
}

/// A command that is carried out by a program of its own.
public protocol ProgramCommand: Command {
  func program(for activity: ActivityID) -> any Application
}

extension NetworkLayer {
  /// The interface a DHCP client is meant for when none is named: the first without an address written down.
  var leaseInterface: PortNumber? {
    (interfaces.firstIndex { $0.kind == .ethernet && ($0.addresses.isEmpty || $0.origin == .none) })
      .map(PortNumber.init)
  }

  /// A cable was pulled or plugged in: what was known of the neighbours behind it is void.
  mutating func linkChanged(on port: PortNumber, isUp: Bool, _ outbox: inout Outbox) {
    interfaces[Int(port.index)].isUp = isUp
    guard !isUp else { return announceAddresses(on: port, &outbox) }
    for held in neighbors.flush(port) { outbox.discard(held, because: .linkDown) }
  }

  /// The timers of questions about neighbours may be gone, and who was one before may be none now: all are asked anew.
  /// Links may have come and gone meanwhile.
  mutating func powerOn(_ outbox: inout Outbox) {
    for port in interfaces.indices.map(PortNumber.init) {
      if outbox.isPlugged(port) { interfaces[Int(port.index)].isUp = outbox.isConnected(port) }
      for held in neighbors.flush(port) { outbox.discard(held, because: .deviceDown) }
      announceAddresses(on: port, &outbox)
    }
  }
}
