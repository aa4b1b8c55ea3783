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

/// `kind: hub`.
public struct HubSettings: DeviceKind {
  public static let word = "hub"
  public static let summary = "Repeats every frame to all other ports"
  public static let role = DeviceRole.hub
  public static let growsPorts = true
  public static let fields: [any FieldDeclaration] = []

  public init?(_ reader: inout DeviceReader) {}

  public var ports: [PortDescription] { [] }
  public var remarks: [Remark] { [] }
  public func makeDevice(ports: Int) -> any Device { Hub() }
}
