#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// The folder of one variant's files.
public struct OutputFolder: Sendable {
  public let path: String

  /// `Output/latest/vmware/nat`.
  public init(_ root: String, scenario: String, variant: String) {
    path = [root, scenario, variant].map { $0.hasSuffix("/") ? String($0.dropLast()) : $0 }.joined(
      separator: "/")
  }

  public init(at path: String) { self.path = path }

  /// Writes every file; each is whole or not there, and those that stood there before are replaced.
  public func write(_ files: [ReportFile]) throws(OutputError) {
    for file in files { try OutputFile.write(file.bytes, to: "\(path)/\(file.path)") }
  }

  /// Removes pictures of steps that are not among `files`: they would be taken for true.
  public func clear(keeping files: [ReportFile]) {
    let kept = Set(files.map(\.path))  // looked up, never iterated
    let endings = ["dot"] + PictureFormat.allCases.map(\.rawValue)
    for name in FolderListing.names(in: "\(path)/steps") ?? [] {
      guard !kept.contains("steps/\(name)"), endings.contains(where: { name.hasSuffix(".\($0)") }) else { continue }
      unlink("\(path)/steps/\(name)")
    }
  }
}

extension OutputFolder {
  /// Removes what reports write, and the folders that are empty then; what else lies there stays.
  public func removeAll() {
    let endings = ["dot", "md", "mmd", "csv", "json", "pcapng"] + PictureFormat.allCases.map(\.rawValue)
    for folder in ["\(path)/steps", "\(path)/statistics", path] {
      for name in FolderListing.names(in: folder) ?? [] where endings.contains(where: { name.hasSuffix(".\($0)") }) {
        unlink("\(folder)/\(name)")
      }
      rmdir(folder)
    }
    if let slash = path.lastIndex(of: "/") { rmdir(String(path[..<slash])) }
  }
}

/// The names in a folder, sorted; nil when it cannot be read.
public enum FolderListing {
  public static func names(in folder: String) -> [String]? {
    guard let stream = opendir(folder) else { return nil }
    defer { closedir(stream) }
    var names: [String] = []
    while let entry = readdir(stream) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      if !name.hasPrefix(".") { names.append(name) }
    }
    return names.sorted()
  }
}
