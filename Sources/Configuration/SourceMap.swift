/// A file as it was read, under the name the user gave it.
public struct SourceFile: Sendable {
  public let name: String
  public let text: String

  public init(name: String, text: String) {
    self.name = name
    self.text = text
  }

  /// The line with this number, counted from 1, without its line break; found by walking the text, since only a
  /// diagnostic ever asks.
  public func line(_ number: UInt32) -> String? {
    guard number > 0 else { return nil }
    var rest = text.utf8[...]
    for _ in 1..<number {
      guard let end = rest.firstIndex(of: UInt8(ascii: "\n")) else { return nil }
      rest = rest[rest.index(after: end)...]
    }
    var line = rest.prefix { $0 != UInt8(ascii: "\n") }
    if line.last == UInt8(ascii: "\r") { line = line.dropLast() }
    return String(line)
  }
}

/// Every file that was read, in the order of reading; a location's `file` is the place in it.
public struct SourceMap: Sendable {
  public private(set) var files: [SourceFile] = []

  public init() {}

  /// Keeps a file and gives its number; the 65,535th and later share the last number.
  public mutating func add(name: String, text: String) -> UInt16 {
    if files.count < Int(UInt16.max) { files.append(SourceFile(name: name, text: text)) }
    return UInt16(files.count - 1)
  }

  public subscript(file: UInt16) -> SourceFile {
    precondition(Int(file) < files.count, "a location names a file that was never read")
    return files[Int(file)]
  }

  /// The line a location is on, if it is on one.
  public func line(at location: SourceLocation) -> String? {
    guard !location.isNone, Int(location.file) < files.count else { return nil }
    return files[Int(location.file)].line(location.line)
  }

  /// `file:line:column`, as compilers write it and editors understand it; just the file when the place is unknown.
  public func describe(_ location: SourceLocation) -> String {
    guard Int(location.file) < files.count else { return "(built in)" }
    let name = files[Int(location.file)].name
    return location.isNone ? name : "\(name):\(location.line):\(location.column)"
  }
}
