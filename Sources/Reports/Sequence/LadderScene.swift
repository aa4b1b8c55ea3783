import Scenarios
import Simulation

/// Draws the rows of a page from above.
struct LadderScene {
  let ladder: Ladder
  let layout: LadderLayout
  var canvas: Canvas
  /// Where the next row begins.
  var y = 6.0
  private var number = 0
  var lastTime: TimeSpan?
  /// Pieces of lifelines begin below the names.
  private var began: Double?
  /// Below which row a run began, and its number.
  var run: (top: Double, words: String, frame: Int)?
  private var frameCount = 0
  static let runFill = "#f3f5f8"

  init(_ ladder: Ladder, _ layout: LadderLayout, name: String) {
    self.ladder = ladder
    self.layout = layout
    canvas = Canvas(name: name, page: Rect(left: 0, top: 0, right: layout.right, bottom: 10))
  }

  var left: Double { LadderLayout.left }
  private var words: any Wording { ladder.words.wording }

  mutating func name(_ what: String) -> String {
    number += 1
    return "\(what) \(number)"
  }

  // MARK: Title

  mutating func addTitle(_ run: VariantRun, page: (number: Int, of: Int)?) {
    let room = max(layout.right - 20, 420)
    let title = run.play.title.isEmpty ? run.scenario : run.play.title
    var lines = Lettering.wrapped(title, to: room, size: 15, bold: true).prefix(2).map {
      [Caption.Run($0, size: 15, bold: true)]
    }
    let pages = page.map { [words.page($0.number, of: $0.of)] } ?? []
    let subject = ([words.ladderSubject] + pages).joined(separator: " · ")
    lines.append([
      .init(Lettering.fitted(run.variant, to: 240, size: 13, bold: true), size: 13, bold: true),
      .init("   " + subject, size: 12, tone: .quiet),
    ])
    let caption = Caption(lines: lines, alignment: .left)
    let place = Rect(left: left, top: y, size: caption.size)
    canvas.add(Canvas.Shape(kind: .title, name: "title", rect: place, caption: caption))
    y = place.bottom + 8
    addLegend()
    y += 8
  }

  private mutating func addLegend() {
    let messages = ladder.sections.flatMap(\.messages)
    var x = left
    for topic in Topic.allCases where messages.contains(where: { $0.speech.topic == topic }) {
      addSample(words.topic(topic), colour: topic.colour, .solid, &x)
    }
    if messages.contains(where: \.isReply) { addSample(words.answer, colour: Palette.quiet, .longDashes, &x) }
    y += 14
  }

  private mutating func addSample(_ word: String, colour: String, _ pattern: Canvas.Pattern, _ x: inout Double) {
    let caption = Caption(lines: [[.init(word, size: 9, tone: .colour(colour))]], alignment: .left)
    // Long enough to show the rhythm of dashes.
    let length = pattern == .solid ? 24.0 : 44
    if x + length + 10 + caption.size.width > max(layout.right, 420) {
      x = left
      y += 14
    }
    let rect = Rect(left: x + length + 4, top: y, size: caption.size)
    let shape = Canvas.Shape(kind: .legend, name: name("legend"), rect: rect, caption: caption)
    canvas.add(shape)
    let points = [Point(x: x, y: rect.centre.y), Point(x: x + length, y: rect.centre.y)]
    canvas.add(
      Canvas.Line(
        tail: shape.name, head: shape.name, route: WireRoute(points: points), colour: colour, width: 1.5,
        pattern: pattern, hasArrowhead: true))
    x = rect.right + 16
  }

  // MARK: Rows

  mutating func add(_ row: LadderRows.Row) {
    switch row {
    case .heads: addHeads()
    case .section(let section, let isContinued): add(section, isContinued)
    case .message(let message, let after, let label): add(message, after, label)
    case .opening(let words):
      openRun(words)
    case .closing: closeRun()
    case .remark(let words): addRemark(words)
    }
  }

