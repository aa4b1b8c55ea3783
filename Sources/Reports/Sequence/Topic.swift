/// What kind of speech a message is, which gives it its colour.
enum Topic: String, CaseIterable {
  case arp, dhcp, dns, tcp, http, icmp, udp, control, other

  /// Of those that are one protocol: `ARP`.
  var name: String { rawValue.uppercased() }

  /// Dark enough to be read on paper, and apart from each other for any colour vision (Okabe and Ito, darkened).
  var colour: String {
    switch self {
    case .arp: "#8a6d00"
    case .dhcp: "#007a5a"
    case .dns: "#a4467f"
    case .tcp: "#0072b2"
    case .http: "#1f2328"
    case .icmp: "#c04f00"
    case .udp: "#2a88b8"
    case .control: "#6e7781"
    case .other: "#6e7781"
    }
  }
}
