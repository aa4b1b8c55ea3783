/// All rows of the table, in its order. A row that is added here is measured and printed.
struct Rows {
  /// Small sizes only, for trying the table.
  let isQuick: Bool

  var groups: [Group] {
    [
      queue, bridge, chain, clients, translatedClients, idle, talking, routes, bulk, journal, coldStart, leases, churn,
    ]
  }

  /// As many of the sizes as a quick table has, or all.
  private func few(_ sizes: [Int], _ quick: Int = 1) -> [Int] { isQuick ? Array(sizes.prefix(quick)) : sizes }

  private func hoplab(_ workload: String, _ size: Int, _ more: String...) -> Probe {
    Probe(tool: .hoplab, arguments: [workload, "--size", "\(size)"] + more)
  }

  private func ns3(_ workload: String, _ size: Int, _ more: String...) -> Probe {
    Probe(tool: .ns3, arguments: [workload, "--size", "\(size)"] + more)
  }

  /// Plays of a few milliseconds are repeated until they can be measured.
  private static let again = ["--at-least", "0.2"]

  private func played(_ workload: String, _ size: Int) -> Subject {
    var probe = hoplab(workload, size)
    probe.arguments += Rows.again
    return Subject(probe: probe)
  }

  /// Short plays, so that the two of a pair meet the same mood of the machine; there are many pairs.
  private func compared(_ probe: Probe, with base: Probe) -> Subject {
    func short(_ probe: Probe) -> Probe {
      var probe = probe
      probe.arguments += ["--at-least", "0.05"]
      return probe
    }
    return Subject(probe: short(probe), base: short(base))
  }

  private func disciplines(_ workload: String, _ size: Int) -> [Subject] {
    ["default", "no-queue-disc"].map { variant in
      var probe = ns3(workload, size, "--variant", variant)
      probe.arguments += Rows.again
      return Subject(probe: probe)
    }
  }

  private static let disciplineColumns = ["ns-3", "ns-3 without queue disc"]

  /// W1
  private var queue: Group {
    let goals: [Int: (must: Double, aim: Double)] = [1000: (10, 20), 100_000: (8, 18), 1_000_000: (6, 16)]
    var rows: [Row] = []
    for (spread, heap) in [("exponential", "heap"), ("network", "network-heap")] {
      let sizes = few([1000, 100_000, 1_000_000], 2)
      for size in sizes {
        rows.append(
          Row(
            name: "\(spread), \(Numeral.grouped(size)) pending", quantity: .events,
            hoplab: Subject(probe: hoplab("W1", size, "--variant", spread)),
            peers: [spread, heap].map { Subject(probe: ns3("W1", size, "--variant", $0)) },
            must: goals[size].map { .figure($0.must) }, aim: goals[size].map { .figure($0.aim) }))
      }
      rows.append(
        Row(
          name: "\(spread), \(Numeral.grouped(sizes.last!)) against 1,000", quantity: .growthOfEvents,
          hoplab: Subject(
            probe: hoplab("W1", sizes.last!, "--variant", spread), base: hoplab("W1", 1000, "--variant", spread)),
          aim: .figure(1.3)))
    }
    return Group(
      title: "W1: the event queue",
      sentence: "Of a constant number of events pending, one is taken and one put back later.",
      peers: ["ns-3", "ns-3 with its heap"], rows: rows)
  }

  /// W2
  private var bridge: Group {
    let sizes = few([8, 64, 512], 2)
    var rows = sizes.map { size in
      Row(
        name: "\(size) hosts", quantity: .hops, hoplab: played("W2", size), peers: disciplines("W2", size),
        must: .times(15), aim: .times(40))
    }
    rows.append(
      Row(
        name: "\(sizes.last!) hosts against \(sizes[0])", quantity: .growthOfHops,
        hoplab: compared(hoplab("W2", sizes.last!), with: hoplab("W2", sizes[0])), aim: .figure(1.5)))
    return Group(
      title: "W2: hosts on one bridge",
      sentence: "Pairs of hosts on one learning bridge ask and answer a hundred UDP datagrams each.",
      peers: Rows.disciplineColumns, rows: rows)
  }

  /// W3
  private var chain: Group {
    let rows = few([10_000, 100_000, 1_000_000]).map { size in
      Row(
        name: "\(Numeral.grouped(size)) datagrams", quantity: .hops, hoplab: played("W3", size),
        // A million take ns-3 minutes and teach nothing new.
        peers: size < 1_000_000 ? disciplines("W3", size) : [],
        must: size < 1_000_000 ? .times(18) : nil, aim: size < 1_000_000 ? .times(45) : nil)
    }
    return Group(
      title: "W3: a chain of routers",
      sentence: """
        A stream of UDP datagrams crosses eight routers. How many instructions a hop takes does not depend on the
        machine's mood; `make test` measures and bounds that where Valgrind is installed.
        """,
      peers: Rows.disciplineColumns, rows: rows)
  }

