import Packets
import Protocols
import Simulation

/// Teaches a network, before it runs, what its conversations would teach it: the entries of neighbour caches and forwarding
/// databases on their ways there and back, and no others.
///
/// A question by ARP goes to every host of a segment, so in a network of a hundred thousand hosts that all speak, real
/// learning is more work than anything else. What cannot be foreseen (a name, an address that a lease brings) is learned
/// as usual.
public struct Prelearning: Sendable {
  /// Who speaks to which address.
  public struct Conversation: Hashable, Sendable {
    public var speaker: DeviceID
    public var address: IPv4Address

    public init(_ speaker: DeviceID, _ address: IPv4Address) {
      self.speaker = speaker
      self.address = address
    }
  }

  /// RFC 791: no packet passes more routers.
  private static let mostRouters = 255

  public private(set) var parts: [Simulator.Part]
  private let forest: SegmentForest
  /// By segment and address, the port that has it.
  private var stations = FlatTable<UInt64, LinkEnd>()

  public init(_ parts: [Simulator.Part], _ wires: [Simulator.Wire]) {
    self.parts = parts
    forest = SegmentForest(parts, wires)
    for (number, part) in parts.enumerated() {
      guard let stack = part.device as? IPStack else { continue }
      for (port, interface) in stack.network.interfaces.enumerated() where interface.kind == .ethernet {
        let end = LinkEnd(DeviceID(index: number), PortNumber(port))
        for address in interface.addresses { stations[key(address.address, on: end)] = end }
      }
    }
  }

  /// Teaches the ways of one conversation.
  public mutating func learn(_ conversation: Conversation) {
    guard let asker = address(of: conversation.speaker, toward: conversation.address),
      let end = teachWay(from: conversation.speaker, to: conversation.address)
    else { return }
    _ = teachWay(from: end, to: asker)
  }

  private func key(_ address: IPv4Address, on end: LinkEnd) -> UInt64 {
    UInt64(forest.segment(of: end)) << 32 | UInt64(address.rawValue)
  }

  private func stack(_ device: DeviceID) -> IPStack? { parts[Int(device.index)].device as? IPStack }

  /// The address that `device` would speak with.
  private func address(of device: DeviceID, toward destination: IPv4Address) -> IPv4Address? {
    guard let network = stack(device)?.network, let route = network.routes.lookup(destination, now: .start) else {
      return nil
    }
    return route.source ?? network.interfaces[Int(route.port.index)].address(toward: route.nextHop ?? destination)
  }

  /// Follows the routes from one machine to the next; gives back where they end, if that has the address.
  private mutating func teachWay(from start: DeviceID, to destination: IPv4Address) -> DeviceID? {
    var device = start
    for _ in 0..<Prelearning.mostRouters {
      guard let network = stack(device)?.network else { return nil }
      if network.isOwn(destination) { return device }
      guard let route = network.routes.lookup(destination, now: .start), route.kind == .unicast else { return nil }
      let (own, nextHop) = (LinkEnd(device, route.port), route.nextHop ?? destination)
      guard let next = stations[key(nextHop, on: own)], let neighbor = stack(next.device)?.network else { return nil }
      let hardware = (
        network.interfaces[Int(own.port.index)].hardwareAddress,
        neighbor.interfaces[Int(next.port.index)].hardwareAddress
      )
      parts[Int(device.index)].device.know(.neighbor(nextHop, hardware.1, own.port))
      teachSegment(from: own, hardware.0, to: next, hardware.1)
      device = next.device
    }
    return nil
  }

  private mutating func teachSegment(
    from one: LinkEnd, _ hardware: MACAddress, to other: LinkEnd, _ otherHardware: MACAddress
  ) {
    forest.walk(from: one, to: other) { device, toOne, toOther in
      parts[Int(device.index)].device.know(.station(hardware, toOne))
      parts[Int(device.index)].device.know(.station(otherHardware, toOther))
    }
  }
}
