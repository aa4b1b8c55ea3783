/// What bridges with spanning tree tell each other (IEEE 802.1D-2004, clause 9).
public enum BridgeProtocolDataUnit: Hashable, Sendable {
  /// 9.3.1: what a bridge believes of the tree.
  case configuration(Configuration)
  /// 9.3.2: somewhere below, the tree has changed.
  case topologyChange
  /// 9.3.3: the same as a configuration, and what rapid spanning tree has besides.
  case rapid(Configuration, Rapid)

  public struct Configuration: Hashable, Sendable, BitwiseCopyable {
    public var isTopologyChange = false
    public var isTopologyChangeAcknowledged = false
    public var root: BridgeIdentifier
    public var rootPathCost: UInt32
    public var bridge: BridgeIdentifier
    public var port: BridgePortIdentifier
    /// Times in units of 1/256 s (9.2.8).
    public var messageAge: UInt16
    public var maxAge: UInt16
    public var helloTime: UInt16
    public var forwardDelay: UInt16

    public init(
      root: BridgeIdentifier, rootPathCost: UInt32, bridge: BridgeIdentifier, port: BridgePortIdentifier,
      messageAge: UInt16, maxAge: UInt16, helloTime: UInt16, forwardDelay: UInt16
    ) {
      self.root = root
      self.rootPathCost = rootPathCost
      self.bridge = bridge
      self.port = port
      self.messageAge = messageAge
      self.maxAge = maxAge
      self.helloTime = helloTime
      self.forwardDelay = forwardDelay
    }
  }

  /// What the port that sends it is and does, and whether it asks the other end to let it forward at once, or agrees to that.
  public struct Rapid: Hashable, Sendable, BitwiseCopyable {
    /// 9.2.9: bits 3 and 4 of the flags.
    public enum Role: UInt8, Hashable, Sendable, BitwiseCopyable, CaseIterable {
      case unknown, alternateOrBackup, root, designated
    }

    public var role: Role
    public var isProposal = false
    public var isLearning = false
    public var isForwarding = false
    public var isAgreement = false

    public init(_ role: Role) { self.role = role }
  }

  /// Bytes of the unit behind the LLC header: 9.3.1, 9.3.2 and 9.3.3.
  public var length: Int {
    switch self {
    case .configuration: 35
    case .topologyChange: 4
    case .rapid: 36
    }
  }
}

/// Priority and address of a bridge; the lowest is the root (IEEE 802.1D-2004, 9.2.5).
public struct BridgeIdentifier: Hashable, Sendable, BitwiseCopyable, Comparable {
  public let rawValue: UInt64

  public init(rawValue: UInt64) { self.rawValue = rawValue }
  public init(priority: UInt16, address: MACAddress) { rawValue = UInt64(priority) << 48 | address.rawValue }

  public var priority: UInt16 { UInt16(rawValue >> 48) }
  public var address: MACAddress { MACAddress(rawValue: rawValue) }

  public static func < (a: BridgeIdentifier, b: BridgeIdentifier) -> Bool { a.rawValue < b.rawValue }
}

extension BridgeIdentifier: CustomStringConvertible {
  /// `8000.02:00:00:00:00:01`, as tcpdump and `bridge` write it.
  public var description: String { "\(hexadecimal(priority).dropFirst(2)).\(address)" }
}

/// Priority and number of a port (IEEE 802.1D-2004, 9.2.7: four bits and twelve).
public struct BridgePortIdentifier: Hashable, Sendable, BitwiseCopyable, Comparable {
  public let rawValue: UInt16

  public init(rawValue: UInt16) { self.rawValue = rawValue }

  public static func < (a: BridgePortIdentifier, b: BridgePortIdentifier) -> Bool { a.rawValue < b.rawValue }
}
