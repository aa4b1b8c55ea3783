import Packets
import Protocols
import Simulation

/// What a name server remembers of others' answers.
enum NameTable: StateTable {
  static let word = "dns"
  static let summary = "What name servers remember of other servers' answers"
  static let columns = [
    StateColumn("name", .headed("NAME")), StateColumn("ttl", .number("TTL")), StateColumn("type", .headed("TYPE")),
    StateColumn("data", .headed("DATA")), StateColumn("expires", .headed("EXPIRES")),
  ]

  static func sections(of device: any Device, _ view: StateView) -> [StateSection]? {
    guard let stack = device as? IPStack else { return nil }
    let servers = stack.services.compactMap { $0 as? NameServer }.filter { !$0.server.configuration.upstream.isEmpty }
    guard !servers.isEmpty else { return nil }
    return [
      StateSection(
        servers.flatMap { $0.server.remembered(at: view.now) }.flatMap { known in
          known.answers.map { answer -> [StateCell?] in
            let (type, data) = words(of: answer.data)
            return [
              .text(answer.name.text), .number((known.until - view.now).nanoseconds / 1_000_000_000), .text(type),
              .text(data), .shown(known.until),
            ]
          }
        })
    ]
  }

  private static func words(of data: DNSMessage.RecordData) -> (type: String, data: String) {
    switch data {
    case .address(let address): ("A", "\(address)")
    case .canonicalName(let name): ("CNAME", name.text)
    case .other(let type, let bytes): ("TYPE\(type.rawValue)", "\(bytes.count) bytes")
    }
  }
}
