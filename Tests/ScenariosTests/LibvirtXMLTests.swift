import Configuration
import Devices
import Packets
import Platforms
import Testing
import Topology

/// Networks as `virsh net-dumpxml` writes them.
@Suite("libvirt: network XML") struct LibvirtXMLTests {
  private func reading(_ xml: String, more: String = "") -> TopologyReading {
    TopologyReading(
      "nodes: { kvm: { kind: libvirt, networks: { net: { xml: net.xml\(more) } }, guests: { vm: { network: net } } } }",
      files: ["net.xml": xml])
  }

  @Test("says the same as its fields")
  func same() throws {
    let xml = reading(
      """
      <network>
        <name>net</name>
        <forward mode='nat'><nat><address start='10.0.0.5' end='10.0.0.6'/><port start='5000' end='5009'/></nat></forward>
        <bridge name='virbr3' stp='off'/>
        <mac address='52:54:00:12:34:56'/>
        <mtu size='1400'/>
        <domain name='lab.example' localOnly='yes'/>
        <dns>
          <forwarder addr='9.9.9.9'/>
          <host ip='192.168.50.250'><hostname>nas</hostname><hostname>nas.lab.example</hostname></host>
        </dns>
        <ip address='192.168.50.1' netmask='255.255.255.0'>
          <dhcp>
            <range start='192.168.50.2' end='192.168.50.99'><lease expiry='2' unit='hours'/></range>
            <host mac='52:54:00:00:00:09' name='printer' ip='192.168.50.9'/>
          </dhcp>
        </ip>
      </network>
      """)
    #expect(xml.rendered == "")
    let fields = TopologyReading(
      """
      nodes:
        kvm:
          kind: libvirt
          networks:
            net:
              forward: nat
              nat: { address: 10.0.0.5-10.0.0.6, port: 5000-5009 }
              bridge: virbr3
              stp: off
              mac: "52:54:00:12:34:56"
              mtu: 1400
              domain: lab.example
              local-only: yes
              dns: { forwarders: [9.9.9.9], hosts: { nas: 192.168.50.250, nas.lab.example: 192.168.50.250 } }
              ip: 192.168.50.1/24
              dhcp:
                range: 192.168.50.2-192.168.50.99
                lease: 2h
                hosts: [{ mac: "52:54:00:00:00:09", ip: 192.168.50.9, name: printer }]
          guests: { vm: { network: net } }
      """)
    #expect(fields.rendered == "")
    #expect(xml.machine("kvm") == fields.machine("kvm"))
    #expect(xml.expanded.links == fields.expanded.links)
  }

  @Test("without <forward> a network is isolated, with an empty one it is NAT, and fields beside the file go before it")
  func forwarding() {
    func router(_ reading: TopologyReading) -> Value? {
      reading.device("kvm", "stack")?["services"]?.list?.first { $0["kind"]?.text == "dhcp-server" }?["router"]
    }
    let ip = "<ip address='10.0.0.1' prefix='24'><dhcp><range start='10.0.0.2' end='10.0.0.9'/></dhcp></ip>"
    #expect(router(reading("<network>\(ip)</network>")) == "none")
    #expect(router(reading("<network><forward/>\(ip)</network>")) == nil)
    let other = reading(
      "<network><forward><nat><port start='1' end='2'/></nat></forward>\(ip)</network>", more: ", forward: none")
    #expect(other.rendered == "")
    #expect(router(other) == "none")
  }

  @Test(
    "what is wrong in the file is shown there",
    arguments: [
      ("<network>\n  <forward mode='nta'/>\n  <ip address='10.0.0.1'/>\n</network>", "HL0124 2:3"),
      ("<network>\n  <bridg name='virbr0'/>\n</network>", "HL0120 2:3"),
      (
        "<network>\n  <ip address='10.0.0.1' netmask='255.255.255.0'>\n    <dhcp><rang/></dhcp>\n  </ip>\n</network>",
        "HL0120 3:11"
      ),
      ("<network>\n  <ip address='10.0.0.1' netmask='255.0.255.0'/>\n</network>", "HL0213 2:3"),
      ("<network>\n  <ip address='10.0.0.300' prefix='24'/>\n</network>", "HL0213 2:3"),
      ("<network>\n  <forward mode='nat'/>\n</network>", "HL0121 1:1"),
      ("<network>\n  <bandwidth/>\n</network>", "HL0245 2:3"),
      (
        "<network>\n  <ip address='10.0.0.1' prefix='24'/>\n  <ip family='ipv6' address='fd00::1' prefix='64'/>\n</network>",
        "HL0245 3:3"
      ),
      ("<domain/>", "HL0117 1:1"), ("<network>\n  <ip>\n</network>", "HL0117 3:11"),
    ])
  func mistakes(xml: String, verdict: String) {
    let reading = reading(xml)
    #expect(reading.verdicts == [verdict], "\(reading.rendered)")
    #expect(reading.rendered.contains("net.xml:"))
  }

  @Test(
    "masks are lengths", arguments: [("255.255.255.0", "/24"), ("255.255.240.0", "/20"), ("255.255.255.252", "/30")])
  func masks(mask: String, length: String) {
    let reading = reading("<network><ip address='10.0.0.1' netmask='\(mask)'/></network>")
    #expect(reading.topology.port("kvm.stack:virbr0")?.addresses.map(\.description) == ["10.0.0.1\(length)"])
  }
}
