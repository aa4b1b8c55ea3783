import Configuration
import Platforms

extension Scenario {
  static let name = Field("name", .string, "What the scenario is called; folders are named after it")
  static let title = Field("title", .string, "One line that says what it shows")
  static let nodes = Field("nodes", .value, "Everything that is on the network, by name", required: true)
  static let links = Field("links", .value, "The cables between them")
  static let steps = Field("steps", .value, "What is done, one thing after another")
  static let expect = Field(
    "expect", .value, "What must come of each step, in every variant that does not say otherwise")
  static let limits = Field("limits", PlayLimits.shape, "What ends a play that would not end by itself")
  static let start = Field(
    "start", .oneOf(PlayStart.allCases.map { ($0.rawValue, $0) }),
    "cold unless set; pre-learned: switches and neighbour caches know who speaks, which spares the floods of ARP")
  static let with = Field("with", .value, "Values of $variables")
  static let variants = Field("variants", .value, "Named changes to all of this, as merge patches (RFC 7396)")

  /// Reads a whole file.
  ///
  /// It can name no other files: without a file of its own there is no place from which to see them.
  public static func read(
    _ value: Value, defaultName: String = "scenario", _ diagnostics: inout Diagnostics
  ) -> Scenario? {
    var files = TextFiles()
    return read(value, defaultName: defaultName, files: &files, &diagnostics)
  }

  /// Reads a whole file and those that its nodes name.
  ///
  /// - Parameter defaultName: The name of a scenario that does not say its own.
  /// - Returns: nil when there are mistakes, which have been reported, all of them.
  public static func read(
    _ value: Value, defaultName: String = "scenario", files: inout TextFiles, _ diagnostics: inout Diagnostics
  ) -> Scenario? {
    guard let document = value.map else {
      diagnostics.report(.expected("a map with 'nodes'", found: value))
      return nil
    }
    let errors = diagnostics.errorCount
    let title = document[self.title.name].flatMap { self.title.shape.read($0, &diagnostics) } ?? ""
    let name = readName(document, defaultName, &diagnostics)
    let variants = VariantReader.variants(of: value, &diagnostics)
    var collected = VariantDiagnostics(variants)
    var uses = VariableUses()
    var plays: [Play] = []
    for variant in variants {
      var own = Diagnostics(limit: diagnostics.limit)
      let document = variant.resolved(in: value, &uses, &own)
      let reader = PlayReader(variant: variant.name, name: name, title: title, document: document)
      if let play = reader.read(&files, &own) { plays.append(play) }
      collected.add(own, of: variant)
    }
    collected.report(to: &diagnostics, except: uses.undefinedLocations)
    uses.report(to: &diagnostics)
    guard diagnostics.errorCount == errors, plays.count == variants.count else { return nil }
    let scenario = Scenario(name: name, title: title, plays: plays)
    if !scenario.hasExpectations {
      diagnostics.report(
        "no step says what must come of it, so nothing is checked", .nothingToCheck,
        at: document.entry(steps.name)?.keyLocation ?? value.location)
    }
    return scenario
  }

  private static func readName(
    _ document: Mapping, _ defaultName: String, _ diagnostics: inout Diagnostics
  ) -> String {
    guard let written = document[name.name], !written.isNull else { return defaultName }
    guard let text = name.shape.read(written, &diagnostics) else { return defaultName }
    _ = FileName.check(text, of: "a scenario", at: written.location, &diagnostics)
    return text
  }
}

/// Mistakes of all variants, each told once, and where only some variants make it, with their names.
private struct VariantDiagnostics {
  private let variants: [VariantReader]
  private var found: [(diagnostic: Diagnostic, variants: [String])] = []
  private var places: [Mistake: Int] = [:]  // looked up, never iterated

  /// What is wrong, without the notes: what is near a misspelt name differs from variant to variant.
  private struct Mistake: Hashable {
    var message: String
    var location: SourceLocation
  }

  init(_ variants: [VariantReader]) { self.variants = variants }

  mutating func add(_ diagnostics: Diagnostics, of variant: VariantReader) {
    for diagnostic in diagnostics.all {
      let mistake = Mistake(message: diagnostic.message, location: diagnostic.location)
      if let place = places[mistake] {
        found[place].variants.append(variant.name)
      } else {
        places[mistake] = found.count
        found.append((diagnostic, [variant.name]))
      }
    }
  }

  /// - Parameter undefined: Where variables without a value stand; what else is wrong there follows from that.
  func report(to diagnostics: inout Diagnostics, except undefined: Set<SourceLocation>) {
    for (diagnostic, names) in found where !undefined.contains(diagnostic.location) {
      var diagnostic = diagnostic
      let isOwn =
        names.count == 1 && variants.contains { $0.name == names[0] && $0.holds(diagnostic.location) }
      if names.count < variants.count, !isOwn {
        diagnostic.notes.append(
          "in the variant\(names.count == 1 ? "" : "s") \(names.joined(separator: ", "))")
      }
      diagnostics.report(diagnostic)
    }
  }
}
