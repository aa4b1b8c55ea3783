import Configuration

extension YAMLSource {
  /// The largest file of another kind that a scenario may name, in bytes.
  public static let largestNamedFile = 1 << 20

  /// Reads a file that is no YAML and that a scenario names, with the same care as one that it includes.
  ///
  /// `load` gives the bytes of a file. The name is a path as seen from the file it stands in.
  ///
  /// - Returns: The file's number among the sources; nil when it cannot be read, which has been reported.
  public static func readText(
    _ name: Located<String>, into sources: inout SourceMap, _ diagnostics: inout Diagnostics,
    load: (String) throws -> [UInt8]
  ) -> UInt16? {
    let includer = name.location.isNone ? "" : sources[name.location.file].name
    let path = joined(name.value, includer)
    let bytes: [UInt8]
    do {
      bytes = try load(path)
    } catch {
      diagnostics.report(
        "the file '\(path)' cannot be read: \(error)", .fileNotReadable, at: name.location,
        notes: ["the name is a path as seen from \(includer.isEmpty ? "the scenario" : includer)"])
      return nil
    }
    guard bytes.count <= largestNamedFile else {
      diagnostics.report(
        "the file '\(path)' has \(bytes.count) bytes; the most that is read is \(largestNamedFile)", .tooLarge,
        at: name.location)
      return nil
    }
    guard var text = String(validating: bytes, as: UTF8.self) else {
      reportNotUTF8(bytes[...], name: path, into: &sources, &diagnostics)
      return nil
    }
    if text.unicodeScalars.first == "\u{FEFF}" { text.unicodeScalars.removeFirst() }
    return sources.add(name: path, text: text)
  }
}
