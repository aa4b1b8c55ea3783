/// What the two ends of a link that may be one of several tell each other (IEEE 802.1AX-2014, 6.4.2): an LACPDU.
public struct LinkAggregationUnit: Hashable, Sendable, BitwiseCopyable {
  /// Who speaks.
  public var actor: Port
  /// Whom it believes to speak to.
  public var partner: Port

  public init(actor: Port, partner: Port) {
    self.actor = actor
    self.partner = partner
  }

  /// One end of the link.
  public struct Port: Hashable, Sendable, BitwiseCopyable {
    public var systemPriority: UInt16
    public var system: MACAddress
    /// Only ports with the same key can become one.
    public var key: UInt16
    public var portPriority: UInt16
    public var port: UInt16
    public var state: State

    public init(
      systemPriority: UInt16, system: MACAddress, key: UInt16, portPriority: UInt16, port: UInt16, state: State
    ) {
      self.systemPriority = systemPriority
      self.system = system
      self.key = key
      self.portPriority = portPriority
      self.port = port
      self.state = state
    }

    /// 6.4.2.3, (m).
    public struct State: OptionSet, Hashable, Sendable, BitwiseCopyable {
      public let rawValue: UInt8
      public init(rawValue: UInt8) { self.rawValue = rawValue }
      /// It speaks without being spoken to.
      public static let activity = State(rawValue: 0x01)
      /// It wants to hear something every second, and is without a partner after three.
      public static let shortTimeout = State(rawValue: 0x02)
      public static let aggregation = State(rawValue: 0x04)
      public static let synchronization = State(rawValue: 0x08)
      public static let collecting = State(rawValue: 0x10)
      public static let distributing = State(rawValue: 0x20)
      public static let defaulted = State(rawValue: 0x40)
      public static let expired = State(rawValue: 0x80)
    }
  }
}

extension EtherType {
  /// IEEE 802.3-2018, 57A.4.
  public static let slowProtocols = EtherType(rawValue: 0x8809)
}
