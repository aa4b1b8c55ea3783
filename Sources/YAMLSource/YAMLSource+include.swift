import Configuration

extension YAMLSource {
  /// How deep files may include files.
  public static let deepestInclude = 16
  /// How many files may be read for one scenario, counted with repetition.
  public static let mostFiles = 1000

  /// Reads a file and the files it includes: `include: [a.yaml, b.yaml]` at the top merges those first, in that order
  /// (RFC 7396), and the including file wins.
  ///
  /// `load` gives the bytes of a file. Names are as seen from the including file; `resolve` joins the two, by default
  /// as paths. What is wrong has been reported when nil is given; a wrong include is reported and left out.
  public static func read(
    file name: String, into sources: inout SourceMap, _ diagnostics: inout Diagnostics,
    resolve: (_ name: String, _ includer: String) -> String = joined(_:_:),
    load: (String) throws -> [UInt8]
  ) -> Value? {
    let bytes: [UInt8]
    do {
      bytes = try load(name)
    } catch {
      let file = sources.add(name: name, text: "")
      diagnostics.report(
        "cannot be read: \(error)", .fileNotReadable, at: SourceLocation(file: file, line: 0, column: 0))
      return nil
    }
    return withoutActuallyEscaping(load) { load in
      withoutActuallyEscaping(resolve) { resolve in
        var includer = Includer(load: load, resolve: resolve)
        return includer.read(bytes, name: name, into: &sources, &diagnostics)
      }
    }
  }

  /// `Labs/a.yaml` and `../b.yaml` give `Labs/../b.yaml` shortened to `b.yaml`; an absolute name stays as it is.
  public static func joined(_ name: String, _ includer: String) -> String {
    guard !name.hasPrefix("/") else { return shortened(name) }
    guard let slash = includer.lastIndex(of: "/") else { return shortened(name) }
    return shortened(includer[...slash] + name)
  }

  private static func shortened(_ path: String) -> String {
    var parts: [Substring] = []
    for part in path.split(separator: "/") where part != "." {
      if part == "..", let last = parts.last, last != ".." { parts.removeLast() } else { parts.append(part) }
    }
    return (path.hasPrefix("/") ? "/" : "") + parts.joined(separator: "/")
  }
}

private struct Includer {
  let load: (String) throws -> [UInt8]
  let resolve: (String, String) -> String
  var chain: [String] = []
  var fileCount = 0

  mutating func read(
    _ bytes: [UInt8], name: String, into sources: inout SourceMap, _ diagnostics: inout Diagnostics
  ) -> Value? {
    guard let value = YAMLSource.read(bytes: bytes, name: name, into: &sources, &diagnostics) else {
      return nil
    }
    guard let mapping = value.map, let includes = mapping["include"] else { return value }
    chain.append(name)
    defer { chain.removeLast() }
    var base = Value.map([])
    for include in names(in: includes, &diagnostics) {
      if let included = read(include, from: name, into: &sources, &diagnostics) {
        base = base.merging(patch: included, keepingUnmatchedNulls: true)
      }
    }
    var own = mapping
    own.remove("include")
    // Variants are patches: their nulls are not for now.
    var merged = base.merging(
      patch: Value(.map(own), at: value.location), keepingUnmatchedNulls: true)
    merged.location = value.location
    return merged
  }

  private mutating func read(
    _ include: Located<String>, from includer: String, into sources: inout SourceMap,
    _ diagnostics: inout Diagnostics
  ) -> Value? {
    let name = resolve(include.value, includer)
    guard !chain.contains(name) else {
      let circle = (chain.drop { $0 != name } + [name]).joined(separator: " → ")
      diagnostics.report(
        "'\(include.value)' includes itself", .cyclicInclude, at: include.location,
        notes: [Diagnostic.Note("the circle is \(circle)")])
      return nil
    }
    fileCount += 1
    guard chain.count <= YAMLSource.deepestInclude, fileCount < YAMLSource.mostFiles else {
      diagnostics.report(
        chain.count <= YAMLSource.deepestInclude
          ? "more than \(YAMLSource.mostFiles) files are included"
          : "files include files more than \(YAMLSource.deepestInclude) deep",
        .tooDeep, at: include.location)
      return nil
    }
    do {
      let bytes = try load(name)
      let value = self.read(bytes, name: name, into: &sources, &diagnostics)
      guard let value, value.map == nil else { return value }
      diagnostics.report(.expected("a map at the top of an included file", found: value))
    } catch {
      diagnostics.report(
        "the included file '\(name)' cannot be read: \(error)", .missingInclude, at: include.location,
        notes: ["the name is a path as seen from \(includer)"])
    }
    return nil
  }

  /// The names that are texts, with their places; the others have been reported.
  private func names(in value: Value, _ diagnostics: inout Diagnostics) -> [Located<String>] {
    (value.list ?? [value]).compactMap { Shape<String>.string.located.read($0, &diagnostics) }
  }
}
