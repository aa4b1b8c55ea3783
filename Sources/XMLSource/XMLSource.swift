import Configuration

/// An element of an XML document, with its place in the file.
public struct XMLElement: Sendable {
  public var name: String
  /// In the order written.
  public var attributes: [(name: String, value: String)] = []
  public var children: [XMLElement] = []
  /// What stands in it beside elements, without blanks at its ends.
  public var text = ""
  public var location: SourceLocation

  public subscript(attribute: String) -> String? { attributes.first { $0.name == attribute }?.value }

  public func children(named name: String) -> [XMLElement] { children.filter { $0.name == name } }
}

/// Reads XML 1.0 into elements, as much of it as settings are written in: no document type, so no entities of one's own.
///
/// It is ours because Foundation's parser costs every start of the program more than a millisecond, and tells that a
/// document is whole when it is not.
public enum XMLSource {
  /// Elements stand in each other so deep at most.
  static let deepest = 50

  /// The outermost element; nil when the text is no XML, which has been reported.
  ///
  /// - Parameter place: Where a line and column of the text are, both counted from 1.
  public static func read(
    _ text: String, at place: (_ line: Int, _ column: Int) -> SourceLocation, _ diagnostics: inout Diagnostics
  ) -> XMLElement? {
    var scanner = XMLScanner(text)
    do {
      return try scanner.document(place)
    } catch {
      diagnostics.report(
        "this is no XML: \(error.message)", error.isTooDeep ? .tooDeep : .badXML, at: place(error.line, error.column))
      return nil
    }
  }
}
