import Simulation

/// Draws networks by chance, in the words of the scenario language: some networks of one prefix each, with routers between
/// them, and things to do there.
struct LabMaker {
  private var dice: RandomSource
  private(set) var lab = Lab()
  var networks: [Network] = []
  /// By router, the networks it joins.
  private var routers: [[Int]] = []
  /// Who may send, and who of them has to ask for an address.
  private var stations: [String] = []
  private var clients: [String] = []
  private var addresses: [String] = []
  private var switches: [String] = []
  private var failed: [(target: String, names: [String])] = []
  private var hasTree = false
  private var hasNames = false

  /// One prefix, 10.n.0.0/24, and what its stations plug into.
  struct Network {
    var number: Int
    /// Names of switches and hubs, each with the ports of the right VLAN that are left; nil where a link adds a port.
    var places: [(name: String, ports: Int?)] = []
    var routers: [Int] = []

    func address(_ host: Int) -> String { "10.\(number).0.\(host)" }
    func address(ofRouter router: Int) -> String { address(254 - router) }
  }

  init(seed: UInt64) { dice = RandomSource(seed: seed, name: "lab") }

  static func lab(_ seed: UInt64) -> Lab {
    var maker = LabMaker(seed: seed)
    maker.make()
    return maker.lab
  }

  mutating func number(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &dice) }
  /// True once in `one`.
  mutating func chance(_ one: Int) -> Bool { number(1...one) == 1 }
  mutating func any<T>(_ of: [T]) -> T { of[number(0...of.count - 1)] }

  private mutating func make() {
    let count = number(1...4)
    for number in 0..<count { networks.append(Network(number: number)) }
    plan()
    for network in networks.indices { makeFabric(of: network) }
    hasNames = chance(2)
    for router in routers.indices { makeRouter(router) }
    for network in networks.indices { makeStations(of: network) }
    makeSteps()
  }

  /// Routers so that every network can be reached, and perhaps one more.
  private mutating func plan() {
    for network in networks.indices.dropFirst() { routers.append([number(0...network - 1), network]) }
    if networks.count > 1, chance(2) {
      let first = number(0...networks.count - 1)
      let second = number(0...networks.count - 2)
      routers.append([first, second < first ? second : second + 1])
    }
    for (router, ends) in routers.enumerated() {
      for end in ends { networks[end].routers.append(router) }
    }
  }
}

/// Switches and hubs.
extension LabMaker {
  private mutating func add(node name: String, _ text: String, also names: [String] = []) {
    lab.nodes.append(Lab.Part(text: "\(name): { \(text) }", names: [name] + names))
  }

  private mutating func makeFabric(of network: Int) {
    let names = ["a", "b", "c", "d"].map { "sw\(network)\($0)" }
    switch number(0...6) {
    case 0: addSwitches(names.prefix(1), of: network, "")
    case 1: addHub("hub\(network)", of: network)
    case 2: addSwitches(names.prefix(number(2...3)), of: network, "")
    case 3: addVLANs(names, of: network)
    case 4:
      addSwitches(names.prefix(1), of: network, "")
      addHub("hub\(network)", of: network)
      addTrunk(names[0], "hub\(network)")
    default: addTree(names, of: network)
    }
  }

  private mutating func addHub(_ name: String, of network: Int) {
    add(node: name, "kind: hub")
    networks[network].places.append((name, nil))
  }

  /// Switches in a row.
  private mutating func addSwitches(_ names: ArraySlice<String>, of network: Int, _ more: String) {
    for name in names {
      add(node: name, "kind: switch\(chance(6) ? ", ageing: 10s" : "")\(more)")
      networks[network].places.append((name, nil))
      switches.append(name)
    }
    for (one, next) in zip(names, names.dropFirst()) { addTrunk(one, next) }
  }

