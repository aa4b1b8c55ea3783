import Configuration
import Devices
import Packets
import Platforms
import Testing
import Topology

private func lab(_ fields: String) -> TopologyReading {
  TopologyReading("nodes: { box: { kind: docker, interfaces: { eth0: 192.168.1.10/24 },\n\(fields)\n} }")
}

extension TopologyReading {
  fileprivate func chain(_ name: String) -> [Value] {
    let filter = device("box", "stack")?["filter"]
    return filter?["chains"]?[name]?.list ?? filter?[name]?.list ?? []
  }

  fileprivate func translations(_ chain: String) -> [Value] { device("box", "stack")?["nat"]?[chain]?.list ?? [] }
}

/// What the Docker engine makes of its words.
@Suite("Docker platform") struct DockerPlatformTests {
  @Test("containers have the addresses behind the bridge's, one after the other, and hardware addresses made of them")
  func addresses() {
    let reading = lab(
      """
      networks: { front: {}, back: { subnet: 10.9.0.0/24 } },
      containers: { a: ~, b: { ip: 172.17.0.3 }, c: {}, d: { network: [front, { network: back, ip: 10.9.0.50 }] } }
      """)
    #expect(reading.rendered == "")
    let topology = reading.topology
    func written(_ path: String) -> String {
      let port = topology.port(path)
      return "\(port?.addresses.first?.description ?? "-") \(port?.hardwareAddress?.description ?? "-")"
    }
    #expect(written("box.stack:docker0").hasPrefix("172.17.0.1/16 02:42:"))
    #expect(written("a.stack:eth0") == "172.17.0.2/16 02:42:ac:11:00:02")
    #expect(written("b.stack:eth0") == "172.17.0.3/16 02:42:ac:11:00:03")
    #expect(written("c.stack:eth0") == "172.17.0.4/16 02:42:ac:11:00:04")
    #expect(written("d.stack:eth0") == "172.18.0.2/16 02:42:ac:12:00:02")
    #expect(written("d.stack:eth1") == "10.9.0.50/24 02:42:0a:09:00:32")
    #expect(topology.peer("a.stack:eth0") == "box.docker0:veth0")
    #expect(topology.peer("d.stack:eth1") == "box.br-back:veth4")
    #expect(reading.device("d", "stack")?["gateway"] == "172.18.0.1")
  }

  @Test("a subnet that the host is on already is passed over")
  func pools() {
    let reading = TopologyReading(
      "nodes: { box: { kind: docker, interfaces: { eth0: 172.17.5.1/24 }, containers: { a: {} } } }")
    #expect(reading.rendered == "")
    #expect(reading.topology.port("a.stack:eth0")?.addresses.map(\.description) == ["172.18.0.2/16"])
  }

