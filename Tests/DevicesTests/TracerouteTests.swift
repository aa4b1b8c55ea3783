import Configuration
import Devices
import Packets
import Testing

@Suite("Traceroute") struct TracerouteTests {
  @Test("its datagrams go to the ports from 33434 on, where nobody listens")
  func ports() {
    var lab = Lab.filtered(.map([]))
    _ = lab.play("a", TracerouteCommand(.address(address("10.0.2.2"))))
    let ports = lab.sent(by: "a").compactMap { frame -> UInt16? in
      guard case .udp(let datagram)? = frame.packet?.payload else { return nil }
      return datagram.destinationPort
    }
    #expect(ports == [33434, 33435])
  }
}
