import Configuration

/// The text files that the nodes of a scenario name, such as a network's own definition or a program's settings.
///
/// Platforms reach no disk: whoever reads the scenario says how a file is read. Each is read once, whatever the number of
/// variants, and has its place among the sources, so that mistakes in it are shown like those of the scenario.
public struct TextFiles: Sendable {
  /// Gives the file's number among the sources; nil when it cannot be read, which has been reported at the name.
  public typealias Read = @Sendable (_ name: Located<String>, inout SourceMap, inout Diagnostics) -> UInt16?

  /// How many files may be named.
  public static let most = 1000

  public private(set) var sources: SourceMap
  private let read: Read?
  private var results: [Located<String>: Result] = [:]  // looked up, never iterated

  private struct Result {
    var file: UInt16?
    var diagnostics: Diagnostics
  }

  /// - Parameter sources: What was read already; names are seen from the file of it in which they stand.
  public init(_ sources: SourceMap, read: @escaping Read) {
    self.sources = sources
    self.read = read
  }

  /// For scenarios that no file holds: none can be read.
  public init() {
    sources = SourceMap()
    read = nil
  }

  /// The file of that name; nil when there is none, which has been reported.
  public mutating func file(_ name: Located<String>, _ diagnostics: inout Diagnostics) -> TextFile? {
    guard let read else {
      diagnostics.report(
        "'\(name.value)' is not read, because this scenario comes from no file", .fileNotReadable, at: name.location)
      return nil
    }
    if results[name] == nil {
      guard results.count < Self.most else {
        diagnostics.report("more than \(Self.most) files are named", .tooLarge, at: name.location)
        return nil
      }
      var own = Diagnostics()
      let file = read(name, &sources, &own)
      results[name] = Result(file: file, diagnostics: own)
    }
    guard let result = results[name] else { return nil }
    diagnostics.report(result.diagnostics)
    return result.file.map { TextFile(number: $0, source: sources[$0]) }
  }
}

/// A text file with the places in it.
public struct TextFile: Sendable {
  public let name: String
  public let text: String
  private let number: UInt16

  init(number: UInt16, source: SourceFile) {
    name = source.name
    text = source.text
    self.number = number
  }

  /// Line and column are counted from 1, and columns in Unicode scalars.
  public func location(line: Int, column: Int = 1) -> SourceLocation {
    SourceLocation(file: number, line: UInt32(clamping: line), column: UInt32(clamping: column))
  }
}
