extension Canvas {
  /// DOT text in which every place is fixed: `neato -n2` draws the same picture from it.
  var dot: String {
    var text = """
      // Every place is fixed; draw it with: neato -n2 -Tsvg
      digraph \(DOTText.quoted(name)) {
        graph [bgcolor="#ffffff", outputorder=edgesfirst, pad=0.15, fontname=\(Self.fonts), fontsize=12];
        node [shape=box, fixedsize=shape, label="", fontname=\(Self.fonts), fontsize=9, fontcolor="\(Palette.ink)", margin=0];
        edge [arrowhead=none, arrowsize=0.75, fontname=\(Self.fonts)];
        page [style=invis, \(Self.place(page))];

      """
    for frame in frames where frame.parent == nil { write(frame, indent: "  ", into: &text) }
    for shape in shapes where shape.frame == nil { text += Self.statements(shape, indent: "  ") }
    for line in lines { text += "  " + Self.statement(line) }
    return text + "}\n"
  }

  static let fonts = "\"Helvetica,Arial,sans-serif\""

  private func write(_ frame: Frame, indent: String, into text: inout String) {
    let box = [frame.rect.left, -frame.rect.bottom, frame.rect.right, -frame.rect.top]
    let title = Rect(left: frame.titlePlace.x, top: frame.titlePlace.y, size: frame.title.size).centre
    text += """
      \(indent)subgraph \(DOTText.quoted("cluster_" + frame.name)) {
      \(indent)  graph [bb="\(box.map { Decimal($0).description }.joined(separator: ","))", style="rounded,filled", \
      fillcolor="\(frame.fill)", color="\(frame.line)"\(Self.penWidth(frame.lineWidth)), label=<\(Self.markup(frame.title, width: frame.title.size.width, isFaint: frame.isFaint))>, \
      lp="\(Self.pair(title))"];

      """
    for shape in shapes where shape.frame == frame.index {
      text += Self.statements(shape, indent: indent + "  ")
    }
    for inner in frames where inner.parent == frame.index { write(inner, indent: indent + "  ", into: &text) }
    text += indent + "}\n"
  }

  private static func penWidth(_ width: Double) -> String { width == 1 ? "" : ", penwidth=\(Decimal(width))" }

  private static func statements(_ shape: Shape, indent: String) -> String {
    let isText = shape.outline == .none && shape.fill == nil && !(shape.caption?.isEmpty ?? true)
    return ((isText ? [] : [outline(shape)]) + lettering(of: shape)).map { indent + $0 }.joined()
  }

  private static func outline(_ shape: Shape) -> String {
    var attributes = [place(shape.rect)]
    var styles: [String] = []
    switch shape.outline {
    case .none: attributes.append("shape=none")
    case .square: break
    case .rounded: styles.append("rounded")
    case .round: attributes.append("shape=ellipse")
    }
    if let fill = shape.fill {
      styles.append("filled")
      attributes.append("fillcolor=\"\(fill)\"")
    }
    if !styles.isEmpty { attributes.append("style=\"\(styles.joined(separator: ","))\"") }
    if shape.outline != .none {
      // A shape without a border of its own: Graphviz has no colour for "none" but a transparent one.
      attributes.append(shape.lineWidth > 0 ? "color=\"\(shape.line)\"" : "color=transparent")
      if shape.lineWidth > 0, shape.lineWidth != 1 {
        attributes.append("penwidth=\(Decimal(shape.lineWidth))")
      }
    }
    return "\(DOTText.quoted(shape.name)) [\(attributes.joined(separator: ", "))];\n"
  }

  /// The text of a shape as nodes of their own: a node's own label stands a little too high, and always centred.
  private static func lettering(of shape: Shape) -> [String] {
    guard let caption = shape.caption, !caption.isEmpty else { return [] }
    let isShape = shape.outline != .none || shape.fill != nil
    func node(_ part: String, _ caption: Caption, _ rect: Rect) -> String {
      let name = isShape || !part.isEmpty ? "\(shape.name) text\(part)" : shape.name
      let label = markup(caption, width: rect.width, isFaint: shape.isFaint)
      return "\(DOTText.quoted(name)) [\(place(rect)), shape=none, label=<\(label)>];\n"
    }
    var top = shape.rect.centre.y - caption.size.height / 2
    return caption.lines.enumerated().map { index, line in
      let single = Caption(lines: [line], alignment: caption.alignment)
      let size = Size(width: caption.size.width, height: single.size.height)
      defer { top += size.height }
      let left = caption.alignment == .left ? shape.rect.left : shape.rect.centre.x - size.width / 2
      let rect = Rect(left: left, top: top + (line.map(\.size).max() ?? 9) * Self.drop, size: size)
      return node(index == 0 ? "" : " \(index + 1)", single, rect)
    }
  }

  /// How much lower a text has to stand to look centred, in font sizes.
  private static let drop = 0.13

  private static func place(_ rect: Rect) -> String {
    """
    pos="\(pair(rect.centre))", width=\(Decimal(rect.width / 72, places: 4)), \
    height=\(Decimal(rect.height / 72, places: 4))
    """
  }

  /// DOT's y grows upwards.
  private static func pair(_ point: Point) -> String { "\(Decimal(point.x)),\(Decimal(-point.y))" }

