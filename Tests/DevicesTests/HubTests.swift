import Devices
import Packets
import Simulation
import Testing

@Suite("Hub") struct HubTests {
  private let frame = SegmentFrames.frame(from: SegmentFrames.a, to: SegmentFrames.b)

  @Test("repeats every frame to all other ports, and learns nothing from it")
  func repeats() {
    var hub = DeviceBench(Hub(), ports: 3)
    _ = hub.receive(SegmentFrames.frame(from: SegmentFrames.b, to: SegmentFrames.a), on: 2)
    let deeds = hub.receive(frame, on: 0)
    #expect(deeds == [.noted(.flooded(2)), .sent(frame, 1), .sent(frame, 2)])
  }

  @Test("leaves out a port whose link is down")
  func unplugged() {
    var hub = DeviceBench(Hub(), ports: 3)
    hub.setLink(on: 1, isUp: false)
    let deeds = hub.receive(frame, on: 0)
    #expect(deeds == [.noted(.flooded(1)), .sent(frame, 2)])
  }

  @Test("a frame that nobody else could hear dies")
  func alone() {
    var hub = DeviceBench(Hub(), ports: 1)
    let deeds = hub.receive(frame, on: 0)
    #expect(deeds == [.dropped(.noLink)])
  }

  @Test("where every other link is cut, that is why a frame dies")
  func cut() {
    var hub = DeviceBench(Hub(), ports: 2)
    hub.setLink(on: 1, isUp: false)
    let deeds = hub.receive(frame, on: 0)
    #expect(deeds == [.dropped(.noPortUp)])
  }
}

/// Frames and stations of the tests of bridges and hubs.
enum SegmentFrames {
  static let a = MACAddress(rawValue: 0x0200_0000_000a)
  static let b = MACAddress(rawValue: 0x0200_0000_000b)

  static func frame(from source: MACAddress, to destination: MACAddress) -> EthernetFrame {
    EthernetFrame(
      destination: destination, source: source,
      payload: .other(EtherType(rawValue: 0x88b5), .pattern(length: 46)))
  }
}
