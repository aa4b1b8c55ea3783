import Configuration
import Devices
import Packets
import Simulation
import Testing

/// Reads one text; what was read, the codes of what was said, and the notes.
private func read<Output>(_ shape: Shape<Output>, _ text: String) -> (output: Output?, said: [String]) {
  var diagnostics = Diagnostics()
  let output = shape.read(.string(text), &diagnostics)
  return (output, diagnostics.all.flatMap { [$0.code.rawValue] + $0.notes.map(\.message) })
}

@Suite("Shapes of network values") struct ShapesTests {
  @Test(
    "durations need their unit",
    arguments: [
      ("50us", 50_000), ("1.5ms", 1_500_000), ("0s", 0), ("2m", 120_000_000_000), ("1d", 86_400_000_000_000),
    ]
      as [(String, UInt64)])
  func durations(text: String, nanoseconds: UInt64) {
    #expect(read(.duration, text).output == TimeSpan(nanoseconds: nanoseconds))
  }

  @Test("a bare number is a mistake with the way out, a strange unit one with the units")
  func units() {
    #expect(read(.duration, "50").said == ["HL0127", "write the unit: '50ms'?"])
    #expect(read(.rate, "100").said == ["HL0127", "write the unit: '100Mbit'?"])
    #expect(read(.rate, "100Mbits").said == ["HL0126", "did you mean 'Mbit'?"])
    #expect(read(.duration, "3 s").said.first == "HL0126")
    for text in ["-1s", "1e3s", "s", "1.s", "1..2s", "99999999999d"] {
      #expect(read(.duration, text).output == nil)
    }
  }

  @Test("rates and percentages have their bounds")
  func quantities() {
    #expect(read(.rate, "1Gbit").output == BitRate(bitsPerSecond: 1_000_000_000))
    #expect(read(.rate, "56kbit").output == BitRate(bitsPerSecond: 56000))
    #expect(read(.rate, "1bit").output == BitRate(bitsPerSecond: 1))
    #expect(read(.rate, "0bit").output == nil)
    #expect(read(.percentage, "100%").output == Percentage(share: 1))
    #expect(read(.percentage, "100.1%").output == nil)
  }

  @Test("a network has no host bits, and the network meant is proposed")
  func prefixes() {
    #expect(read(.ipv4Prefix, "192.168.1.0/24").output == IPv4Prefix("192.168.1.0/24"))
    #expect(read(.ipv4Prefix, "192.168.1.7/24").said == ["HL0213", "did you mean '192.168.1.0/24'?"])
    #expect(read(.ipv4Prefix, "0.0.0.0/0").output == .all)
    #expect(read(.ipv4Prefix, "192.168.1.0/33").said == ["HL0213"])
  }

  @Test("addresses come with a length on interfaces and without one elsewhere")
  func addresses() {
    #expect(read(.interfaceAddress, "10.0.0.1/32").output == InterfaceAddress("10.0.0.1/32"))
    #expect(read(.interfaceAddress, "10.0.0.1").said == ["HL0213", "did you mean '10.0.0.1/24'?"])
    #expect(read(.ipv4Address, "10.0.0.1/24").said == ["HL0125", "did you mean '10.0.0.1'?"])
    #expect(read(.ipv4Address, "10.0.0.256").said == ["HL0125"])
  }

  @Test("a range goes upwards")
  func ranges() {
    let first = IPv4Address(10, 0, 0, 1)
    #expect(read(.addressRange, "10.0.0.1-10.0.0.2").output == first...IPv4Address(10, 0, 0, 2))
    #expect(read(.addressRange, "10.0.0.1-10.0.0.1").output == first...first)
    for text in ["10.0.0.2-10.0.0.1", "10.0.0.1", "10.0.0.1-", "10.0.0.1-2"] {
      #expect(read(.addressRange, text).said == ["HL0125"])
    }
  }

  @Test("a station's hardware address is no group's and not nothing")
  func hardwareAddresses() {
    #expect(read(.macAddress, "00:0c:29:00:00:01").output?.description == "00:0c:29:00:00:01")
    for text in ["01:00:5e:00:00:01", "ff:ff:ff:ff:ff:ff", "00:00:00:00:00:00", "00:0c:29:00:00"] {
      #expect(read(.macAddress, text).output == nil)
    }
  }

  @Test("ports name their protocol and go from 1 to 65535")
  func ports() {
    #expect(read(.portService, "tcp/22").output == PortService(transport: .tcp, port: 22))
    #expect(read(.portService, "udp/65535").output == PortService(transport: .udp, port: 65535))
    #expect(read(.portService, "22").said == ["HL0125", "did you mean 'tcp/22'?"])
    for text in ["tcp/0", "tcp/65536", "sctp/1", "tcp/+1", "tcp"] {
      #expect(read(.portService, text).output == nil)
    }
  }

  @Test("a range of ports has one end or two, from 0 to 65535, and goes upwards")
  func portRanges() {
    #expect(read(.portRange, "0").output == 0...0)
    #expect(read(.portRange, "1000-65535").output == 1000...65535)
    #expect(read(.portRange, "2000-1000").said == ["HL0123", "did you mean '1000-2000'?"])
    for text in ["65536", "1-65536", "1-2-3", "1-", "-2", "a-b"] { #expect(read(.portRange, text).output == nil) }
  }

  @Test("domain names have labels and no ports or paths")
  func names() {
    #expect(read(.domainName, "www.Example.net.").output == DomainName("www.example.net"))
    for text in ["a..b", "a b", "a:80", "a/b"] { #expect(read(.domainName, text).output == nil) }
  }
}
