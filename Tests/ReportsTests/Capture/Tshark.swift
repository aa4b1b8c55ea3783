import Foundation
import Testing

/// Wireshark's dissector, the judge of what a capture says.
enum Tshark {
  static let path = ["/usr/bin", "/usr/local/bin", "/opt/homebrew/bin"].map { "\($0)/tshark" }
    .first { FileManager.default.isExecutableFile(atPath: $0) }

  static let isThere = path != nil
  static let absence: Comment = "captures are judged by tshark, which is not on this machine"

  struct Failure: Error, CustomStringConvertible { var description: String }

  /// What it reads of each frame: one array of values for each, in the order of `fields`; absent ones are empty.
  ///
  /// Of a field that occurs several times in a frame, as in a quoted packet, the first counts.
  static func read(_ bytes: [UInt8], _ fields: [String]) throws -> [[String]] {
    let file = FileManager.default.temporaryDirectory.appending(path: "hoplab-\(UUID().uuidString).pcapng")
    defer { try? FileManager.default.removeItem(at: file) }
    try Data(bytes).write(to: file)
    let process = Process()
    process.executableURL = URL(filePath: try #require(path))
    // Conversations of different plays would be taken for one, so nothing is put together.
    process.arguments =
      ["-r", file.path, "-n", "-T", "fields", "-E", "separator=/t", "-E", "occurrence=f"]
      // Application bytes are made up: what goes to a VPN's port is none of its messages.
      + ["--disable-protocol", "openvpn"]
      + [
        "ip.check_checksum:TRUE", "tcp.check_checksum:TRUE", "udp.check_checksum:TRUE", "ip.defragment:FALSE",
        "tcp.desegment_tcp_streams:FALSE", "tcp.analyze_sequence_numbers:FALSE",
      ].flatMap { ["-o", $0] } + fields.flatMap { ["-e", $0] }
    let (output, errors) = (Pipe(), Pipe())
    process.standardOutput = output
    process.standardError = errors
    try process.run()
    // It says little on standard error, so that one pipe after the other cannot block it.
    let said = output.fileHandleForReading.readDataToEndOfFile()
    let complaint = errors.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    guard process.terminationStatus == 0 else { throw Failure(description: String(decoding: complaint, as: UTF8.self)) }
    return String(decoding: said, as: UTF8.self).split(separator: "\n", omittingEmptySubsequences: false).dropLast()
      .map { $0.split(separator: "\t", omittingEmptySubsequences: false).map(String.init) }
  }
}