  /// Switches with spanning tree in a ring or more, perhaps with a hub between two of them.
  private mutating func addTree(_ names: [String], of network: Int) {
    hasTree = true
    let names = names.prefix(number(2...4))
    let times = any(["", ", hello: 1s, max-age: 6s, forward-delay: 4s", ", forward-delay: 2s"])
    for name in names {
      let priority = chance(2) ? ", priority: \(4096 * number(0...8))" : ""
      addSwitches([name], of: network, ", spanning-tree: stp\(priority)\(times)")
    }
    for (one, next) in zip(names, names.dropFirst()) { addTrunk(one, next) }
    addTrunk(names[0], names[names.count - 1])
    for _ in 0..<number(0...2) {
      let pair = [any(Array(names)), any(Array(names))]
      if pair[0] != pair[1] { addTrunk(pair[0], pair[1]) }
    }
    guard chance(3) else { return }
    addHub("hub\(network)", of: network)
    addTrunk(names[0], "hub\(network)")
    addTrunk(names[1], "hub\(network)")
  }

  /// Two switches with a trunk; the network is one VLAN of several there.
  private mutating func addVLANs(_ names: [String], of network: Int) {
    let vlan = number(2...20)
    for name in names.prefix(2) {
      let ports = (1...6).map { "p\($0): { access: \(vlan) }" }.joined(separator: ", ")
      add(node: name, "kind: switch, ports: { \(ports), q1: { access: 30 }, up: { trunk: [1-40] } }")
      networks[network].places.append((name, 6))
      switches.append(name)
    }
    addTrunk("\(names[0]):up", "\(names[1]):up")
    addStation("odd\(network)", "\(networks[network].address(9))/24", at: "\(names[0]):q1", "")
  }

  /// A link between switches: never so bad that what spanning tree says is lost.
  private mutating func addTrunk(_ one: String, _ other: String) {
    addLink(one, other, any(["", "", "", "delay: 1ms", "rate: 1Gbit", "rate: 100Mbit, delay: 10us"]))
  }

  private mutating func addLink(_ one: String, _ other: String, _ more: String) {
    let names = [one, other].map { String($0.prefix { $0 != ":" }) }
    let text = more.isEmpty ? "[\"\(one)\", \"\(other)\"]" : "{ endpoints: [\"\(one)\", \"\(other)\"], \(more) }"
    lab.links.append(Lab.Part(text: text, names: names))
  }

  /// Where a station may be plugged in; nil where every port is taken.
  private mutating func place(in network: Int) -> String? {
    let free = networks[network].places.indices.filter { networks[network].places[$0].ports != 0 }
    guard !free.isEmpty else { return nil }
    let place = any(Array(free))
    let (name, ports) = networks[network].places[place]
    guard let ports else { return name }
    networks[network].places[place].ports = ports - 1
    return "\(name):p\(ports)"
  }

  private mutating func badLink(mayDouble: Bool) -> String {
    guard chance(3) else { return "" }
    let some = [
      "delay: 2ms, jitter: 1ms", "loss: 10%", "loss: { to-bad: 10%, to-good: 50% }", "mtu: 1400", "mtu: 576",
      "rate: 1Mbit, queue: 3", "corruption: 10%", "delay: 5ms, reordering: 30%",
      "there: { loss: 30% }, back: { delay: 1ms }",
    ]
    return mayDouble && chance(4) ? "duplication: 30%" : any(some)
  }
}

