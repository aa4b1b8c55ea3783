import Configuration
import Devices
import Foundation
import Packets
import Simulation
import Testing

/// Routes that refuse, and what is said about settings that make no sense.
@Suite("Routes and settings") struct RoutingRuleTests {
  /// a – router – b; the router has the routes under test.
  private func routed(_ routes: Value) -> Lab {
    var lab = Lab()
    lab.addStack("a", ["10.0.1.2/24"], gateway: "10.0.1.1")
    lab.addWritten(
      "router",
      [
        "interfaces": ["eth0": "10.0.1.1/24", "eth1": "10.0.2.1/24"], "forwards": true, "gateway": "10.0.2.2",
        "routes": routes,
      ])
    lab.addStack("b", ["10.0.2.2/24"], gateway: "10.0.2.1", owns: ["10.9.0.127", "10.9.0.128"])
    lab.wire(("a", 0), ("router", 0))
    lab.wire(("router", 1), ("b", 0))
    lab.build()
    return lab
  }

  /// Linux, `fib_props`: EHOSTUNREACH, EACCES and, for a blackhole, silence to others.
  @Test(
    "a refusing route says to others what its kind stands for",
    arguments: [
      ("unreachable", FailureReason.hostUnreachable), ("prohibit", .adminProhibited), ("blackhole", .noAnswer),
    ])
  func refusing(kind: String, failure: FailureReason) {
    var lab = routed([["to": "10.9.0.0/25", "kind": .string(kind)]])
    let outcome = lab.play("a", PingCommand(.address(address("10.9.0.127"))))
    #expect(outcome.failure == failure)
    #expect(outcome.responder == (failure == .noAnswer ? .any : address("10.0.1.1")))
    #expect(lab.drops(at: "router") == [.unreachableRoute])
    #expect(lab.sent(by: "b").isEmpty)
    #expect(lab.play("a", PingCommand(.address(address("10.9.0.128")))).succeeded, "it is outside the /25")
  }

  @Test(
    "the router's own packets fail at once, and nothing is sent",
    arguments: [
      ("unreachable", FailureReason.hostUnreachable), ("prohibit", .prohibited), ("blackhole", .hostUnreachable),
    ])
  func refusingOwn(kind: String, failure: FailureReason) {
    var lab = routed([["to": "10.9.0.0/25", "kind": .string(kind)]])
    #expect(lab.play("router", PingCommand(.address(address("10.9.0.1")))).failure == failure)
    #expect(lab.sent(by: "router").isEmpty)
    #expect(lab.simulator.now == .start)
  }

  @Test("the longest prefix wins whatever its metric; of equal prefixes the lower metric does")
  func preference() {
    let refused = routed([
      ["to": "10.9.0.0/24", "via": "10.0.2.2"], ["to": "10.9.0.0/25", "kind": "unreachable", "metric": 900],
    ])
    let open = routed([
      ["to": "10.9.0.0/25", "kind": "unreachable", "metric": 20],
      ["to": "10.9.0.0/25", "via": "10.0.2.2", "metric": 10],
    ])
    let closed = routed([
      ["to": "10.9.0.0/25", "kind": "unreachable", "metric": 10],
      ["to": "10.9.0.0/25", "via": "10.0.2.2", "metric": 20],
    ])
    for (lab, failure) in [(refused, FailureReason.hostUnreachable), (open, nil), (closed, .hostUnreachable)] {
      var lab = lab
      #expect(lab.play("a", PingCommand(.address(address("10.9.0.127")))).failure == failure)
    }
  }

  @Test("what a route decided is told with the route and its line")
  func origins() {
    var lab = Lab()
    lab.addStack("a", ["10.0.1.2/24"], gateway: "10.0.1.1")
    let route = Value.map([("to", "10.9.0.0/25"), ("kind", "blackhole")], at: place(7, 5))
    let origins = lab.addWritten(
      "router", ["interfaces": ["eth0": "10.0.1.1/24"], "forwards": true, "routes": [route]])
    lab.wire(("a", 0), ("router", 0))
    lab.build()
    _ = lab.play("a", PingCommand(.address(address("10.9.0.1"))))
    let drop = lab.records(of: "router").first { if case .dropped = $0.event { true } else { false } }
    let entry = drop.flatMap { origins[$0.origin] }
    #expect(entry?.label == "route 10.9.0.0/25 blackhole")
    #expect(entry?.location == place(7, 5))
  }
}

