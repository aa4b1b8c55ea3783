/// What the marks of a page mean, in a corner where nothing else is.
struct Legend {
  enum Sample {
    case line(
      colour: String, pattern: Canvas.Pattern, width: Double, hasArrowhead: Bool, letter: String?,
      isDouble: Bool = false)
    case badge(colour: String)
    case cross
    case fault
    case terminal(colour: String)
    case faint
    case device(Plan.Role)
    case port
    case tag(colour: String, letter: String)
  }

  struct Row {
    var sample: Sample
    var columns: [Caption.Run]
  }

  var rows: [Row]

  private static let sampleWidth = 40.0
  private static let rowHeight = 19.0
  private static let padding = 7.0

  private static let columnGap = 9.0

  private var widths: [Double] {
    (0..<(rows.map(\.columns.count).max() ?? 0)).map { column in
      rows.map { $0.columns.count > column ? $0.columns[column].width : 0 }.max() ?? 0
    }
  }

  var size: Size {
    return Size(
      width: Self.padding * 2 + Self.sampleWidth + widths.reduce(0) { $0 + $1 + Self.columnGap } - 2,
      height: Self.padding * 2 + Self.rowHeight * Double(rows.count))
  }

  /// The first free corner of the picture, or else a place below it; the same for all pages with a legend of this size.
  func place(in arrangement: Arrangement) -> Rect {
    let bounds = arrangement.bounds
    let corners = [
      Point(x: bounds.right - size.width, y: bounds.top), Point(x: bounds.left, y: bounds.top),
      Point(x: bounds.left, y: bounds.bottom - size.height),
      Point(x: bounds.right - size.width, y: bounds.bottom - size.height),
    ]
    for corner in corners {
      let place = Rect(left: corner.x, top: corner.y, size: size)
      let guarded = place.grown(by: 10)
      if bounds.contains(place), arrangement.isFree(guarded) { return place }
    }
    return Rect(left: bounds.left, top: bounds.bottom + 16, size: size)
  }

  func draw(on canvas: inout Canvas, at place: Rect) {
    canvas.add(
      Canvas.Shape(
        kind: .legend, name: "legend", rect: place, outline: .square, line: Palette.faintLine))
    for (index, row) in rows.enumerated() {
      let y = place.top + Self.padding + Self.rowHeight * (Double(index) + 0.5)
      let name = "legend \(index + 1)"
      var x = place.left + Self.padding + Self.sampleWidth + Self.columnGap
      for (column, run) in row.columns.enumerated() {
        let caption = Caption(lines: [[run]], alignment: .left)
        canvas.add(
          Canvas.Shape(
            kind: .inner, name: column == 0 ? name : "\(name) \(column + 1)",
            rect: Rect(left: x, top: y - caption.size.height / 2, size: caption.size), caption: caption))
        x += widths[column] + Self.columnGap
      }
      draw(row.sample, on: &canvas, name: name, from: place.left + Self.padding, y: y)
    }
  }

