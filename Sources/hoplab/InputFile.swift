#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Reads the files a user names; what can be wrong with them is told in words.
enum InputFile {
  struct Failure: Error, CustomStringConvertible {
    var description: String
  }

  /// More is not even read; the reader of YAML has a lower limit of its own, which it explains.
  private static let mostBytes = 64 << 20

  /// Whether there is anything of that name.
  static func exists(_ path: String) -> Bool {
    var information = stat()
    return !path.utf8.contains(0) && stat(path, &information) == 0
  }

  static func read(_ path: String) throws -> [UInt8] {
    guard !path.isEmpty else { throw Failure(description: "the name is empty") }
    guard !path.utf8.contains(0) else { throw Failure(description: "the name contains a NUL character") }
    let file = open(path, O_RDONLY | O_NONBLOCK)
    guard file >= 0 else { throw Failure(description: reason(errno)) }
    defer { close(file) }
    var information = stat()
    guard fstat(file, &information) == 0 else { throw Failure(description: reason(errno)) }
    let kind = information.st_mode & S_IFMT
    guard kind != S_IFDIR else { throw Failure(description: "it is a folder") }
    // A device or a pipe may never end, or never begin.
    guard kind == S_IFREG else {
      throw Failure(description: "it is no ordinary file; use - for standard input")
    }
    return try readAll(file)
  }

  static func readStandardInput() throws -> [UInt8] { try readAll(0) }

  private static func readAll(_ file: Int32) throws -> [UInt8] {
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = buffer.withUnsafeMutableBytes { fill(file, $0) }
      if count < 0, errno == EINTR { continue }
      guard count >= 0 else { throw Failure(description: reason(errno)) }
      guard count > 0 else { return bytes }
      bytes += buffer[..<count]
      guard bytes.count <= mostBytes else {
        throw Failure(description: "it has more than \(mostBytes >> 20) MB, which is no scenario")
      }
    }
  }

  private static func fill(_ file: Int32, _ buffer: UnsafeMutableRawBufferPointer) -> Int {
    #if canImport(Glibc)
      Glibc.read(file, buffer.baseAddress, buffer.count)
    #else
      Darwin.read(file, buffer.baseAddress, buffer.count)
    #endif
  }

  private static func reason(_ code: Int32) -> String {
    switch code {
    case ENOENT: "it does not exist"
    case EACCES: "this user may not read it"
    default: String(cString: strerror(code))
    }
  }
}
