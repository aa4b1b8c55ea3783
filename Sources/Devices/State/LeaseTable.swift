import Packets
import Protocols
import Simulation

/// dnsmasq's lease file.
enum LeaseTable: StateTable {
  static let word = "leases"
  static let summary = "What DHCP servers have given, as dnsmasq's lease file has it"
  static let columns = [
    StateColumn("expires", .headed("EXPIRES")), StateColumn("hardware", .headed("HARDWARE")),
    StateColumn("address", .headed("ADDRESS")), StateColumn("name", .headed("NAME")),
    StateColumn("client-id", .headed("CLIENT-ID"), fold: .second), StateColumn("standing", .headed("STANDING")),
    StateColumn("dev", .headed("DEV")),
  ]

  static func sections(of device: any Device, _ view: StateView) -> [StateSection]? {
    guard let stack = device as? IPStack else { return nil }
    // One that is stopped has its leases in its file.
    let servers = stack.services.compactMap { $0 as? LeaseServer }
    guard !servers.isEmpty else { return nil }
    let names = stack.network.leasedNames.first
    return [
      StateSection(
        servers.flatMap { server in
          server.server.leases(at: view.now).map { lease -> [StateCell?] in
            [
              .text(lease.expiry == .never ? "never" : "\(lease.expiry)"),
              lease.hardware.map { .shown($0) } ?? .text("*"),
              .shown(lease.address), .text(names?.names(of: lease.address).first?.text ?? "*"),
              .text(lease.identifier.map(identifier) ?? "*"), .text(lease.standing.rawValue), .text(server.interface),
            ]
          }
        })
    ]
  }

  /// `01:02:00:5e:…`, as dnsmasq writes it.
  private static func identifier(_ bytes: [UInt8]) -> String {
    bytes.map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined(separator: ":")
  }
}
