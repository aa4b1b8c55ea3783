/// A picture as shapes and lines with their final places, before it becomes DOT text.
package struct Canvas: Sendable {
  package enum Kind: String, Sendable {
    case box
    case port
    case badge
    case note
    case cross
    case fault
    case tag
    case label
    case title
    case legend
    /// Part of a note or the legend, which is what takes the room.
    case inner
  }

  package enum Outline: Sendable {
    case none
    case square
    case rounded
    case round
  }

  /// Dashes are drawn as pieces of line, because Graphviz knows only two patterns and each output spaces them its own way.
  package enum Pattern: Sendable {
    case solid
    case dashes
    /// Few of them, for many lines that are long.
    case longDashes
    case dots
    case dashDot
  }

  package struct Shape: Sendable {
    package var kind: Kind
    package var name: String
    package var rect: Rect
    var caption: Caption?
    var outline = Outline.none
    var fill: String?
    var line = Palette.ink
    var lineWidth = 1.0
    /// The frame it is listed in; nil for the page.
    var frame: Int?
    var isFaint = false
  }

  package struct Line: Sendable {
    package var tail: String
    package var head: String
    package var route: WireRoute
    package var colour: String
    package var width: Double
    package var pattern = Pattern.solid
    /// How much its corners are rounded.
    package var cornerRadius = WireRoute.usualRadius
    package var hasArrowhead = false
    /// Two thin lines instead of one thick one.
    package var isDouble = false
    /// Belongs to a flow, so nothing written may touch it.
    package var isFlow = false
    package var tooltip = ""
  }

  struct Frame: Sendable {
    var name: String
    var rect: Rect
    var title: Caption
    var titlePlace: Point
    var fill: String
    var line: String
    var lineWidth = 1.0
    var isFaint: Bool
    var parent: Int?
    /// Index by which shapes and inner frames name it.
    var index: Int
  }

  package var name: String
  package private(set) var shapes: [Shape] = []
  package private(set) var lines: [Line] = []
  private(set) var frames: [Frame] = []
  /// What the page must hold, even if nothing is drawn there.
  package var page: Rect

  init(name: String, page: Rect) {
    self.name = name
    self.page = page
  }

  mutating func add(_ shape: Shape) {
    shapes.append(shape)
    page = page.union(shape.rect)
  }

  mutating func add(_ line: Line) { lines.append(line) }

  mutating func add(_ frame: Frame) { frames.append(frame) }

  /// Where frame titles stand.
  package var frameTitles: [Rect] {
    frames.map { Rect(left: $0.titlePlace.x, top: $0.titlePlace.y, size: $0.title.size) }
  }
}