  @Test(
    "FORWARD asks DOCKER-USER, then the isolation, then each network's rules, the last one's first; and drops the rest")
  func order() {
    let reading = lab("networks: { front: {} }, docker-user: [{ source: 10.0.0.0/8, action: drop }]")
    #expect(reading.rendered == "")
    #expect(
      reading.chain("forward") == [
        ["jump": "DOCKER-USER"], ["jump": "DOCKER-ISOLATION-STAGE-1"],
        ["out": "br-front", "state": ["related", "established"], "action": "accept"],
        ["out": "br-front", "jump": "DOCKER"], ["in": "br-front", "out": "!br-front", "action": "accept"],
        ["in": "br-front", "out": "br-front", "action": "accept"],
        ["out": "docker0", "state": ["related", "established"], "action": "accept"],
        ["out": "docker0", "jump": "DOCKER"], ["in": "docker0", "out": "!docker0", "action": "accept"],
        ["in": "docker0", "out": "docker0", "action": "accept"],
      ])
    #expect(
      reading.chain("DOCKER-ISOLATION-STAGE-1") == [
        ["in": "br-front", "out": "!br-front", "jump": "DOCKER-ISOLATION-STAGE-2"],
        ["in": "docker0", "out": "!docker0", "jump": "DOCKER-ISOLATION-STAGE-2"],
      ])
    #expect(
      reading.chain("DOCKER-ISOLATION-STAGE-2") == [
        ["out": "br-front", "action": "drop"], ["out": "docker0", "action": "drop"],
      ])
    #expect(reading.chain("DOCKER-USER") == [["source": "10.0.0.0/8", "action": "drop"]])
    #expect(reading.device("box", "stack")?["filter"]?["policy"] == ["forward": "drop"])
    #expect(lab("filter: { policy: accept }").device("box", "stack")?["filter"]?["policy"] == "accept")
    #expect(
      reading.translations("postrouting") == [
        ["source": "172.18.0.0/16", "out": "!br-front", "masquerade": true],
        ["source": "172.17.0.0/16", "out": "!docker0", "masquerade": true],
      ])
  }

  @Test("a published port is translated for what comes in and for the host, at each of the host's addresses or at one")
  func ports() {
    func targets(_ ports: String) -> [String] {
      let reading = lab("containers: { web: { ports: [\(ports)] } }")
      #expect(reading.rendered == "")
      #expect(reading.translations("prerouting") == reading.translations("output"))
      return reading.translations("prerouting").map {
        "\($0["destination"]?.text ?? "") \($0["protocol"]?.text ?? "") \($0["port"]?.text ?? "") \($0["dnat"]?.text ?? "")"
      }
    }
    #expect(
      targets("\"8080:80\"") == [
        "192.168.1.10/32 tcp 8080 172.17.0.2:80", "172.17.0.1/32 tcp 8080 172.17.0.2:80",
      ])
    #expect(targets("\"192.168.1.10:53:5353/udp\"") == ["192.168.1.10/32 udp 53 172.17.0.2:5353"])
    #expect(targets("\"0.0.0.0:1:65535\"").count == 2)
  }

  @Test("an internal network has no way out, and its containers no gateway")
  func `internal`() {
    let reading = lab("networks: { vault: { internal: yes } }, containers: { a: { network: vault } }")
    #expect(reading.rendered == "")
    #expect(reading.device("a", "stack")?["gateway"] == nil)
    #expect(
      reading.chain("DOCKER-ISOLATION-STAGE-1").prefix(2) == [
        ["source": "!172.18.0.0/16", "out": "br-vault", "action": "drop"],
        ["destination": "!172.18.0.0/16", "in": "br-vault", "action": "drop"],
      ])
    #expect(reading.translations("postrouting").count == 1)
  }

  @Test("names are answered inside each container of a network of one's own, and only those of its networks")
  func names() throws {
    let reading = lab(
      """
      dns: 192.168.1.1, networks: { front: {}, back: {} },
      containers: { a: { network: front }, b: { network: [front, back] }, c: { network: back }, d: {}, e: { network: none } }
      """)
    #expect(reading.rendered == "")
    func names(_ container: String) -> [String]? {
      reading.device(container, "stack")?["services"]?.list?.first?["names"]?.map?.keys
    }
    #expect(
      names("a") == ["a", "b"] && names("b") == ["a", "b", "c"] && names("c") == ["b", "c"] && names("d") == nil)
    #expect(reading.device("a", "stack")?["dns"] == "127.0.0.11")
    #expect(reading.device("d", "stack")?["dns"] == "192.168.1.1")
    #expect(reading.device("e", "stack")?["dns"] == nil)
  }

  @Test("a container with the host's network is no machine; its services are the host's")
  func hostNetwork() {
    let reading = lab("containers: { web: { network: host, services: [tcp/80] } }")
    #expect(reading.rendered == "")
    #expect(reading.topology.machines.map(\.name) == ["box"])
    #expect(reading.device("box", "stack")?["services"] == ["tcp/80"])
  }

  @Test(
    "what the engine would refuse is refused where it is written",
    arguments: [
      ("containers: { a: { network: frnt } }", "HL0218 2:29"),
      ("containers: { a: { ports: [\"80\"] } }", "HL0125 2:28"),
      ("containers: { a: { ports: [\"80:80/sctp\"] } }", "HL0125 2:28"),
      ("containers: { a: { ports: [\"0:80\"] } }", "HL0125 2:28"),
      ("containers: { a: { ports: [\"70000:80\"] } }", "HL0125 2:28"),
      ("containers: { a: { ip: 10.0.0.2 } }", "HL0215 2:24"),
      ("containers: { a: { ip: 172.17.0.1 } }", "HL0212 2:24"),
      ("containers: { a: { ip: 172.17.255.255 } }", "HL0215 2:24"),
      ("containers: { a: { network: host, gateway: 10.0.0.1 } }", "HL0130 2:35"),
      ("containers: { a: { network: [bridge, none] } }", "HL0130 2:38"),
      ("containers: { a: { network: host, netwrk: x } }", "HL0120 2:35"),
      ("containers: { box: {} }", "HL0208 2:15"),
      ("networks: { host: {} }", "HL0209 2:13"), ("networks: { a: { subnet: 10.0.0.0/30 } }", "HL0213 2:26"),
      ("networks: { a: { subnet: 192.168.1.0/24 } }", "HL0217 2:26"),
      ("networks: { a: { internl: yes } }", "HL0120 2:18"), ("docker-user: { action: drop }", "HL0122 2:14"),
    ])
  func refusals(field: String, verdict: String) {
    #expect(lab(field).verdicts == [verdict], "\(lab(field).rendered)")
  }
}