  private func draw(_ sample: Sample, on canvas: inout Canvas, name: String, from x: Double, y: Double) {
    let way = WireRoute(points: [Point(x: x, y: y), Point(x: x + Self.sampleWidth, y: y)])
    let middle = Point(x: x + Self.sampleWidth / 2, y: y)
    switch sample {
    case .line(let colour, let pattern, let width, let hasArrowhead, let letter, let isDouble):
      canvas.add(
        Canvas.Line(
          tail: name, head: name, route: way, colour: colour, width: width, pattern: pattern,
          hasArrowhead: hasArrowhead, isDouble: isDouble))
      if let letter {
        canvas.add(
          .tag(
            letter, colour: colour, at: middle, name: name + " tag", kind: .inner, outline: isDouble ? .square : nil))
      }
    case .badge(let colour):
      canvas.add(
        .badge("1", size: Lane.badge("1"), colour: colour, at: middle, name: name + " badge", kind: .inner))
    case .cross:
      canvas.add(.cross(at: middle, name: name + " cross", kind: .inner))
    case .fault:
      canvas.add(.fault(at: middle, name: name + " fault", kind: .inner))
    case .terminal(let colour):
      canvas.add(
        Canvas.Shape(
          kind: .inner, name: name + " box", rect: Rect(centre: middle, size: Size(width: 26, height: 11)),
          outline: .rounded, fill: Palette.white, line: colour, lineWidth: 2.2))
    case .faint:
      canvas.add(
        Canvas.Shape(
          kind: .inner, name: name + " box", rect: Rect(centre: middle, size: Size(width: 26, height: 11)),
          outline: .rounded, fill: Palette.faintFill, line: Palette.faintLine))
    case .device(let role):
      canvas.add(
        Canvas.Shape(
          kind: .inner, name: name + " box", rect: Rect(centre: middle, size: Size(width: 30, height: 12)),
          outline: role.isBar ? .square : .rounded, fill: Palette.fill(of: role), line: Palette.line(of: role)
        ))
    case .port:
      canvas.add(
        Canvas.Shape(
          kind: .inner, name: name + " box", rect: Rect(centre: middle, size: Size(width: 22, height: 10)),
          outline: .square, fill: Palette.white, line: Palette.quiet, lineWidth: 0.6))
    case .tag(let colour, let letter):
      canvas.add(.tag(letter, colour: colour, at: middle, name: name + " tag", kind: .inner))
    }
  }
}

extension Arrangement {
  /// Whether no box and no wire of any variant is in the way; a frame that reaches in is in the way too.
  func isFree(_ rect: Rect) -> Bool {
    !boxes.contains { $0.intersects(rect) } && !frames.contains { $0?.intersects(rect) ?? false }
      && !routes.indices.contains { routes[$0].meets(rect.grown(by: blueprint.wires[$0].breadth / 2)) }
  }
}

extension Canvas.Shape {
  /// A number on an arrow.
  static func badge(
    _ text: String, size: Size, colour: String, at centre: Point, name: String, kind: Canvas.Kind = .badge,
    outline: Canvas.Outline? = nil
  ) -> Self {
    Canvas.Shape(
      kind: kind, name: name, rect: Rect(centre: centre, size: size),
      caption: Caption(lines: [[.init(text, size: 9, bold: true)]]),
      outline: outline ?? (size.width > size.height ? .rounded : .round), fill: Palette.white, line: colour,
      lineWidth: 1.3
    )
  }

  /// A step's letter on its line.
  static func tag(
    _ letter: String, colour: String, at centre: Point, name: String, kind: Canvas.Kind = .tag,
    outline: Canvas.Outline? = nil
  ) -> Self {
    let width = max(12, Lettering.width(of: letter, size: 9, bold: true) + 3)
    return Canvas.Shape(
      kind: kind, name: name, rect: Rect(centre: centre, size: Size(width: width, height: 12)),
      caption: Caption(lines: [[.init(letter, size: 9, bold: true)]]),
      outline: outline ?? (width > 12 ? .rounded : .round),
      fill: Palette.white, line: colour, lineWidth: 1.3)
  }

  /// Where a packet ended.
  static func cross(at centre: Point, name: String, kind: Canvas.Kind = .cross) -> Self {
    Canvas.Shape(
      kind: kind, name: name, rect: Rect(centre: centre, size: Size(width: 15, height: 15)),
      caption: Caption(lines: [[.init("×", size: 15, bold: true, tone: .colour(Palette.failed))]]),
      outline: .round,
      fill: Palette.white, line: Palette.failed, lineWidth: 1.8)
  }

  static let faultSize = Size(width: 12, height: 12)

  /// What is cut, or switched off.
  static func fault(at centre: Point, name: String, kind: Canvas.Kind = .fault) -> Self {
    Canvas.Shape(
      kind: kind, name: name, rect: Rect(centre: centre, size: faultSize),
      caption: Caption(lines: [[.init("×", size: 13, bold: true, tone: .colour(Palette.failed))]]),
      outline: .square, fill: Palette.white, line: Palette.failed, lineWidth: 0.8)
  }
}
