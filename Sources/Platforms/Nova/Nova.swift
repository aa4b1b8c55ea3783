import Configuration
import Topology

/// `kind: nova`: a computer of an OpenStack installation whose network is nova-network.
///
/// The nodes of a file are one installation: `nova:` says of all what nova.conf does, and instances are booted in the order
/// of the file, which decides about their addresses.
public enum Nova: InstallationKind {
  public static let word = "nova"
  public static let summary =
    "A node of OpenStack with nova-network: network controller, compute node with its instances, or both"
  public static let section = PlatformSection(
    "nova", "What holds for all nodes of nova, in the words of nova.conf", NovaOptions.fields)
  public static let fields: [any FieldDeclaration] = HandedField.ofStack(except: "filter", "nat") + [runs, instances]

  public static let changes: [any FieldDeclaration] = [NovaChanges.floating]

  static let runs = Field(
    "runs", .oneOrMany(of: .cases(of: NovaRole.self)), "What runs there: network, compute, api; network and compute")
  static let instances = Field("instances", .map(of: NovaInstance.shape), "Its instances by name, in the order of boot")

  public static func expand(_ installation: inout InstallationReader) -> [Expansion] {
    let errors = installation.diagnostics.errorCount
    let options = NovaOptions(options(&installation), &installation.diagnostics)
    var plan = NovaPlan(installation.nodes, options)
    let isSound = plan.read(&installation, after: errors)
    guard isSound else { return installation.nodes.map { plan.placeholder(of: $0) } }
    installation.changes = NovaChanges(plan)
    return installation.nodes.indices.map { NovaNode(number: $0, of: plan).expansion }
  }

  /// The section, above what the file that it names says.
  private static func options(_ installation: inout InstallationReader) -> Value {
    var section = installation.section.value
    // Without a section, what is missing in it is missing at the first node.
    if section.location.isNone { section.location = installation.nodes.first?.value.location ?? .none }
    guard let name = installation.read(NovaOptions.conf), let file = installation.file(name) else { return section }
    let conf = NovaConf(file, &installation.diagnostics)
    var merged = Value(.map(conf.options), at: section.location).merging(patch: section)
    merged.location = section.location
    return merged
  }
}

enum NovaRole: String, CaseIterable, Sendable {
  /// nova-network: bridge, gateway, DHCP, NAT.
  case network
  /// nova-compute: instances and their security groups.
  case compute
  /// Everything that no packet of an instance passes: API, scheduler, queue, database.
  case api
}
