import Configuration

/// One variant as it is written: a merge patch over the document.
struct VariantReader {
  let name: String
  let location: SourceLocation
  /// Null for the only variant of a file that names none.
  let patch: Value
  /// Where the next variant begins.
  private var end: SourceLocation?

  /// Those of the document, in order; one called `default` where it has none.
  static func variants(of document: Value, _ diagnostics: inout Diagnostics) -> [VariantReader] {
    let plain = VariantReader(name: Play.defaultVariant, location: document.location, patch: .null)
    guard let written = document[Scenario.variants.name], !written.isNull else { return [plain] }
    guard let entries = written.map?.entries.filter({ !$0.key.hasPrefix("x-") }) else {
      diagnostics.report(.expected("a map of variants by name", found: written))
      return [plain]
    }
    var variants: [VariantReader] = []
    var names: [String: String] = [:]  // looked up, never iterated
    for entry in entries where accepts(entry, &names, &diagnostics) {
      variants.append(VariantReader(name: entry.key, location: entry.keyLocation, patch: entry.value))
    }
    for index in variants.indices.dropLast() { variants[index].end = variants[index + 1].location }
    return variants.isEmpty ? [plain] : variants
  }

  private init(name: String, location: SourceLocation, patch: Value) {
    self.name = name
    self.location = location
    self.patch = patch
  }

  private static func accepts(
    _ entry: Mapping.Entry, _ names: inout [String: String], _ diagnostics: inout Diagnostics
  ) -> Bool {
    guard FileName.check(entry.key, of: "a variant", at: entry.keyLocation, &diagnostics) else {
      return false
    }
    if let other = names.updateValue(entry.key, forKey: FileName.folded(entry.key)) {
      diagnostics.report(
        "'\(entry.key)' and '\(other)' differ only in case, and files are named after them", .duplicateName,
        at: entry.keyLocation)
      return false
    }
    guard entry.value.isNull || entry.value.map != nil else {
      diagnostics.report(.expected("a map of changes for the variant '\(entry.key)'", found: entry.value))
      return false
    }
    for key in [Scenario.name.name, Scenario.variants.name, "include"] {
      guard let wrong = entry.value.map?.entry(key) else { continue }
      diagnostics.report(
        "a variant cannot have '\(key)' of its own", .unknownField, at: wrong.keyLocation,
        notes: ["it may change everything else the file says"])
    }
    return true
  }

  /// Whether that place is in the variant's own lines.
  func holds(_ place: SourceLocation) -> Bool {
    guard !patch.isNull, place.file == location.file, place >= location else { return false }
    return end.map { place < $0 } ?? true
  }

  /// The document as this variant has it: patched, and without variables.
  func resolved(in document: Value, _ uses: inout VariableUses, _ diagnostics: inout Diagnostics) -> Value {
    var base = document.map ?? Mapping()
    base.remove(Scenario.variants.name)
    base.remove("include")
    var changes = patch.map ?? Mapping()
    for key in [Scenario.name.name, Scenario.variants.name, "include"] { changes.remove(key) }
    let merged = Value(.map(base), at: document.location)
      .merging(patch: Value(.map(changes), at: patch.location))
    var result = merged.map ?? Mapping()
    let with = result.remove(Scenario.with.name)
    if let with, !with.isNull, with.map == nil {
      diagnostics.report(.expected("a map of variables", found: with))
    }
    var variables = Variables(with)
    let substituted = variables.substitute(in: Value(.map(result), at: document.location))
    uses.add(variables, of: name)
    return substituted
  }
}

/// How variables are used in all variants together.
struct VariableUses {
  private var undefined: [(use: Variables.Use, variants: [String], names: [String])] = []
  private var undefinedPlaces: [Variables.Use: Int] = [:]  // looked up, never iterated
  private var given: [Variables.Use] = []
  private var isGiven: Set<Variables.Use> = []  // looked up, never iterated
  private var used: Set<Variables.Use> = []  // looked up, never iterated
  private var wanted: Set<String> = []  // looked up, never iterated
  private var wantedNames: [String] = []
  private var unusable: [Variables.Use] = []
  private var variantCount = 0

  /// Where variables without a value stand.
  var undefinedLocations: Set<SourceLocation> { Set(undefined.map(\.use.location)) }

  mutating func add(_ variables: Variables, of variant: String) {
    variantCount += 1
    for use in variables.undefined {
      want(use.name)
      if let place = undefinedPlaces[use] {
        if undefined[place].variants.last != variant { undefined[place].variants.append(variant) }
      } else {
        undefinedPlaces[use] = undefined.count
        undefined.append((use, [variant], variables.names))
      }
    }
    unusable += variables.unusable
    for entry in variables.entries where !entry.key.hasPrefix("x-") {
      let use = Variables.Use(name: entry.key, location: entry.keyLocation)
      if variables.used.contains(entry.key) {
        used.insert(use)
        want(entry.key)
      }
      if isGiven.insert(use).inserted { given.append(use) }
    }
  }

  private mutating func want(_ name: String) {
    if wanted.insert(name).inserted { wantedNames.append(name) }
  }

  func report(to diagnostics: inout Diagnostics) {
    for (use, variants, names) in undefined {
      var notes = Diagnostic.Note.suggestion(for: use.name, among: names, called: "variables")
      if variants.count < variantCount {
        notes.append("in the variant\(variants.count == 1 ? "" : "s") \(variants.joined(separator: ", "))")
      }
      diagnostics.report(
        "the variable '$\(use.name)' has no value", .undefinedVariable, at: use.location, notes: notes)
    }
    for use in unusable {
      diagnostics.report(
        "'${\(use.name)}' stands inside a text, and its value is no text", .wrongType, at: use.location)
    }
    for use in given where !used.contains(use) {
      let near = nearest(to: use.name, among: wantedNames)
      diagnostics.report(
        "the variable '\(use.name)' is set but never used", .unusedVariable, at: use.location,
        notes: near.map { ["did you mean '\($0)'?"] } ?? [])
    }
  }
}