  /// W4
  private var clients: Group {
    let rows = few([10, 100, 1000], 2).map { size in
      Row(
        name: "\(Numeral.grouped(size)) clients", quantity: .hops, hoplab: played("W4", size),
        peers: disciplines("W4", size), must: .figure(2), aim: .figure(5))
    }
    return Group(
      title: "W4: clients and a server",
      sentence: "Clients on networks of their own ask one server through one router, a hundred times each.",
      peers: Rows.disciplineColumns, rows: rows)
  }

  /// W4-nat
  private var translatedClients: Group {
    let rows = few([10, 100, 1000], 2).map { size in
      Row(
        name: "\(Numeral.grouped(size)) clients, against W4", quantity: .growthOfHops,
        hoplab: compared(hoplab("W4-nat", size), with: hoplab("W4", size)),
        must: .figure(1.5), aim: .figure(1.2))
    }
    return Group(
      title: "W4-nat: clients and a server with translation and a filter",
      sentence: """
        W4 with a router that masquerades and asks a hundred rules about every packet: how much dearer a hop becomes,
        over all hops of the network. Two thirds of W4's hops a second are ×1.5.
        """,
      rows: rows)
  }

  /// W5 without traffic
  private var idle: Group {
    var rows: [Row] = []
    for size in few([1000, 10_000, 100_000, 1_000_000], 2) {
      let own = Subject(probe: hoplab("W5", size, "--variant", "idle"), base: hoplab("W5", 2, "--variant", "idle"))
      let peer = Subject(probe: ns3("W5", size, "--variant", "idle"), base: ns3("W5", 2, "--variant", "idle"))
      let peers = size <= 10_000 ? [peer] : []
      let name = "\(Numeral.grouped(size)) hosts"
      rows.append(
        Row(
          name: "\(name), set-up of each", quantity: .setUp, hoplab: own, peers: peers, must: .figure(15),
          aim: .figure(3)))
      rows.append(
        Row(
          name: "\(name), memory of each", quantity: .memory, hoplab: own, peers: peers, must: .figure(4),
          aim: .figure(1.5)))
      if size == 1_000_000 {
        rows.append(
          Row(name: "\(name), the whole process", quantity: .resident, hoplab: own, aim: .figure(2)))
      }
    }
    return Group(
      title: "W5: many hosts, idle",
      sentence: """
        Hosts at the leaves of a tree of switches with 32 ports each; what a process with two hosts takes is taken
        away, and the switches count to the hosts. Set-up counts with the kernel's time. Hoplab's memory is the most
        it had until then, ns-3's what it has.
        """,
      peers: ["ns-3"], rows: rows)
  }

  /// W5 with traffic
  private var talking: Group {
    var rows = [
      Row(
        name: "1,000 hosts", quantity: .hops, hoplab: Subject(probe: hoplab("W5", 1000)),
        peers: [Subject(probe: ns3("W5", 1000, "--variant", "talk"))])
    ]
    for size in few([1000, 10_000, 100_000], 2) {
      rows.append(
        Row(
          name: "\(Numeral.grouped(size)) hosts, pre-learned", quantity: .hops,
          hoplab: Subject(probe: hoplab("W5", size, "--prelearned"))))
    }
    return Group(
      title: "W5: many hosts, talking",
      sentence: """
        Each host of the first half asks its partner half the tree away, once. Each question floods the tree with ARP; a pre-learned
        network starts with what its conversations would teach it, floods nothing and is not compared with ns-3.
        """,
      peers: ["ns-3"], rows: rows)
  }

  /// W5-routes
  private var routes: Group {
    var rows = [
      Row(
        name: "800 routers", quantity: .cpu, hoplab: Subject(probe: hoplab("W5-routes", 800)),
        peers: [Subject(probe: ns3("W5-routes", 800))])
    ]
    for (size, must, aim) in [(1000, 0.1, nil), (10_000, nil, nil), (100_000, nil, 3)] as [(Int, Double?, Double?)] {
      rows.append(
        Row(
          name: "\(Numeral.grouped(size)) routers", quantity: .cpu, hoplab: Subject(probe: hoplab("W5-routes", size)),
          must: must.map { .figure($0) }, aim: aim.map { .figure($0) }))
    }
    return Group(
      title: "W5: static routes",
      sentence: """
        The routes of routers that form a binary tree, each with a network of its own, are computed for all of them;
        beside it stands what ns-3 calls global routing.
        """,
      peers: ["ns-3"], rows: isQuick ? Array(rows.dropFirst().prefix(2)) : rows)
  }