  private static func markup(_ caption: Caption, width: Double, isFaint: Bool) -> String {
    let lines = caption.lines.map { line in
      line.map { run in
        let colour =
          switch run.tone {
          case .strong: isFaint ? Palette.faintInk : Palette.ink
          case .quiet: isFaint ? Palette.faintInk : Palette.quiet
          case .colour(let colour): colour
          }
        let text = DOTText.markup(run.text)
        let font = "<font point-size=\"\(Decimal(run.size, places: 1))\" color=\"\(colour)\">"
        return text.isEmpty ? "" : "\(font)\(run.bold ? "<b>\(text)</b>" : text)</font>"
      }.joined()
    }
    let text = lines.joined(separator: "<br/>")
    guard caption.alignment == .left else { return text }
    // Graphviz centres a label whatever its text says; a table as wide as the place keeps the text at its left.
    return """
      <table border="0" cellborder="0" cellpadding="0" cellspacing="0" width="\(Int(width.rounded(.up)))"><tr>\
      <td align="left" balign="left">\(text)</td></tr></table>
      """
  }

  private static let arrowhead = 7.5

  private static func statement(_ line: Line) -> String {
    var pieces = Broken.pieces(
      of: line.hasArrowhead ? line.route.trimmed(start: 0, end: arrowhead) : line.route,
      pattern: line.pattern,
      width: line.width, cornerRadius: line.cornerRadius
    ).map { $0.map(pair).joined(separator: " ") }
    if line.hasArrowhead, let tip = line.route.points.last, !pieces.isEmpty {
      pieces[pieces.count - 1] = "e,\(pair(tip)) " + pieces[pieces.count - 1]
    }
    var attributes = [
      "pos=\"\(pieces.joined(separator: ";"))\"", "color=\"\(line.colour)\"",
      "penwidth=\(Decimal(line.width))",
    ]
    if line.hasArrowhead { attributes.append("arrowhead=normal") }
    if !line.tooltip.isEmpty { attributes.append("tooltip=\(DOTText.quoted(line.tooltip))") }
    let text =
      "\(DOTText.quoted(line.tail)) -> \(DOTText.quoted(line.head)) [\(attributes.joined(separator: ", "))];\n"
    return line.isDouble ? text + statement(core(of: line)) : text
  }

  /// What a double line has in its middle: paper.
  private static func core(of line: Line) -> Line {
    var core = line
    core.isDouble = false
    core.colour = Palette.white
    core.width = line.width * 0.36
    core.hasArrowhead = false
    if line.hasArrowhead { core.route = line.route.trimmed(start: 0, end: arrowhead) }
    return core
  }
}

/// A route as the strokes its pattern leaves, each a cubic spline of 3n + 1 points.
enum Broken {
  static func pieces(
    of route: WireRoute, pattern: Canvas.Pattern, width: Double, cornerRadius: Double = WireRoute.usualRadius
  ) -> [[Point]] {
    guard route.points.count > 1 else { return [] }
    let rhythm: [Double]
    switch pattern {
    case .solid: return [route.spline(cornerRadius: cornerRadius)]
    case .dashes: rhythm = [7, 4]
    case .longDashes: rhythm = [14, 5]
    case .dots: rhythm = [width * 0.8, width * 0.8 + 1.2]
    case .dashDot: rhythm = [9, 3, 2, 3]
    }
    let smooth = route.flattened(cornerRadius: cornerRadius)
    // A stroke goes straight from its start to its end, but for one that is to have sharp corners.
    let inner = cornerRadius == WireRoute.sharp ? cornerRadius : 0
    let total = smooth.length
    var pieces: [[Point]] = []
    var walked = 0.0
    var beat = 0
    while walked < total {
      let next = min(walked + rhythm[beat % rhythm.count], total)
      // The last stroke is never a crumb: an arrowhead or a box hangs on it.
      if beat.isMultiple(of: 2), next - walked > 0.4 {
        pieces.append(smooth.slice(from: walked, to: next).spline(cornerRadius: inner))
      }
      walked = next
      beat += 1
    }
    if beat.isMultiple(of: 2) {
      pieces.append(smooth.slice(from: max(0, total - 1.5), to: total).spline(cornerRadius: 0))
    }
    return pieces
  }
}

extension WireRoute {
  /// The rounded way as short straight pieces.
  func flattened(cornerRadius: Double = WireRoute.usualRadius) -> WireRoute {
    let control = spline(cornerRadius: cornerRadius)
    guard control.count > 3 else { return self }
    var points = [control[0]]
    for start in stride(from: 0, to: control.count - 3, by: 3) {
      let (a, b, c, d) = (control[start], control[start + 1], control[start + 2], control[start + 3])
      let isStraight = abs((b.x - a.x) * (d.y - a.y) - (b.y - a.y) * (d.x - a.x)) < 0.01
      for step in 1...(isStraight ? 1 : 4) {
        let t = isStraight ? 1 : Double(step) / 4
        let u = 1 - t
        points.append(a * (u * u * u) + b * (3 * u * u * t) + c * (3 * u * t * t) + d * (t * t * t))
      }
    }
    return WireRoute(points: points)
  }

  func slice(from start: Double, to end: Double) -> WireRoute {
    var result = [point(at: start)]
    var walked = 0.0
    for (from, to) in zip(points, points.dropFirst()) {
      walked += from.distance(to: to)
      if walked > start + 0.01, walked < end - 0.01 { result.append(to) }
    }
    result.append(point(at: end))
    return WireRoute(points: result)
  }
}
