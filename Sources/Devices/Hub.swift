import Configuration
import Packets
import Simulation

/// Repeats what it hears on one port to all the others (IEEE 802.3, clause 27).
public struct Hub: Device {
  public init() {}

  public mutating func receive(_ frame: EthernetFrame, on port: PortNumber, _ outbox: inout Outbox) {
    outbox.flood(frame, except: port)
  }
}

extension Outbox {
  /// Sends the frame being received on to every other port that is connected.
  mutating func flood(_ frame: EthernetFrame, except ingress: PortNumber) {
    var copies: UInt16 = 0
    for index in 0..<portCount where isEgress(PortNumber(index), from: ingress) { copies += 1 }
    guard copies > 0 else {
      let isCut = (0..<portCount).contains { PortNumber($0) != ingress && isPlugged(PortNumber($0)) }
      return drop(because: isCut ? .linkDown : .noLink)
    }
    note(.flooded(copies))
    for index in 0..<portCount where isEgress(PortNumber(index), from: ingress) {
      forward(frame, on: PortNumber(index))
    }
  }

  private func isEgress(_ port: PortNumber, from ingress: PortNumber) -> Bool {
    port != ingress && isConnected(port)
  }
}

/// `kind: hub`.
public struct HubSettings: DeviceKind {
  public static let word = "hub"
  public static let summary = "Repeats every frame to all other ports"
  public static let role = DeviceRole.hub
  public static let growsPorts = true
  public static let fields: [any FieldDeclaration] = []

  public init?(_ reader: inout DeviceReader) {}

  public var ports: [PortDescription] { [] }
  public var remarks: [String] { [] }
  public func makeDevice(ports: Int) -> any Device { Hub() }
}
