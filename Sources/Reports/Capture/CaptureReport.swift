import Captures
import Configuration
import Devices
import Packets
import Scenarios
import Simulation
import Topology

/// `capture.pcapng`: every frame as bytes, with what was decided about it, for Wireshark.
public struct CaptureReport: ReportKind {
  public static let word = "capture"
  public static let summary = "Every frame as bytes with what was decided about it, for Wireshark and tshark"

  /// A capture of more frames is made only on request: it would be tens of megabytes.
  public static let mostFramesUnasked: UInt64 = 20_000

  public static func files(of run: VariantRun, _ options: ReportOptions) -> [ReportFile] {
    guard run.playback.journal.keepsRecords,
      options.requested.contains(word) || options.capturedInterfaces != nil
        || run.playback.counters.sent <= mostFramesUnasked
    else { return [] }
    var diagnostics = Diagnostics()
    let interfaces = options.capturedInterfaces.map {
      CapturePlaces.interfaces(named: $0, in: run.playback.topology, &diagnostics)
    }
    return [ReportFile("capture.pcapng", bytes: bytes(of: run, interfaces: interfaces))]
  }

  /// - Parameter interfaces: Only these, with all they send and receive; nil captures each crossing of a link once.
  public static func bytes(of run: VariantRun, interfaces: [LinkEnd]? = nil) -> [UInt8] {
    let words = CaptureWords(run)
    let topology = run.playback.topology
    var file = PcapngFile(application: "Hoplab", comment: title(of: run))
    file.add(names: addresses(of: run))
    var capture = FrameCapture(
      into: file, of: interfaces, describe: { describe($0, in: topology, run.names) },
      comment: { words.comment(on: $0, at: $1) })
    capture.add(run.playback.journal.records, run.playback.messages)
    return capture.file.bytes
  }

  private static func title(of run: VariantRun) -> String {
    let title = run.play.title.isEmpty ? "" : ": \(run.play.title)"
    return "\(run.scenario), variant \(run.variant), seed \(run.seed)\(title)"
  }

  private static func describe(_ end: LinkEnd, in topology: Topology, _ names: Names) -> PcapngFile.Interface {
    let port = topology.devices[Int(end.device.index)].ports[Int(end.port.index)]
    let kind = topology.machine(of: end.device).kind
    return PcapngFile.Interface(
      name: names.end(end), description: "\(topology.name(of: end.device)), part of a machine of kind \(kind)",
      hardwareAddress: port.hardwareAddress, addresses: port.addresses, speed: speed(of: end, in: topology))
  }

  /// That of what it sends; nil where nothing limits it.
  private static func speed(of end: LinkEnd, in topology: Topology) -> UInt64? {
    for link in topology.links where link.ends.0 == end || link.ends.1 == end {
      let rate = (link.ends.0 == end ? link.cables.there : link.cables.back).configuration.rate
      return rate == 0 ? nil : rate
    }
    return nil
  }

  /// Static addresses, then those that leases brought; the first machine that has one gives it its name.
  private static func addresses(of run: VariantRun) -> [(address: IPv4Address, name: String)] {
    let topology = run.playback.topology
    var named: Set<IPv4Address> = []
    var list: [(address: IPv4Address, name: String)] = []
    func add(_ address: IPv4Address, _ device: DeviceID) {
      guard !address.isAny, !address.isLoopback, named.insert(address).inserted else { return }
      list.append((address, topology.machine(of: device).name))
    }
    for (index, entry) in topology.devices.enumerated() {
      for address in entry.ports.flatMap(\.addresses) { add(address.address, DeviceID(index: index)) }
    }
    for record in run.playback.journal.records {
      if case .configured(let address, _, _) = record.event { add(address.address, record.device) }
    }
    return list
  }
}