/// Each mistake is told where it stands, and those beside it too.
@Suite("Settings of devices") struct SettingsTests {
  @Test("a gateway that is on no network of the stack")
  func gateway() {
    let said = Written<IPStackSettings>([
      "interfaces": ["eth0": "10.0.1.2/24"], "gateway": .string("10.0.2.1", at: place(3, 12)),
    ]).said
    #expect(said == ["HL0214 3:12 10.0.2.1 is on none of the networks of 'm'"])
    #expect(
      Written<IPStackSettings>(["interfaces": ["eth0": "10.0.1.2/24"], "gateway": "10.0.1.1"]).said.isEmpty)
    #expect(Written<IPStackSettings>(["interfaces": ["eth0": "up"], "gateway": "10.0.1.1"]).said.isEmpty)
  }

  @Test("interfaces that are not there, in routes, masquerading and services, all in one run")
  func interfaces() {
    let said = Written<IPStackSettings>([
      "interfaces": ["wan0": "10.0.1.2/24"],
      "routes": [["to": "10.9.0.0/16", "interface": .string("wan1", at: place(4, 3))]],
      "masquerade": .string("lan0", at: place(5, 14)),
      "services": [["kind": "dhcp-server", "interface": .string("wan", at: place(6, 9))]],
    ]).said
    #expect(
      said == [
        "HL0205 4:3 'm' has no interface 'wan1'", "HL0205 5:14 'm' has no interface 'lan0'",
        "HL0205 6:9 a DHCP server needs an interface with an address, and 'wan' is none",
      ])
  }

  @Test("a DHCP range reaching out of its network by one address")
  func range() {
    func said(_ range: String) -> [String] {
      Written<IPStackSettings>([
        "interfaces": ["eth0": "10.0.1.1/25"],
        "services": [["kind": "dhcp-server", "range": .string(range, at: place(8, 1))]],
      ]).said
    }
    #expect(said("10.0.1.2-10.0.1.127").isEmpty)
    #expect(said("10.0.1.2-10.0.1.128") == ["HL0213 8:1 the range is not inside 10.0.1.0/25, the network of eth0"])
  }

  @Test("a reservation for what is no MAC address, a name that is none, and what is neither address nor name")
  func entries() {
    func map(_ key: String, _ value: String, _ line: UInt32) -> Value {
      var map = Mapping()
      map.set(key, to: .string(value), keyLocation: place(line, 5))
      return .map(map)
    }
    let said = Written<IPStackSettings>([
      "interfaces": ["eth0": "10.0.1.1/24"],
      "services": [
        ["kind": "dhcp-server", "reservations": map("52:54:00:00:00", "10.0.1.9", 1)],
        ["kind": "dns-server", "names": map("www..net", "10.0.1.9", 2)],
        ["kind": "dns-server", "names": map("www.example.net", "..", 3)],
      ],
    ]).said
    #expect(
      said == [
        "HL0125 1:5 '52:54:00:00:00' is no MAC address", "HL0125 2:5 'www..net' is no domain name",
        "HL0125 3:5 '..' is neither an address nor a name",
      ])
  }

  @Test("a service nobody offers, with the one that was meant")
  func service() {
    let written = Written<IPStackSettings>([
      "interfaces": ["eth0": "10.0.1.1/24"], "services": [["kind": .string("dns-sever", at: place(2, 2))]],
    ])
    #expect(written.said == ["HL0316 2:2 there is no service 'dns-sever'"])
    #expect(written.notes == ["did you mean 'dns-server'?"])
  }

  @Test("rules of a filter: an action that is none, a port outside the range, a field misspelt")
  func filter() {
    let rule = Value.map(
      Mapping([("action", .string("deny", at: place(1, 1)))]), at: place(1, 0))
    var misspelt = Mapping([("action", "drop"), ("port", .integer(65536, at: place(2, 8)))])
    misspelt.set("sorce", to: "10.0.0.0/8", keyLocation: place(2, 20))
    let said = Written<IPStackSettings>([
      "interfaces": ["eth0": "10.0.1.1/24"], "filter": ["forward": [rule, .map(misspelt)]],
    ]).said
    #expect(said.map { $0.prefix(11) } == ["HL0124 1:1 ", "HL0120 2:20", "HL0123 2:8 "])
  }

  @Test("a stack without interfaces and a proxy without an address cannot be made")
  func required() {
    #expect(Written<IPStackSettings>(.map([], at: place(9, 3))).said.map { $0.prefix(10) } == ["HL0121 9:3"])
    let proxy = Written<NATProxySettings>(.map([], at: place(9, 3)))
    #expect(proxy.kind == nil)
    #expect(proxy.said.map { $0.prefix(10) } == ["HL0121 9:3"])
  }

  @Test(
    "a port forward needs a protocol, a port from 1 to 65535, and the guest's address with a port",
    arguments: [
      ("tcp", "8080", "10.0.0.5:80", nil), ("udp", "65535", "10.0.0.5:1", nil), ("icmp", "1", "10.0.0.5:80", "HL0120"),
      ("tcp", "0", "10.0.0.5:80", "HL0125"), ("tcp", "65536", "10.0.0.5:80", "HL0125"),
      ("tcp", "80", "10.0.0.5", "HL0125"), ("tcp", "80", "10.0.0.5:0", "HL0125"), ("tcp", "80", "guest:80", "HL0125"),
    ] as [(String, String, String, String?)])
  func forwards(transport: String, port: String, guest: String, code: String?) {
    var ports = Mapping()
    ports.set(port, to: .string(guest), keyLocation: place(4, 7))
    var forwards = Mapping()
    forwards.set(transport, to: .map(ports), keyLocation: place(4, 7))
    let written = Written<NATProxySettings>(["address": "10.0.0.2/24", "forwards": .map(forwards)])
    #expect(written.said.map { $0.prefix(10) } == (code.map { ["\($0) 4:7"] } ?? []))
    #expect(written.kind?.remarks.count == (code == nil ? 2 : 1), "a forward that is wrong is left out")
  }
}

