import Devices
import Packets
import Scenarios
import Simulation
import Topology

/// Finds why a packet got nowhere, and the nearest thing that would let it through.
///
/// The sentences stand in `Remedies+drops.swift` and `Remedies+failures.swift`; here is what they need to know.
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
      place: names.device(activity.request?.lastDevice ?? activity.device), reason: failure.meaning,
      words: words(for: failure, at: sender, to: String(target)))
  }

  private func remedy(for stop: Stop) -> PacketTrace.Remedy {
    var stop = stop
    if stop.hop == nil, stop.nextHop == nil, let kept = KeptPacket(of: stop.device, in: run.records(of: step)) {
      stop.packet = kept.frame.packet
      stop.nextHop = kept.nextHop
    }
    return PacketTrace.Remedy(
      place: names.device(stop.device), reason: stop.reason.explanation, words: words(for: stop))
  }

  func hasNoAddress(_ name: String) -> Bool {
    guard let machine = names.topology.machines.firstIndex(where: { $0.name == name }),
      let stack = names.topology.stack(of: machine)
    else { return false }
    return book.addresses(of: stack).allSatisfy { $0.prefix.length == 8 && $0.address.isLoopback }
  }

  // MARK: Rules

  /// `rule 3 of chain forward (rtr.yaml:14)`, or what else decided.
  func rule(_ stop: Stop) -> String? {
    guard let entry = names.topology.origins[stop.origin] else { return nil }
    let line = names.line(at: entry.location).map { " (\($0))" } ?? ""
    guard let chain = entry.chain, let number = names.topology.origins.number(of: stop.origin) else {
      return "'\(entry.label)'\(line)"
    }
    return "rule \(number) of \(chain.hasPrefix("chain ") ? chain : "chain \(chain)")\(line)"
  }

  func filtered(_ stop: Stop, _ here: String) -> String {
    guard let rule = rule(stop) else { return "a rule at \(here) that accepts \(stop.kind)" }
    let isRule = names.topology.origins[stop.origin]?.chain != nil
    let what = "'\(stop.acceptRule)'"
    return isRule ? "\(what) before \(rule) at \(here)" : "\(what) among the rules at \(here), before \(rule) is asked"
  }

  // MARK: Links

  private func linkNumber(_ stop: Stop) -> Int? {
    guard let hop = stop.hop, hop.direction != .none, hop.direction.link < names.topology.links.count else {
      return nil
    }
    return hop.direction.link
  }

  /// The link it was lost on, with its line.
  func link(_ stop: Stop) -> String {
    guard let number = linkNumber(stop) else { return "the link at \(names.end(LinkEnd(stop.device, stop.port)))" }
    let link = names.topology.links[number]
    let line = names.line(at: link.location).map { " (\($0))" } ?? ""
    return "the link \(names.end(link.ends.0)) -- \(names.end(link.ends.1))\(line)"
  }

  func mtu(_ stop: Stop) -> String {
    for record in run.records(of: step) where record.device == stop.device {
      if case .refused(.unreachable(.fragmentationNeeded, let mtu)) = record.event, mtu > 0 { return "\(mtu) bytes" }
    }
    return "what the next link takes"
  }

  /// The port by which it was to leave.
  func outgoing(_ stop: Stop) -> String {
    guard let hop = stop.hop, hop.from.device == stop.device else { return names.end(LinkEnd(stop.device, stop.port)) }
    return names.end(hop.from)
  }

  /// `, which the step 'cut' has cut`.
  func cutBy(_ stop: Stop) -> String {
    let number = linkNumber(stop)
    return doneBy { record in
      switch record.event {
      case .linkChanged(let link, isUp: false): number == nil || Int(link) == number
      case .directionChanged(let direction, isUp: false): number == nil || direction.link == number
      default: false
      }
    }.map { ", which step '\($0)' has cut; or ask --after a step before it" } ?? ""
  }

  func switchedOffBy(_ stop: Stop) -> String {
    doneBy { $0.device == stop.device && $0.event == .deviceChanged(isUp: false) }
      .map { " since step '\($0)'; or ask --after a step before it" } ?? ""
  }

  /// The id of the step in which that happened last.
  private func doneBy(_ isIt: (Record) -> Bool) -> String? {
    var step: Int?
    var found: Int?
    for record in run.playback.journal.records {
      if case .stepBegan(let number) = record.event { step = Int(number) }
      if isIt(record) { found = step }
    }
    return found.map { run.play.steps[$0].id }
  }

  // MARK: Addresses

  /// Who has it now; nil where nobody does.
  func holder(of address: IPv4Address) -> DeviceID? {
    names.topology.devices.indices.lazy.map { DeviceID(index: $0) }.first { device in
      book.addresses(of: device).contains { $0.address == address }
    }
  }

  func owner(_ stop: Stop) -> String {
    guard let packet = stop.packet, let holder = holder(of: packet.destination), holder != stop.device else {
      return ""
    }
    return ": \(names.device(holder)) has it"
  }

  func carriers(_ stop: Stop) -> String {
    rule(stop).map { "; it is \($0) now" } ?? ""
  }

  func noRoute(_ stop: Stop, _ here: String) -> String {
    guard let packet = stop.packet else { return "a route to \(stop.destination) at \(here), or a 'gateway'" }
    let holder = holder(of: packet.destination)
    let network = holder.flatMap { device in
      book.addresses(of: device).first { $0.address == packet.destination }?.prefix
    }
    let words = "a route to \(network.map { "\($0)" } ?? "\(packet.destination)") at \(here), or a 'gateway'"
    guard let network, let hider = hider(of: network) else { return words }
    return "\(words); from outside one reaches such hosts by \(portForward(stop, at: names.device(hider)))"
  }

  /// A router that hides that network behind an address of its own.
  private func hider(of network: IPv4Prefix) -> DeviceID? {
    names.topology.devices.indices.lazy.map { DeviceID(index: $0) }.first { device in
      guard translates(device) || names.role(device) == .proxy else { return false }
      return book.addresses(of: device).contains { $0.prefix == network }
    }
  }

  private func translates(_ device: DeviceID) -> Bool {
    names.topology.devices[Int(device.index)].settings.remarks.contains { remark in
      if case .masquerades = remark { true } else { remark == .translatesAddresses }
    }
  }

  func portForward(_ stop: Stop, at device: String) -> String {
    let port: String? =
      switch stop.packet?.payload {
      case .tcp(let segment): "protocol: tcp, port: \(segment.destinationPort)"
      case .udp(let datagram): "protocol: udp, port: \(datagram.destinationPort)"
      default: nil
      }
    if let proxy = names.topology.devices.indices.first(where: { names.device(DeviceID(index: $0)) == device }),
      names.role(DeviceID(index: proxy)) == .proxy
    {
      return "a port that \(device) forwards ('forwards')"
    }
    guard let port else { return "a port of \(device) that is forwarded to them, or a floating address ('one-to-one')" }
    return "a forwarded port of \(device), as in 'prerouting: [{ \(port), dnat: … }]'"
  }

  func listener(_ stop: Stop, _ here: String) -> String {
    let listen = "a program that listens there: 'services: [\(stop.kind)]' at \(here)"
    guard names.topology.has(stop.device) else { return listen }
    let settings = names.topology.devices[Int(stop.device.index)].settings
    let open = (settings as? IPStackSettings)?.serviceNames.compactMap(\.first) ?? []
    let others = open.isEmpty ? "" : " (it has \(Enumeration.some(of: open)))"
    return listen + others + (translates(stop.device) ? ", or \(portForward(stop, at: here))" : "")
  }
}
