import ArgumentParser
import Configuration
import Reports
import Scenarios
import Simulation

/// `hoplab trace`
struct TraceCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "trace", abstract: "Send one packet, and show what decided at each device on its way.",
    discussion: """
      The scenario's steps are played first, all of them unless --after or --at says otherwise, so that leases are had \
      and addresses known; then the packet is sent, and followed to its end, and its answer back. For one that gets \
      nowhere it says why, and the nearest thing that would let it through. It is a ping unless said otherwise.

      Example: hoplab trace Scenarios/vmware.yaml --variant nat --from vm1 --to www.example.net --tcp 80
      Example: hoplab trace Scenarios/vmware.yaml --from peer --to vm1 --after lease --json
      Example: hoplab trace Scenarios/vmware.yaml --from peer --to vm1 --language zh

      Exit codes: 0 delivered, and answered where an answer is due, in every variant asked; 1 not; 2 the scenario or a \
      name is invalid; 4 internal error or a limit was reached; 64 wrong usage.
      """)

  @Argument(help: "The scenario file; - reads standard input.", completion: .file(extensions: ["yaml", "yml"]))
  var file: String

  @Option(name: .long, help: "Only in this variant; may be given several times.")
  var variant: [String] = []

  @Option(name: .long, help: ArgumentHelp("The machine that sends.", valueName: "machine"))
  var from: String

  @Option(
    name: .long,
    help: ArgumentHelp("Where to: a machine, an interface such as peer:eth0, an address or a name.", valueName: "place")
  )
  var to: String

  @Flag(name: .long, help: "An echo request; this is what is sent unless another is named.")
  var ping = false

  @Option(name: .long, help: ArgumentHelp("A connection to this TCP port.", valueName: "port"))
  var tcp: UInt16?

  @Option(name: .long, help: ArgumentHelp("A datagram to this UDP port; it need not be answered.", valueName: "port"))
  var udp: UInt16?

  @Flag(name: .long, help: "A page; --to web:8080 for another port than 80.")
  var http = false

  @Flag(name: .long, help: "The question who has the address.")
  var arp = false

  @Option(name: .long, help: ArgumentHelp("Send it after this step instead of after the last.", valueName: "step"))
  var after: String?

  @Option(name: .long, help: ArgumentHelp("Send it at this time of the play, as in 12s.", valueName: "time"))
  var at: String?

  @Option(name: .long, help: "Where chance comes from: the same seed gives the same walk.")
  var seed: UInt64 = 1

  @Flag(name: .long, help: "Print the walk as JSON.")
  var json = false

  @Option(name: .long, help: "Language of the walk: en or zh; JSON and mistakes are told in English.")
  var language = Language.english

  @OptionGroup var limits: LimitOptions

  mutating func validate() throws {
    guard [ping, tcp != nil, udp != nil, http, arp].count(where: { $0 }) <= 1 else {
      throw ValidationError("one packet is sent: name one of --ping, --tcp, --udp, --http and --arp")
    }
    guard tcp != 0, udp != 0 else { throw ValidationError("ports go from 1 to 65535") }
    guard after == nil || at == nil else { throw ValidationError("'--after' and '--at' contradict each other.") }
    _ = try moment()
  }

  private func moment() throws -> Probe.Moment {
    if let after { return .after(step: after) }
    return try at.map { .at(try MomentOption.instant($0)) } ?? .afterAll
  }

  private func probe() throws -> Probe {
    let kind: Probe.Kind = tcp != nil ? .tcp : udp != nil ? .udp : http ? .http : arp ? .arp : .ping
    return Probe(kind, from: from, to: to, port: tcp ?? udp, moment: try moment())
  }

  func run() async throws {
    let file = ScenarioFile(file)
    // A walk wants no expectations.
    file.tell(leavingOut: .nothingToCheck)
    guard let scenario = file.scenario else { throw ExitCode.invalid }
    let plays = try self.plays(of: file, scenario)
    let line = ProgressLine()
    var runs = await Playing.run(
      plays, of: scenario.name, seed: seed, sources: file.sources, limits: try limits.limits(), watch: line?.watch)
    line?.erase()
    if !json { for index in runs.indices { runs[index].language = language } }
    var traces: [PacketTrace] = []
    for run in runs {
      guard let trace = PacketTrace(of: run) else {
        let limit = run.verdict.limit.map { ": \($0)" } ?? ""
        Terminal.note("hoplab: the play of \(run.variant) ended before the packet was sent\(limit)\n")
        throw ExitCode.stopped
      }
      traces.append(trace)
    }
    if json {
      Terminal.print(PacketTrace.json(of: traces, scenario: scenario.name).written())
    } else {
      let width = Terminal.Stream.output.width
      let isAlone = traces.count == 1 && traces[0].variant == Play.defaultVariant
      let tables = traces.map { TraceTable($0, width: width).text(isAlone: isAlone) }
      Terminal.print(tables.joined(separator: "\n"))
    }
    guard traces.allSatisfy(\.isThrough) else { throw ExitCode.notThrough }
  }

  /// The plays with the packet at their ends; what is wrong with it is told once.
  private func plays(of file: ScenarioFile, _ scenario: Scenario) throws -> [Play] {
    let probe = try probe()
    let limits = try limits.limits()
    var diagnostics = Diagnostics()
    let plays = try file.plays(of: scenario, named: variant).compactMap { play in
      play.sending(
        probe, seed: seed, limits: play.limits.overridden(by: limits).simulatorLimits, &diagnostics)
    }
    file.tellOfArguments(diagnostics)
    guard !diagnostics.hasErrors else { throw ExitCode.invalid }
    return plays
  }
}
