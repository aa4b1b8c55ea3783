import Configuration
import Protocols

/// How a stack's connections behave, as it is written: `tcp: { congestion-control: reno }`.
enum TCPReader {
  static let congestionControl = Field(
    "congestion-control", .cases(of: CongestionControl.self), "How a sender finds its rate; cubic")
  private static let sack = Field("sack", .boolean, "Whether selective acknowledgments are offered; they are")
  private static let receiveBuffer = Field(
    "receive-buffer", .byteCount, "How much may come before it is acknowledged; 6MiB, as Linux's lets it grow to")
  private static let linearTimeouts = Field(
    "syn-linear-timeouts", .integer(in: 0...127),
    "SYNs sent again a second apart before the wait begins to double; 4, and 0 for Linux before 6.5")
  private static let synRetries = Field(
    "syn-retries", .integer(in: 1...127), "SYNs sent again with the wait doubling; 6")

  private static let fields: [any FieldDeclaration] = [
    congestionControl, sack, receiveBuffer, linearTimeouts, synRetries,
  ]

  static let shape = Shape<TCPConnection.Settings>.object("TCP", fields) { fields, diagnostics in
    var settings = TCPConnection.Settings()
    settings.congestionControl = fields.read(congestionControl, &diagnostics) ?? settings.congestionControl
    settings.isSelective = fields.read(sack, &diagnostics) ?? settings.isSelective
    settings.linearSynRepeats = fields.read(linearTimeouts, &diagnostics) ?? settings.linearSynRepeats
    settings.synRepeats = fields.read(synRetries, &diagnostics) ?? settings.synRepeats
    guard let buffer = fields.read(receiveBuffer, &diagnostics) else { return settings }
    guard bufferSizes.contains(buffer.bytes) else {
      diagnostics.report(
        "a receive buffer cannot have \(buffer.bytes) bytes", .outOfRange, at: fields.location(of: receiveBuffer),
        notes: ["from 4KiB to 1GiB is possible"])
      return nil
    }
    settings.receiveBuffer = UInt32(buffer.bytes)
    return settings
  }.named("tcp")

  /// From what Linux lets nobody go below (`tcp_rmem`) to the largest window there can be (RFC 7323, 2.3).
  private static let bufferSizes = 4096...1_073_741_823
}
