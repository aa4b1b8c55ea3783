/// The folder of one variant's files.
public struct OutputFolder: Sendable {
  public let path: String

  /// `Output/latest/vmware/nat`.
  public init(_ root: String, scenario: String, variant: String) {
    path = [root, scenario, variant].map { $0.hasSuffix("/") ? String($0.dropLast()) : $0 }.joined(
      separator: "/")
  }

  /// Writes every file; each is whole or not there, and those that stood there before are replaced.
  public func write(_ files: [ReportFile]) throws(OutputError) {
    for file in files { try OutputFile.write(file.bytes, to: "\(path)/\(file.path)") }
  }
}