/// Whatever conforms in the sources is in its list.
@Suite("Lists of devices and services") struct DeviceListTests {
  @Test("every kind of device is in the list, under a word of its own")
  func devices() throws {
    let words = deviceKinds.map { $0.word }
    #expect(Set(words) == Set(try conforming(to: "DeviceKind")))
    #expect(Set(words).count == words.count)
  }

  @Test("every kind of service can be written")
  func services() throws {
    let words = try conforming(to: "ServiceKind")
    #expect(words.count >= 3)
    for word in words {
      // A relay is nothing without a server to carry to.
      let more: [(String, Value)] = word == "dhcp-relay" ? [("interface", "eth0"), ("server", "10.9.0.5")] : []
      let service = Value.map([("kind", .string(word))] + more)
      let said = Written<IPStackSettings>(["interfaces": ["eth0": "10.0.0.1/24"], "services": [service]]).said
      #expect(said.isEmpty, "\(word)")
    }
  }

  /// The words of the types in the sources that conform to a protocol.
  private func conforming(to name: String) throws -> [String] {
    let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().appendingPathComponent("Sources/Devices")
    let files = FileManager.default.enumerator(atPath: folder.path)?.compactMap { $0 as? String } ?? []
    var words: [String] = []
    for file in files where file.hasSuffix(".swift") {
      let text = try String(contentsOf: folder.appendingPathComponent(file), encoding: .utf8)
      for part in text.components(separatedBy: ": \(name) {\n").dropFirst() {
        let quoted = part.components(separatedBy: "static let word = \"")
        words.append(try #require(quoted.dropFirst().first?.prefix { $0 != "\"" }.description))
      }
    }
    return words
  }
}

/// A device as it is written in a file: what it becomes, and what is said about it.
struct Written<Kind: DeviceKind> {
  let kind: Kind?
  let diagnostics: Diagnostics
  let origins: OriginTable

  init(_ value: Value, machine: String = "m") {
    var diagnostics = Diagnostics()
    let fields = Fields(value, declared: Kind.fields, of: "device 'stack'", &diagnostics)
    var reader = DeviceReader(
      machine: machine, device: "stack", fields: fields, origins: OriginTable(), diagnostics: diagnostics)
    kind = Kind(&reader)
    self.diagnostics = reader.diagnostics
    origins = reader.origins
  }

  var notes: [String] { diagnostics.all.flatMap { $0.notes.map { $0.message } } }

  /// Code, line, column and message of each.
  var said: [String] {
    diagnostics.all.map { "\($0.code.rawValue) \($0.location.line):\($0.location.column) \($0.message)" }
  }
}

func place(_ line: UInt32, _ column: UInt32) -> Configuration.SourceLocation {
  Configuration.SourceLocation(file: 0, line: line, column: column)
}

extension Lab {
  /// A stack as it is written in a file; gives back where its decisions come from.
  @discardableResult
  mutating func addWritten(_ name: String, _ value: Value) -> OriginTable {
    let written = Written<IPStackSettings>(value, machine: name)
    guard let kind = written.kind, !written.diagnostics.hasErrors else {
      preconditionFailure("the test writes a stack that cannot be: \(written.said)")
    }
    add(name, kind.makeDevice(ports: kind.ports.count), ports: kind.ports.count)
    return written.origins
  }

  /// a – router – b, with rules in the router. Router and b wait on TCP 22 and echo UDP on 7, b also on 8.
  static func filtered(_ filter: Value) -> Lab {
    var lab = Lab()
    lab.addStack("a", ["10.0.1.2/24"], gateway: "10.0.1.1")
    lab.addWritten(
      "router",
      [
        "interfaces": ["eth0": "10.0.1.1/24", "eth1": "10.0.2.1/24"], "forwards": true, "filter": filter,
        "services": ["tcp/22", "udp/7"],
      ])
    lab.addWritten(
      "b",
      ["interfaces": ["eth0": "10.0.2.2/24"], "gateway": "10.0.2.1", "services": ["tcp/22", "udp/7", "udp/8"]])
    lab.wire(("a", 0), ("router", 0))
    lab.wire(("router", 1), ("b", 0))
    lab.build()
    return lab
  }

  /// The messages that `name` has sent, each with its frame, in order.
  func messages(sentBy name: String) -> [(frame: EthernetFrame, message: Message)] {
    sent(by: name).compactMap { frame in
      guard case .udp(let datagram)? = frame.packet?.payload, let id = datagram.content.message,
        let message = simulator.messages[id]
      else { return nil }
      return (frame, message)
    }
  }
}