/// Routers, hosts and servers.
extension LabMaker {
  private mutating func makeRouter(_ router: Int) {
    let ends = routers[router]
    let name = "r\(router)"
    let isHome = chance(4)
    let ports = isHome ? ["wan0", "lan0"] : ends.indices.map { "eth\($0)" }
    let interfaces = zip(ports, ends).map { "\($0): \(networks[$1].address(ofRouter: router))/24" }
    var text = "kind: \(isHome ? "home-router" : "router"), interfaces: { \(interfaces.joined(separator: ", ")) }"
    let others = networks[ends[0]].routers.filter { $0 != router }
    if isHome {
      text +=
        ", dhcp: { lan0: { range: \(networks[ends[1]].address(160))-\(networks[ends[1]].address(170)), lease: 2m } }"
      if hasNames { text += ", dns: 10.0.0.3" }
    } else if chance(3) {
      text += ", masquerade: [\(any(ports))]"
    }
    // A default route toward a neighbour may well lead packets round in a circle.
    if !others.isEmpty, chance(3) {
      text += ", gateway: \(networks[ends[0]].address(ofRouter: any(others)))"
    } else if !isHome, !chance(6) {
      text += ", routing: shortest-paths"
    }
    if chance(6) { text += ", rp-filter: \(any(["strict", "loose"]))" }
    if chance(5) {
      let rules = [
        "policy: drop, forward: [{ action: accept, state: [established, related] }, { action: accept, protocol: icmp }]",
        "forward: [{ action: reject, protocol: tcp, port: 22 }]",
        "policy: reject, forward: [{ action: accept, in: \(ports[1]) }, { action: accept, state: established }]",
      ]
      text += ", filter: { \(any(rules)) }"
    }
    add(node: name, text)
    for (port, end) in zip(ports, ends) {
      if let place = place(in: end) { addLink("\(name):\(port)", place, badLink(mayDouble: false)) }
    }
    addresses += ends.map { networks[$0].address(ofRouter: router) }
    stations.append(name)
  }

  private mutating func addStation(_ name: String, _ address: String, at place: String, _ more: String) {
    add(node: name, "kind: host, interfaces: { eth0: \(address) }\(more)")
    addLink("\(name):eth0", place, badLink(mayDouble: true))
    stations.append(name)
  }

  private mutating func makeStations(of network: Int) {
    let own = networks[network]
    var more = own.routers.isEmpty ? "" : ", gateway: \(own.address(ofRouter: any(own.routers)))"
    let router = own.routers.isEmpty ? "none" : own.address(ofRouter: own.routers[0])
    if hasNames { more += ", dns: 10.0.0.3" }
    if hasNames, network == 0, let place = place(in: network) {
      add(
        node: "names",
        "kind: dns-server, interfaces: { eth0: 10.0.0.3/24 }, authority: test, "
          + "names: { www.test: 10.0.0.10, far.test: 10.\(networks.count - 1).0.10, alias.test: www.test }"
          + (own.routers.isEmpty ? "" : ", gateway: \(router)"))
      addLink("names:eth0", place, badLink(mayDouble: true))
    }
    if chance(2), let place = place(in: network) {
      let pool = "\(own.address(100))-\(own.address(100 + number(0...4)))"
      let kind = any(["", ", check: 500ms", ", allocation: hash"])
      let lease = any(["30s", "2m", "1h"])
      add(
        node: "pool\(network)",
        "kind: dhcp-server, interfaces: { eth0: \(own.address(2))/24 }, range: \(pool), "
          + "lease: \(lease), router: \(router)\(hasNames ? ", name-servers: 10.0.0.3" : "")\(kind)")
      addLink("pool\(network):eth0", place, badLink(mayDouble: true))
    }
    for host in 0..<number(1...3) {
      guard let place = place(in: network) else { return }
      let name = "pc\(network)\(host)"
      if chance(3) {
        addStation(name, "up", at: place, hasNames && chance(2) ? ", dns: 10.0.0.3" : "")
        clients.append(name)
      } else {
        addStation(name, "\(own.address(10 + host))/24", at: place, more + ", services: [udp/7, udp/9, tcp/22, tcp/80]")
        addresses.append(own.address(10 + host))
      }
    }
    guard chance(8), let place = place(in: network) else { return }
    let guests = ["nat", "bridged", "host-only"].map { kind in "g\(network)\(kind.prefix(1)): { network: \(kind) }" }
    let names = ["n", "b", "h"].map { "g\(network)\($0)" }
    add(
      node: "box\(network)",
      "kind: vmware, interfaces: { eth0: \(own.address(50))/24 }\(more), "
        + "guests: { \(guests.joined(separator: ", ")) }", also: names)
    addLink("box\(network):eth0", place, badLink(mayDouble: false))
    stations += names + ["box\(network)"]
    clients += names
  }
}

