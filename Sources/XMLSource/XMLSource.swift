import Configuration
import Foundation

#if canImport(FoundationXML)
  import FoundationXML
#endif

/// An element of an XML document, with its place in the file.
public struct XMLElement: Sendable {
  public var name: String
  /// By name, in alphabetical order: a document's own order of attributes means nothing.
  public var attributes: [(name: String, value: String)]
  public var children: [XMLElement] = []
  /// What stands in it beside elements, without blanks at its ends.
  public var text = ""
  public var location: SourceLocation

  public subscript(attribute: String) -> String? { attributes.first { $0.name == attribute }?.value }

  public func children(named name: String) -> [XMLElement] { children.filter { $0.name == name } }
}

/// Reads XML into elements.
///
/// Nothing outside the text is looked at: no document type, no external entity.
public enum XMLSource {
  /// Deeper ones are refused.
  static let deepest = 50

  /// The outermost element; nil when the text is no XML, which has been reported.
  ///
  /// - Parameter place: Where a line and column of the text are, both counted from 1.
  public static func read(
    _ text: String, at place: @escaping (_ line: Int, _ column: Int) -> SourceLocation,
    _ diagnostics: inout Diagnostics
  ) -> XMLElement? {
    let parser = XMLParser(data: Data(text.utf8))
    parser.shouldResolveExternalEntities = false
    let builder = Builder(lines: text.split(separator: "\n", omittingEmptySubsequences: false), at: place)
    parser.delegate = builder
    // What it gives back is true for much that is wrong; the first mistake it tells of counts.
    _ = parser.parse()
    if let refusal = builder.refusal {
      diagnostics.report(refusal)
      return nil
    }
    // Of a document that is cut in a tag the parser says nothing.
    guard builder.isClosed else {
      diagnostics.report("this is no XML: \(words(of: 77))", .badXML, at: place(builder.lastLine, 1))
      return nil
    }
    guard let root = builder.root else {
      diagnostics.report("this is no XML: there is nothing in it", .badXML, at: place(1, 1))
      return nil
    }
    return root
  }

  /// libxml2's numbers (`xmlParserErrors`), for what people do wrong.
  fileprivate static func words(of code: Int) -> String {
    switch code {
    case 4: "it does not begin with an element"
    case 5: "it ends before all of its tags are closed, or something stands behind its end"
    case 26: "there is no entity of that name"
    case 38: "'<' stands in the value of an attribute"
    case 39: "an attribute has no value in quotes"
    case 41: "an attribute has no value"
    case 42: "an attribute is written twice"
    case 68: "a name is expected behind '<'"
    case 73: "a tag does not end with '>'"
    case 76: "a tag is closed that is not the one that is open"
    case 77: "it ends before all of its tags are closed"
    default: "libxml2 gives it up with error \(code)"
    }
  }
}

/// Puts elements together while they are read.
private final class Builder: NSObject, XMLParserDelegate {
  var root: XMLElement?
  var refusal: Diagnostic?
  private var open: [XMLElement] = []
  var isClosed: Bool { open.isEmpty }
  var lastLine: Int { max(lines.count, 1) }
  private static let longestLine = 500
  /// Nil for those in which nobody looks for a column.
  private let lines: [Substring?]
  private let place: (Int, Int) -> SourceLocation

  init(lines: [Substring], at place: @escaping (Int, Int) -> SourceLocation) {
    self.lines = lines.map { $0.utf8.count <= Self.longestLine ? $0 : nil }
    self.place = place
  }

  func parser(
    _ parser: XMLParser, didStartElement elementName: String, namespaceURI: String?, qualifiedName: String?,
    attributes: [String: String]
  ) {
    let location = location(of: elementName, endingIn: parser.lineNumber)
    guard open.count < XMLSource.deepest else {
      refusal = Diagnostic(
        "elements stand in each other more than \(XMLSource.deepest) deep", code: .tooDeep, at: location)
      return parser.abortParsing()
    }
    let sorted = attributes.sorted { $0.key < $1.key }.map { (name: $0.key, value: $0.value) }
    open.append(XMLElement(name: elementName, attributes: sorted, location: location))
  }

  func parser(_ parser: XMLParser, parseErrorOccurred parseError: any Error) {
    guard refusal == nil else { return }
    let words = XMLSource.words(of: (parseError as NSError).code)
    refusal = Diagnostic(
      "this is no XML: \(words)", code: .badXML, at: place(max(parser.lineNumber, 1), max(parser.columnNumber, 1)))
  }

  /// A tag is told of when its end has been read; it began there or on a line before.
  private func location(of name: String, endingIn line: Int) -> SourceLocation {
    for number in stride(from: min(line, lines.count), to: max(0, line - 20), by: -1) {
      guard let text = lines[number - 1], let start = text.ranges(of: "<\(name)").last?.lowerBound else { continue }
      return place(number, text[..<start].unicodeScalars.count + 1)
    }
    return place(max(line, 1), 1)
  }

  func parser(_ parser: XMLParser, foundCharacters string: String) {
    if !open.isEmpty { open[open.count - 1].text += string }
  }

  func parser(
    _ parser: XMLParser, didEndElement elementName: String, namespaceURI: String?, qualifiedName: String?
  ) {
    guard var element = open.popLast() else { return }
    element.text = element.text.trimmingCharacters(in: .whitespacesAndNewlines)
    if open.isEmpty { root = element } else { open[open.count - 1].children.append(element) }
  }
}
