import Devices
import Packets
import Scenarios
import Simulation
import Topology

/// Makes the plan of a variant: what its topology says, with the addresses its machines had when the play ended.
struct PlanMaker {
  private let topology: Topology
  private let words: PictureWords
  private var addresses: [LinkEnd: [String]] = [:]  // looked up, never iterated

  init(_ run: VariantRun) {
    topology = run.playback.topology
    words = PictureWords(run.names.words)
    for record in run.playback.journal.records { read(record) }
  }

  private mutating func read(_ record: Record) {
    let end = LinkEnd(record.device, record.port)
    switch record.event {
    case .configured(let address, _, _):
      guard addresses[end]?.contains("\(address)") != true else { return }
      addresses[end, default: []].append("\(address)")
    case .deconfigured(let address): addresses[end]?.removeAll { $0 == "\(address)" }
    default: break
    }
  }

  func plan(of run: VariantRun) -> Plan {
    Plan(
      scenario: run.scenario, variant: run.variant, title: run.play.title, language: run.language,
      machines: topology.machines.indices.map(machine), links: topology.links.map(link))
  }

  private func machine(_ index: Int) -> Plan.Machine {
    let machine = topology.machines[index]
    let devices = machine.devices.map { device in
      Plan.Device(
        name: topology.devices[device].name, role: role(of: device, in: index),
        kind: PictureWords.kind(type(of: topology.devices[device].settings)),
        remarks: topology.devices[device].settings.remarks.map { words.remark($0) },
        ports: topology.devices[device].ports.indices.map {
          port(LinkEnd(DeviceID(index: device), PortNumber($0)))
        })
    }
    return Plan.Machine(name: machine.name, kind: machine.kind, parent: machine.parent, devices: devices)
  }

  private func role(of device: Int, in machine: Int) -> Plan.Role {
    let settings = topology.devices[device].settings
    switch type(of: settings).role {
    case .bridge: return topology.machines[machine].kind == "switch" ? .switch : .bridge
    case .hub: return .hub
    case .proxy: return .nat
    case .server: return .server
    case .stack:
      if settings.remarks.contains(.forwards) { return .router }
      // Beside a machine's own stack there are only programs that look like machines of their own.
      let isOwn = topology.stack(of: machine) == DeviceID(index: device)
      return isOwn && !topology.machines[machine].kind.hasSuffix("-server") ? .stack : .server
    }
  }

  private func port(_ end: LinkEnd) -> Plan.Port {
    let description = topology.devices[Int(end.device.index)].ports[Int(end.port.index)]
    let machine = topology.machine(of: end.device)
    var isNamed = true
    switch type(of: topology.devices[Int(end.device.index)].settings).role {
    // Of what only joins wires a person names just the ports that are interfaces of a larger machine.
    case .bridge, .hub: isNamed = machine.devices.count > 1 && topology.interface(at: end) != nil
    default: break
    }
    let known = addresses[end] ?? description.addresses.map { "\($0)" }
    return Plan.Port(
      name: isNamed ? topology.interface(at: end)?.name ?? description.name : "", addresses: known)
  }

  private func link(_ link: Topology.LinkEntry) -> Plan.Link {
    Plan.Link(
      topology.planEnd(link.ends.0), topology.planEnd(link.ends.1), label: words.label(of: link.cables))
  }

}

extension Topology {
  /// The same device, as a plan names it.
  func planID(_ device: DeviceID) -> Plan.DeviceID {
    let index = Int(device.index)
    let machine = devices[index].machine
    return Plan.DeviceID(machine: machine, device: index - machines[machine].devices.lowerBound)
  }

  /// The same end of a link, as a plan names it.
  func planEnd(_ end: LinkEnd) -> Plan.End {
    let device = planID(end.device)
    return Plan.End(machine: device.machine, device: device.device, port: Int(end.port.index))
  }
}