/// What is done.
extension LabMaker {
  private mutating func step(_ text: String, _ names: [String]) {
    lab.steps.append(Lab.Part(text: "{ \(text) }", names: names))
  }

  private mutating func makeSteps() {
    if hasTree, !chance(4) { step("wait: 35s", []) }
    if !clients.isEmpty, !chance(4) { step("dhcp: [\(clients.joined(separator: ", "))]", clients) }
    for _ in 0..<number(4...14) { makeStep() }
    for fault in failed where chance(2) { step("repair: \"\(fault.target)\"", fault.names) }
    // What remains to be waited for: leases and translations end, and trees find their shape again.
    step("wait: \(hasTree ? 75 : number(0...130))s", [])
  }

  private mutating func makeStep() {
    let from = any(stations)
    switch number(0...15) {
    case 0...3: addTraffic("ping", from, any(["", "count: 3", "size: 3000", "size: 1472, dont-fragment: true"]))
    case 4, 5:
      addTraffic("udp", from, any(["port: 7", "port: 7, size: 4000", "port: 11", "port: 7, count: 4, interval: 5ms"]))
    case 6: addTraffic("stream", from, "port: 9, " + any(["rate: 4Mbit, duration: 20ms", "interval: 1ms, count: 30"]))
    case 7, 8: addTraffic("tcp", from, any(["port: 22", "port: 22", "port: 23"]))
    case 9, 10: addTraffic("http", from, "port: 80")
    case 11 where !clients.isEmpty:
      let client = any(clients)
      step(any(["dhcp: \(client)", "dhcp: { renew: \(client) }", "dhcp: { release: \(client) }"]), [client])
    case 12 where hasNames: step("resolve: \(from) -> \(any(["www.test", "alias.test", "no.test"]))", [from])
    case 13: addFault()
    case 14 where !failed.isEmpty:
      let fault = failed.remove(at: number(0...failed.count - 1))
      step("repair: \"\(fault.target)\"", fault.names)
    default: step("wait: \(any(["100ms", "1s", "11s", "31s", "130s"]))", [])
    }
  }

  private mutating func addTraffic(_ verb: String, _ from: String, _ more: String) {
    let other = any(stations)
    let isNamed = hasNames && chance(4)
    let to = isNamed ? any(["www.test", "far.test"]) : chance(3) ? target : other
    let names = to == other ? [from, other] : [from]
    step("\(verb): { from: \(from), to: \(to)\(more.isEmpty ? "" : ", \(more)") }", names)
  }

  /// An address, that of nobody now and then.
  private var target: String {
    mutating get {
      chance(5) || addresses.isEmpty ? "10.\(number(0...networks.count)).0.\(number(1...255))" : any(addresses)
    }
  }

  private mutating func addFault() {
    let place = number(0...lab.links.count - 1)
    let names = lab.links[place].names
    let target: String
    if chance(3), let name = switches.isEmpty ? nil : any(switches) {
      target = name
    } else if chance(4) {
      target = any(stations)
    } else {
      // The end that has a name of its own tells the link; between switches, links may be several.
      let quoted = lab.links[place].text.split(separator: "\"", omittingEmptySubsequences: false).enumerated()
      guard let end = quoted.first(where: { $0.offset % 2 == 1 && $0.element.contains(":") })?.element else { return }
      target = String(end)
    }
    let named = target.contains(":") ? names : [target]
    step("fail: \"\(target)\"", named)
    failed.append((target, named))
  }
}
