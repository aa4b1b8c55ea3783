import Simulation

/// `ip -s link`
enum TrafficTable: StateTable {
  static let word = "counters"
  static let summary = "What interfaces received, sent, dropped and why: `ip -s link`"
  static let columns = [
    StateColumn("dev", .headed("DEV")), StateColumn("rx-bytes", .number("RX-BYTES")),
    StateColumn("rx-packets", .number("PACKETS")), StateColumn("tx-bytes", .number("TX-BYTES")),
    StateColumn("tx-packets", .number("PACKETS")), StateColumn("dropped", .number("DROPPED")),
    StateColumn("reasons", .headed("")),
  ]

  static func sections(of device: any Device, _ view: StateView) -> [StateSection]? {
    guard !view.traffic.isEmpty else { return nil }
    return [
      StateSection(
        view.traffic.enumerated().map { place, traffic in
          let reasons = traffic.drops.map { "\($0.reason.word) \($0.frames)" }.joined(separator: ", ")
          return [
            view.port(PortNumber(place)), .number(traffic.receivedBytes), .number(traffic.receivedFrames),
            .number(traffic.sentBytes), .number(traffic.sentFrames),
            .number(traffic.drops.reduce(0) { $0 + $1.frames }),
            reasons.isEmpty ? nil : .text(reasons),
          ]
        })
    ]
  }
}
