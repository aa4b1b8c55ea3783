/// A place in a file that was read: its number in the `SourceMap`, and line and column counted from 1.
///
/// Columns count Unicode scalars, as YAML does; the renderer turns them into display columns.
public struct SourceLocation: Hashable, Sendable, BitwiseCopyable {
  public var file: UInt16
  public var line: UInt32
  public var column: UInt32

  public init(file: UInt16, line: UInt32, column: UInt32) {
    self.file = file
    self.line = line
    self.column = column
  }

  /// The place of a value that no file holds, such as one a platform built.
  public static let none = SourceLocation(file: .max, line: 0, column: 0)

  public var isNone: Bool { line == 0 }
}

extension SourceLocation: Comparable {
  public static func < (first: SourceLocation, second: SourceLocation) -> Bool {
    (first.file, first.line, first.column) < (second.file, second.line, second.column)
  }
}