  /// W6
  private var bulk: Group {
    let size = isQuick ? 2000 : 10_000
    return Group(
      title: "W6: bulk transfers",
      sentence: """
        Two transfers over TCP share a link of 1 Gbit/s and 10 ms between two routers. Simulated seconds are counted for
        each second of user time.
        """,
      peers: ["ns-3"],
      rows: [
        Row(
          name: "two flows with CUBIC, \(size / 1000) s", quantity: .simulated, hoplab: played("W6", size),
          peers: [Subject(probe: ns3("W6", isQuick ? 1000 : size))], must: .figure(2), aim: .figure(6))
      ])
  }

  /// W7
  private var journal: Group {
    let size = isQuick ? 10_000 : 100_000
    let kept = Subject(
      probe: hoplab("W7", size, "--variant", "journal"), base: hoplab("W7", size, "--variant", "counters"))
    let captured = Subject(
      probe: hoplab("W7", size, "--variant", "capture"), base: hoplab("W7", size, "--variant", "counters"))
    func row(_ name: String, _ subject: Subject, _ quantity: Quantity) -> Row {
      Row(
        name: "\(Numeral.grouped(size)) datagrams, \(name)", quantity: quantity, hoplab: subject, must: .figure(0.5),
        aim: .figure(0.25))
    }
    return Group(
      title: "W7: journal and capture",
      sentence: """
        What W3 takes longer when every record is kept, for each record; and when all that every interface sent and
        received is written as pcapng beside, for each frame in the capture. The kernel's time is told too, because it
        has to find the memory.
        """,
      rows: [
        row("journal, user time", kept, .record), row("journal, with the kernel's time", kept, .recordWithKernel),
        row("capture, user time", captured, .record),
        row("capture, with the kernel's time", captured, .recordWithKernel),
      ])
  }

  /// W9-dhcp
  private var leases: Group {
    let sizes = few([100, 1000, 10_000], 2)
    var rows = sizes.map { size in
      Row(
        name: "\(Numeral.grouped(size)) clients, each", quantity: .client, hoplab: played("W9-dhcp", size),
        must: .figure(50))
    }
    for (small, large) in zip(sizes, sizes.dropFirst()) {
      rows.append(
        Row(
          name: "\(Numeral.grouped(large)) against \(Numeral.grouped(small))", quantity: .growthOfClients,
          hoplab: compared(hoplab("W9-dhcp", large), with: hoplab("W9-dhcp", small)),
          must: .figure(1.2)))
    }
    return Group(
      title: "W9-dhcp: a storm of DHCP",
      sentence: """
        Clients at switches with 24 ports ask for an address, ten thousand in a second; one server, which checks none,
        hears them through the relay agent of a router that has an interface for each switch.
        """,
      rows: rows)
  }

  /// W8
  private var coldStart: Group {
    let nodes = isQuick ? 1000 : 10_000
    func row(_ name: String, _ variant: String, _ size: Int, must: Double? = nil, aim: Double? = nil) -> Row {
      Row(
        name: name, quantity: .wall,
        hoplab: Subject(
          probe: Probe(tool: .table, arguments: [ColdStart.word, "--size", "\(size)", "--variant", variant])),
        must: must.map { .figure($0) }, aim: aim.map { .figure($0) })
    }
    return Group(
      title: "W8: from start to end",
      sentence: """
        Time on the clock from the start of the program to its end, with the shipped `Scenarios/vmware.yaml` where
        nothing else is said.
        """,
      rows: [
        row("`hoplab run --no-pictures`", "cold", 5, must: 50, aim: 15),
        row("`hoplab run` with all pictures", "pictures", 5, must: 400, aim: 150),
        row("a hundred read, played and judged in one process", "hundred", 1),
        row("`hoplab check` of a file with \(Numeral.grouped(nodes)) nodes", "check", nodes),
      ])
  }

  /// W9-nat
  private var churn: Group {
    let sizes = few([10_000, 100_000, 1_000_000], 2)
    var rows = [
      Row(name: "\(Numeral.grouped(sizes[0])) connections", quantity: .hops, hoplab: played("W9-nat", sizes[0]))
    ]
    for (less, more) in zip(sizes, sizes.dropFirst()) {
      let both = compared(hoplab("W9-nat", more), with: hoplab("W9-nat", less))
      let name = "\(Numeral.grouped(more)) against \(Numeral.grouped(less))"
      rows.append(Row(name: name, quantity: .growthOfHops, hoplab: both, must: .figure(1.2), aim: .figure(1.05)))
      rows.append(
        Row(
          name: "\(name), memory", quantity: .growthOfMemory, hoplab: both, must: .figure(1.2), aim: .figure(1.02)))
    }
    return Group(
      title: "W9-nat: connections that come and go",
      sentence: """
        A hundred clients ask a server through a router that masquerades, once a second and each time from another port;
        the router forgets each connection after thirty seconds.
        """,
      rows: rows)
  }
}
