#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Why something could not be written, in words for the person at the terminal.
public struct OutputError: Error, Hashable, CustomStringConvertible {
  public var description: String
  public init(_ description: String) { self.description = description }

  /// What the system said about `path`.
  static func system(_ deed: String, _ path: String, _ code: Int32 = errno) -> OutputError {
    OutputError("\(deed) '\(path)': \(String(cString: strerror(code)))")
  }
}

/// A file that a report has made, with its place inside the folder of its variant.
public struct ReportFile: Hashable, Sendable {
  public var path: String
  public var bytes: [UInt8]

  public init(_ path: String, bytes: [UInt8]) {
    self.path = path
    self.bytes = bytes
  }

  public init(_ path: String, text: String) { self.init(path, bytes: Array(text.utf8)) }
}

/// Writes files whole or not at all: under a temporary name in the same folder first, which then takes the file's name.
public enum OutputFile {
  /// Writes and replaces what was there; folders on the way are made.
  public static func write(_ bytes: [UInt8], to path: String) throws(OutputError) {
    guard !path.utf8.contains(0) else { throw OutputError("a path with a NUL character cannot be written") }
    if let slash = path.lastIndex(of: "/"), slash > path.startIndex {
      try makeFolder(String(path[..<slash]))
    }
    let temporary = "\(path).\(getpid()).tmp"
    Unfinished.begin(temporary)
    defer { Unfinished.end() }
    do throws(OutputError) {
      try fill(temporary, with: bytes, for: path)
    } catch {
      unlink(temporary)
      throw error
    }
    guard rename(temporary, path) == 0 else {
      let code = errno
      unlink(temporary)
      throw .system("cannot write", path, code)
    }
  }

  private static func fill(
    _ temporary: String, with bytes: [UInt8], for path: String
  ) throws(OutputError) {
    let file = open(temporary, O_WRONLY | O_CREAT | O_TRUNC, 0o644)
    guard file >= 0 else { throw .system("cannot write", path) }
    var written = 0
    while written < bytes.count {
      let count = bytes[written...].withUnsafeBytes { Self.put(file, $0) }
      if count < 0, errno == EINTR { continue }
      guard count >= 0 else {
        let code = errno
        close(file)
        throw .system("cannot write", path, code)
      }
      written += count
    }
    guard close(file) == 0 else { throw .system("cannot write", path) }
  }

  private static func put(_ file: Int32, _ bytes: UnsafeRawBufferPointer) -> Int {
    #if canImport(Glibc)
      Glibc.write(file, bytes.baseAddress, bytes.count)
    #else
      Darwin.write(file, bytes.baseAddress, bytes.count)
    #endif
  }

  /// Makes a folder with those above it, where they are missing.
  public static func makeFolder(_ path: String) throws(OutputError) {
    if mkdir(path, 0o755) == 0 { return }
    switch errno {
    case EEXIST:
      guard isFolder(path) else { throw OutputError("cannot write into '\(path)': it is no folder") }
    case ENOENT:
      guard let slash = path.lastIndex(of: "/"), slash > path.startIndex else {
        throw .system("cannot make the folder", path)
      }
      try makeFolder(String(path[..<slash]))
      guard mkdir(path, 0o755) == 0 || errno == EEXIST else { throw .system("cannot make the folder", path) }
    case ENOTDIR: throw OutputError("cannot make the folder '\(path)': what stands above it is no folder")
    default: throw .system("cannot make the folder", path)
    }
  }

  private static func isFolder(_ path: String) -> Bool {
    var information = stat()
    return stat(path, &information) == 0 && information.st_mode & S_IFMT == S_IFDIR
  }

  /// Removes the temporary file being written at the moment; may be called from a signal handler.
  public static func abandon() { Unfinished.remove() }
}

/// The name of the one file being written, where a signal handler finds it without allocating or locking.
///
/// Files are written one after another, by one thread.
private enum Unfinished {
  nonisolated(unsafe) private static let path: UnsafeMutablePointer<CChar> = {
    let buffer = UnsafeMutablePointer<CChar>.allocate(capacity: capacity)
    buffer.initialize(repeating: 0, count: capacity)
    return buffer
  }()
  /// PATH_MAX of Linux.
  private static let capacity = 4096

  static func begin(_ name: String) {
    guard name.utf8.count < capacity else { return }
    // The first byte comes last: a handler sees the whole name or none.
    let bytes = name.utf8CString
    for index in bytes.indices.dropFirst() { path[index] = bytes[index] }
    path[0] = bytes[0]
  }

  static func end() { path[0] = 0 }

  static func remove() {
    if path[0] != 0 { unlink(path) }
  }
}
