import Configuration

/// Internet Connection Sharing of Windows, on a host whose guests are at one of its adapters.
enum ConnectionSharing {
  /// It gives the adapter an address of its own choice, so guests that had another network's have to renew.
  static func address(at location: SourceLocation) -> Value { .string("\(own)/24", at: location) }

  private static let own = "192.168.0.1"

  /// The host forwards, translates, and serves leases and names at the adapter.
  static func set(up stack: inout StackWriter, of connection: Located<String>, to adapter: String) {
    let address = Value.string(own, at: connection.location)
    stack.set("forwards", true)
    stack.set("masquerade", [.string(connection.value, at: connection.location)])
    stack.serve(
      "dhcp-server",
      [
        ("interface", .string(adapter)), ("range", "192.168.0.2-192.168.0.254"), ("router", address), ("dns", address),
        ("allocation", "ascending"), ("check", "none"),
      ])
    if let nameserver = stack["dns"] {
      stack.serve("dns-server", [("interface", .string(adapter)), ("forward-to", nameserver)])
    }
  }
}
