import Configuration
import Packets
import Protocols
import Simulation

/// What a bridge is told of spanning tree: fields of its own, and some of its ports.
enum SpanningTreeReader {
  private static let kind = Field(
    "spanning-tree", .choice("off", "stp", "rstp"),
    "`stp`: ports that would close a circle of links block; `rstp` does that within moments; off unless set")
  private static let priority = Field(
    "priority", .integer(in: 0...65535), "The lowest becomes the root of the spanning tree, then the lowest MAC; 32768")
  private static let mac = Field("mac", .macAddress, "Its own hardware address; made from its name unless set")
  /// IEEE 802.1D-2004, table 17-1, which is in whole seconds.
  private static let hello = Field(
    "hello", .duration, "How often the root says that it is there, 1s to 10s; 2s unless set")
  private static let maxAge = Field(
    "max-age", .duration, "How long it is believed that it is, 6s to 40s; 20s unless set")
  private static let forwardDelay = Field(
    "forward-delay", .duration,
    "How long a port listens, and again how long it learns, before it forwards: 2s to 30s; 15s unless set. 0s is 2s")

  static let fields: [any FieldDeclaration] = [kind, priority, mac, hello, maxAge, forwardDelay]

  private static let cost = Field(
    "cost", .integer(in: 1...Int(UInt32.max)),
    "What the port's link adds to the way to the root; by its rate unless set: 2 from 10Gbit, 4 from 1Gbit, 19, 100")
  private static let portPriority = Field(
    "priority", .integer(in: 0...240), "Of two equal ways to the root, the port with the lower; 128 unless set")

  private static let edge = Field(
    "edge", .boolean, "For rstp: whether end stations are there, and it may forward at once; found out unless set")
  private static let pointToPoint = Field(
    "point-to-point", .boolean,
    "For rstp: whether the link leads to one bridge at most; unless set it does, but not to a hub")

  static let portFields: [any FieldDeclaration] = [cost, portPriority, edge, pointToPoint]

  /// What is said of a port.
  struct Port: Sendable {
    var port = SpanningTreePort()
    /// Where something is said.
    var place: SourceLocation?
    /// Where something is said that only rapid spanning tree asks for.
    var rapidPlace: SourceLocation?

    init(_ fields: Fields, _ diagnostics: inout Diagnostics) {
      port.cost = fields.read(SpanningTreeReader.cost, &diagnostics).map { UInt32($0) }
      if let priority = fields.read(portPriority, &diagnostics) {
        // IEEE 802.1D-2004, 9.2.7: four bits of it are sent.
        if priority % 16 != 0 {
          diagnostics.report(
            "a port's priority is a multiple of 16", .outOfRange, at: fields.location(of: portPriority),
            notes: ["did you mean '\(priority / 16 * 16)'?"])
        }
        port.priority = UInt8(priority)
      }
      port.isEdge = fields.read(edge, &diagnostics)
      port.isPointToPoint = fields.read(pointToPoint, &diagnostics)
      place = portFields.first { fields.has($0) }.map { fields.keyLocation(of: $0) }
      let rapidFields: [any FieldDeclaration] = [edge, pointToPoint]
      rapidPlace = rapidFields.first { fields.has($0) }.map { fields.keyLocation(of: $0) }
    }
  }

  /// Nil where spanning tree is off.
  static func read(
    _ ports: [ReadEntry<BridgePortReader>], _ reader: inout DeviceReader
  ) -> SpanningTree.Settings? {
    guard let word = reader.read(kind), word != "off" else {
      reportUnused(ports, &reader)
      return nil
    }
    if word == "stp" { reportRapid(ports, &reader) }
    let address = reader.read(mac) ?? reader.hardwareAddress(of: "bridge")
    let priority = reader.read(priority).map { UInt16($0) } ?? SpanningTree.Settings.defaultPriority
    var settings = SpanningTree.Settings(bridge: BridgeIdentifier(priority: priority, address: address))
    settings.isRapid = word == "rstp"
    settings.helloTime = read(hello, 1...10, &reader) ?? settings.helloTime
    settings.maxAge = read(maxAge, 6...40, &reader) ?? settings.maxAge
    settings.forwardDelay = read(forwardDelay, 2...30, orZero: true, &reader) ?? settings.forwardDelay
    return settings
  }

  /// Linux raises a forward delay of zero to two seconds when spanning tree is switched on (`br_stp_start`).
  private static func read(
    _ field: Field<TimeSpan>, _ seconds: ClosedRange<UInt64>, orZero: Bool = false, _ reader: inout DeviceReader
  ) -> TimeSpan? {
    guard let span = reader.read(field) else { return nil }
    let (least, most) = (TimeSpan.seconds(seconds.lowerBound), TimeSpan.seconds(seconds.upperBound))
    if orZero, span == .zero { return least }
    if span >= least, span <= most { return span }
    reader.diagnostics.report(
      "'\(field.name)' is \(least) to \(most), found '\(span)'", .outOfRange, at: reader.fields.location(of: field))
    return nil
  }

  private static func reportUnused(_ ports: [ReadEntry<BridgePortReader>], _ reader: inout DeviceReader) {
    let own = [priority as any FieldDeclaration, mac, hello, maxAge, forwardDelay].filter { reader.fields.has($0) }
      .map { ($0.name, reader.fields.keyLocation(of: $0)) }
    let ofPorts = ports.compactMap { entry in entry.value.tree.place.map { ("\(entry.key)", $0) } }
    for (name, place) in own + ofPorts {
      reader.diagnostics.report(
        "'\(name)' speaks of spanning tree, which is off", .missingField, at: place,
        notes: ["add 'spanning-tree: stp' or 'spanning-tree: rstp'"])
    }
  }

  private static func reportRapid(_ ports: [ReadEntry<BridgePortReader>], _ reader: inout DeviceReader) {
    for port in ports {
      guard let place = port.value.tree.rapidPlace else { continue }
      reader.diagnostics.report(
        "'\(port.key)' says what only rapid spanning tree asks for", .missingField, at: place,
        notes: ["write 'spanning-tree: rstp'"])
    }
  }
}
