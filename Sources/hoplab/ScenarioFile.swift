import ArgumentParser
import Configuration
import Platforms
import Scenarios
import YAMLSource

/// A scenario file as it was read, with everything that is to be said about it.
struct ScenarioFile {
  let path: String
  /// Nil when it cannot be played.
  let scenario: Scenario?
  let sources: SourceMap
  let diagnostics: Diagnostics

  /// `-` is standard input.
  init(_ path: String) {
    self.path = path
    var sources = SourceMap()
    var diagnostics = Diagnostics()
    let name = path == "-" ? "(standard input)" : path
    let value = YAMLSource.read(file: name, into: &sources, &diagnostics) { file in
      try file == name && path == "-" ? InputFile.readStandardInput() : InputFile.read(file)
    }
    var files = TextFiles(sources) { name, sources, diagnostics in
      YAMLSource.readText(name, into: &sources, &diagnostics) { try InputFile.read($0) }
    }
    let read = value.flatMap {
      Scenario.read($0, defaultName: ScenarioFile.name(of: path), files: &files, &diagnostics)
    }
    scenario = diagnostics.hasErrors ? nil : read
    self.sources = files.sources
    self.diagnostics = diagnostics
  }

  /// The file's name without folders and ending, made fit to name a folder.
  static func name(of path: String) -> String {
    let file = path.split(separator: "/").last ?? "scenario"
    let stem = file.lastIndex(of: ".").map { $0 > file.startIndex ? file[..<$0] : file } ?? file
    let plain = stem.map { $0.isLetter || $0.isNumber || $0 == "-" || $0 == "_" ? $0 : "-" }
    let name = String(plain.drop { !$0.isLetter && !$0.isNumber }.prefix(50))
    return name.isEmpty ? "scenario" : name
  }

  /// Says on standard error what there is to say.
  func tell(leavingOut code: DiagnosticCode? = nil) {
    var told = diagnostics
    if let code, diagnostics.suppressedCount == 0 {
      told = Diagnostics()
      for diagnostic in diagnostics.all where diagnostic.code != code { told.report(diagnostic) }
    }
    guard !told.isEmpty else { return }
    let renderer = DiagnosticRenderer(sources: sources, colour: Terminal.Stream.error.isColoured)
    Terminal.note(renderer.render(told))
  }

  /// The scenario, or the end of the command when there is none.
  func playable() throws -> Scenario {
    tell()
    guard let scenario else {
      let code = diagnostics.sorted.first { $0.severity == .error }?.code.rawValue
      if let code { Terminal.note("hoplab explain \(code) says more.\n") }
      throw ExitCode.invalid
    }
    return scenario
  }

  /// The plays of the variants asked for, or all of them.
  func plays(of scenario: Scenario, named names: [String]) throws -> [Play] {
    guard !names.isEmpty else { return scenario.plays }
    var diagnostics = Diagnostics()
    let plays = scenario.plays(named: names, &diagnostics)
    tellOfArguments(diagnostics)
    guard !diagnostics.hasErrors else { throw ExitCode.invalid }
    return plays
  }

  /// Says what is wrong on the command line, which is in no file.
  func tellOfArguments(_ diagnostics: Diagnostics) {
    for diagnostic in diagnostics.sorted {
      let notes = diagnostic.notes.map { "  note: \($0.message)\n" }.joined()
      Terminal.note("\(path): \(diagnostic.severity) \(diagnostic.code.rawValue): \(diagnostic.message)\n\(notes)")
    }
  }
}