  private mutating func addHeads() {
    guard !ladder.participants.isEmpty else { return }
    endLifelines()
    y += 4
    for (place, participant) in ladder.participants.enumerated() {
      let text = Lettering.fitted(participant, to: 150, size: 11, bold: true)
      let centre = Point(x: layout.lifelines[place], y: y + 11)
      canvas.add(
        Canvas.Shape(
          kind: .box, name: name("head"), rect: Rect(centre: centre, size: layout.heads[place]),
          caption: Caption(lines: [[.init(text, size: 11, bold: true)]]), outline: .rounded,
          fill: Palette.frameFill, line: Palette.frameLine))
    }
    y += 22
    began = y
    y += 6
  }

  private mutating func endLifelines() {
    guard let began else { return }
    for x in layout.lifelines {
      canvas.add(
        Canvas.Line(
          tail: "title", head: "title", route: WireRoute(points: [Point(x: x, y: began), Point(x: x, y: y + 4)]),
          colour: Palette.faintLine, width: 1))
    }
    self.began = nil
  }

  private mutating func add(_ section: Ladder.Section, _ isContinued: Bool) {
    y += 8
    lastTime = nil
    let room = max(layout.right - left - 10, 420)
    let does = Lettering.fitted(section.words, to: room * 0.6, size: 10)
    var lines: [[Caption.Run]] = [
      [
        .init(section.name, size: 11, bold: true),
        .init("  \(isContinued ? words.continued(does) : does)  ", size: 10),
        .init(words.moment(section.began - .start), size: 9, tone: .quiet),
      ]
    ]
    if !isContinued {
      for line in Lettering.wrapped(section.verdict.mark + section.verdict.words, to: room, size: 9, bold: true).prefix(
        2)
      {
        lines.append([.init(line, size: 9, bold: true, tone: .colour(section.verdict.colour))])
      }
    }
    let caption = Caption(lines: lines, alignment: .left)
    let rect = Rect(left: left, top: y + 4, size: caption.size)
    let shape = Canvas.Shape(
      kind: .label, name: name("step"), rect: rect, caption: caption, outline: .square, fill: Palette.white,
      lineWidth: 0)
    canvas.add(shape)
    let rule = [Point(x: left, y: y), Point(x: layout.right, y: y)]
    canvas.add(
      Canvas.Line(
        tail: shape.name, head: shape.name, route: WireRoute(points: rule), colour: Palette.frameLine, width: 1.2))
    y = rect.bottom + 6
    if section.items.isEmpty, section.omissions.isEmpty { addRemark(words.nothingSaid) }
  }

  private mutating func addRemark(_ words: String) {
    let room = max(layout.right - left - LadderLayout.timeColumn, 360)
    let lines = Lettering.wrapped(words, to: room, size: 9).map { [Caption.Run($0, size: 9, tone: .quiet)] }
    let caption = Caption(lines: lines, alignment: .left)
    let rect = Rect(left: left + LadderLayout.timeColumn - 10, top: y, size: caption.size)
    canvas.add(
      Canvas.Shape(
        kind: .note, name: name("remark"), rect: rect, caption: caption, outline: .square, fill: Palette.white,
        lineWidth: 0))
    y = rect.bottom + 6
  }

  /// Lifelines are broken there, as time is.
  private mutating func openRun(_ words: String) {
    frameCount += 1
    run = (y, words, frameCount)
    y -= 4
    endLifelines()
    y += 21
    began = y - 2
  }

  private mutating func closeRun() {
    guard let (top, words, frame) = run else { return }
    let caption = Caption(lines: [[.init(words, size: 9, bold: true, tone: .quiet)]], alignment: .left)
    canvas.add(
      Canvas.Frame(
        name: "run \(frame)", rect: Rect(left: left - 4, top: top, right: layout.right, bottom: y + 3),
        title: caption, titlePlace: Point(x: left + 2, y: top + 2), fill: Self.runFill, line: Palette.faintLine,
        isFaint: false, parent: nil, index: frame))
    run = nil
    lastTime = nil
    y += 9
  }

  // MARK: The end

  consuming func finished() -> Canvas {
    endLifelines()
    canvas.page = canvas.page.union(Rect(left: 0, top: 0, right: layout.right, bottom: y + 8))
    return canvas
  }
}
