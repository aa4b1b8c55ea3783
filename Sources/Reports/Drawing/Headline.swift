/// The words at the top of a page.
struct Headline {
  /// Name and subject, then what came of it, then where it belongs.
  var caption: Caption

  init(_ caption: Caption) { self.caption = caption }

  init(of sheet: StepSheet, plan: Plan, width: Double) {
    let room = max(width - 40, 320)
    let id = Lettering.fitted(sheet.id, to: room * 0.4, size: 15, bold: true)
    let title = Lettering.fitted(sheet.title, to: room * 0.6, size: 14)
    var lines: [[Caption.Run]] = [
      [.init(id, size: 15, bold: true), .init("   " + title, size: 14)]
    ]
    for (index, words) in Self.lines(of: sheet.verdict, room: room).enumerated() {
      let mark = index == 0 ? sheet.verdict.mark : "    "
      lines.append([.init(mark + words, size: 12, bold: true, tone: .colour(sheet.verdict.colour))])
    }
    lines.append([.init(Self.origin(of: plan), size: 10, tone: .quiet)])
    caption = Caption(lines: lines, alignment: .left)
  }

  /// For a page about the whole variant.
  init(_ subject: String, of plan: Plan, tally: StepSheet.Verdict? = nil, width: Double) {
    let room = max(width - 20, 320)
    let title = Lettering.wrapped(
      plan.title.isEmpty ? plan.scenario : plan.title, to: room, size: 15, bold: true)
    let variant = Lettering.fitted(plan.variant, to: room * 0.5, size: 13, bold: true)
    var lines = title.prefix(2).map { [Caption.Run($0, size: 15, bold: true)] }
    lines.append([.init(variant, size: 13, bold: true), .init("   " + subject, size: 12, tone: .quiet)])
    if let tally {
      lines.append([.init(tally.mark + tally.words, size: 11, bold: true, tone: .colour(tally.colour))])
    }
    caption = Caption(lines: lines, alignment: .left)
  }

  private static func lines(of verdict: StepSheet.Verdict, room: Double) -> [String] {
    let lines = Lettering.wrapped(verdict.words, to: room - 20, size: 12, bold: true)
    guard lines.count > 2 else { return lines }
    return [lines[0], Lettering.fitted(lines[1] + " …", to: room, size: 12, bold: true)]
  }

  private static func origin(of plan: Plan) -> String {
    Lettering.fitted("\(plan.scenario) · \(plan.variant)", to: 400, size: 10)
  }

  func draw(on canvas: inout Canvas, indent: Double = 0) {
    let place = Rect(left: canvas.page.left + 6 + indent, top: canvas.page.top + 6, size: caption.size)
    canvas.add(Canvas.Shape(kind: .title, name: "title", rect: place, caption: caption))
  }
}

extension StepSheet.Verdict {
  var mark: String {
    switch outcome {
    case .holds: "✓ "
    case .fails: "✗ "
    case .neutral: ""
    }
  }

  var colour: String {
    switch outcome {
    case .holds: Palette.held
    case .fails: Palette.failed
    case .neutral: Palette.ink
    }
  }
}
