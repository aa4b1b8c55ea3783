import Configuration
import YAMLSource

/// One text read on its own, with everything that was said about it.
struct Reading {
  var value: Value?
  var diagnostics = Diagnostics()
  var sources = SourceMap()

  init(_ text: String) {
    value = YAMLSource.read(text: text, name: "test.yaml", into: &sources, &diagnostics)
  }

  init(bytes: [UInt8]) {
    value = YAMLSource.read(bytes: bytes, name: "test.yaml", into: &sources, &diagnostics)
  }

  var first: Diagnostic? { diagnostics.sorted.first }

  /// "HL0106 2:1", or nothing if all was well.
  var verdict: String {
    first.map { "\($0.code.rawValue) \($0.location.line):\($0.location.column)" } ?? "well"
  }

  var rendered: String { DiagnosticRenderer(sources: sources, colour: false).render(diagnostics) }
}
