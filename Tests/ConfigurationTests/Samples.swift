import Configuration

/// A place on line 1 of the first file.
func at(_ column: UInt32, line: UInt32 = 1) -> SourceLocation {
  SourceLocation(file: 0, line: line, column: column)
}

/// What a shape makes of a value, and what it says.
func read<Output>(_ value: Value, as shape: Shape<Output>) -> (output: Output?, messages: [String]) {
  var diagnostics = Diagnostics()
  let output = shape.read(value, &diagnostics)
  return (output, diagnostics.all.map { $0.summary })
}

extension Diagnostic {
  /// Code, message and notes on one line.
  var summary: String { ([code.rawValue + " " + message] + notes.map(\.message)).joined(separator: " | ") }
}
