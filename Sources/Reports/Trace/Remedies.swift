import Devices
import Packets
import Scenarios
import Simulation
import Topology

/// Finds why a packet got nowhere, and the nearest thing that would let it through.
///
/// The sentences stand in the catalogue of the language (`RemedyWording`); here is what they need to know.
package struct Remedies {
  let names: Names
  let run: VariantRun
  let step: Int
  private let book: AddressBook

  package init(_ run: VariantRun, step: Int) {
    self.run = run
    self.step = step
    names = run.names
    var book = AddressBook()
    book.read(run.playback.journal.records)
    self.book = book
  }

  package func words(for stop: Stop) -> String { names.words.remedy(for: StopFacts(stop, self)) }

  /// - Parameters:
  ///   - sender: Who wanted to send.
  ///   - target: What it wanted to reach, as it was written.
  package func words(for failure: FailureReason, at sender: String, to target: String) -> String {
    let both = sender == target ? [sender] : [sender, target]
    return names.words.remedy(
      for: failure,
      FailureFacts(sender: sender, target: target, withoutAddress: both.filter { hasNoAddress($0) }))
  }

  func remedy(for activity: ActivityFlow) -> PacketTrace.Remedy? {
    if let request = activity.request, activity.reply == nil,
      case .arp(let question)? = request.hops.first?.frame.payload
    {
      var stop = Stop(.noNeighbor, .none, device: activity.device, port: request.hops[0].from.port)
      stop.nextHop = question.targetAddress
      return remedy(for: stop)
    }
    if let stop = activity.request.flatMap({ Stop(of: $0) }) ?? activity.reply.flatMap({ Stop(of: $0) }) {
      return remedy(for: stop)
    }
    guard let failure = activity.outcome.failure else { return nil }
    let sender = names.device(activity.device)
    if failure == .prohibited, let refusal = activity.refusal {
      return remedy(for: Stop(.filtered, refusal.origin, device: activity.device, port: refusal.port))
    }
    let target = run.play.steps[step].verb.words.split(separator: "→").last?.drop { $0 == " " } ?? ""
    return PacketTrace.Remedy(
      place: names.device(activity.request?.lastDevice ?? activity.device), reason: names.words.meaning(failure),
      words: words(for: failure, at: sender, to: String(target)))
  }

  private func remedy(for stop: Stop) -> PacketTrace.Remedy {
    var stop = stop
    if stop.hop == nil, stop.nextHop == nil, let kept = KeptPacket(of: stop.device, in: run.records(of: step)) {
      stop.packet = kept.frame.packet
      stop.nextHop = kept.nextHop
    }
    return PacketTrace.Remedy(
      place: names.device(stop.device), reason: names.words.explanation(stop.reason), words: words(for: stop))
  }

  private func hasNoAddress(_ name: String) -> Bool {
    guard let machine = names.topology.machines.firstIndex(where: { $0.name == name }),
      let stack = names.topology.stack(of: machine)
    else { return false }
    return book.addresses(of: stack).allSatisfy { $0.prefix.length == 8 && $0.address.isLoopback }
  }

  // MARK: Links

  func mtu(toldBy device: DeviceID) -> UInt16? {
    for record in run.records(of: step) where record.device == device {
      if case .refused(.unreachable(.fragmentationNeeded, let mtu)) = record.event, mtu > 0 { return mtu }
    }
    return nil
  }

  // MARK: Addresses

  /// Who has it now; nil where nobody does.
  func holder(of address: IPv4Address) -> DeviceID? {
    names.topology.devices.indices.lazy.map { DeviceID(index: $0) }.first { device in
      book.addresses(of: device).contains { $0.address == address }
    }
  }

  /// Whose interface has it; nil for a group's.
  func holder(of hardware: MACAddress) -> DeviceID? {
    names.topology.devices.firstIndex { $0.ports.contains { $0.hardwareAddress == hardware } }
      .map { DeviceID(index: $0) }
  }

  /// The block around an address that somebody has.
  func network(of address: IPv4Address) -> IPv4Prefix? {
    holder(of: address).flatMap { device in book.addresses(of: device).first { $0.address == address }?.prefix }
  }

  /// A router that hides that network behind an address of its own.
  func hider(of network: IPv4Prefix) -> DeviceID? {
    names.topology.devices.indices.lazy.map { DeviceID(index: $0) }.first { device in
      guard translates(device) || names.role(device) == .proxy else { return false }
      return book.addresses(of: device).contains { $0.prefix == network }
    }
  }

  func translates(_ device: DeviceID) -> Bool {
    guard names.topology.has(device) else { return false }
    return names.topology.devices[Int(device.index)].settings.remarks.contains { remark in
      if case .masquerades = remark { true } else { remark == .translatesAddresses }
    }
  }
}
