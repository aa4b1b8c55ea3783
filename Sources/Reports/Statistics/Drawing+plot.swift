import Scenarios
import Simulation

extension Drawing {
  /// How busy the busiest cables were, how deep their queues and how many frames they dropped, over time; nil where
  /// nothing was sent.
  static func plot(of tables: StatisticsTables) -> Drawing? {
    let uses = Plot.shown(tables)
    guard !uses.isEmpty else { return nil }
    var plot = Plot(tables, uses)
    plot.draw()
    return Drawing(plot.canvas)
  }
}

/// Panels one below the other, which share the time.
private struct Plot {
  private static let most = 6
  private static let left = 64.0
  private static let width = 620.0
  private static let height = 110.0
  private static let gap = 46.0

  var canvas: Canvas
  private let tables: StatisticsTables
  private let uses: [DirectionUse]
  private var grid: TimeGrid { tables.statistics.grid }
  private var words: any Wording { tables.statistics.run.names.words }
  private var shapeCount = 0
  private var top = 0.0

  /// The cables worth a line, the most loaded if there are many.
  static func shown(_ tables: StatisticsTables) -> [DirectionUse] {
    let loaded = tables.used.indices.filter { place in
      let use = tables.used[place]
      return use.drops.total > 0 || tables.statistics.peak(of: use).map { $0 >= least } ?? false
    }
    let worth = tables.byLoad.filter { loaded.contains($0) }
    return (worth.isEmpty ? tables.byLoad : worth).prefix(most).map { tables.used[$0] }
  }

  /// What was never busier than this is not worth one.
  private static let least = 0.05

  init(_ tables: StatisticsTables, _ uses: [DirectionUse]) {
    self.tables = tables
    self.uses = uses
    canvas = Canvas(name: "statistics", page: Rect(left: 0, top: 0, right: Plot.left + Plot.width + 24, bottom: 60))
  }

  mutating func draw() {
    top = 10
    drawHead()
    let (statistics, grid) = (tables.statistics, grid)
    if uses.contains(where: { $0.configuration.rate > 0 }) {
      drawPanel(words.axis(.busy), top: 100) { use, part in
        use.utilisation(of: part, statistics.grid).map { $0 * 100 }
      }
    }
    let seconds = Double(grid.width.nanoseconds) / 1e9
    let peak = uses.flatMap(\.parts).map { Double($0.bytes) * 8 / seconds }.max() ?? 0
    let (unit, name) = Plot.unit(of: peak)
    drawPanel(words.axis(.sent(unit: name))) { use, part in Double(use.parts[part].bytes) * 8 / seconds / unit }
    if uses.contains(where: { $0.deepest > 0 }) {
      drawPanel(words.axis(.waiting)) { use, part in Double(use.parts[part].deepest) }
    }
    if uses.contains(where: { $0.drops.total > 0 }) {
      drawPanel(words.axis(.dropped(part: grid.width.words))) { use, part in Double(use.parts[part].dropped) }
    }
    canvas.page.bottom = top
  }

  private static func unit(of bitsPerSecond: Double) -> (Double, String) {
    for (size, name) in [(1e9, "Gbit/s"), (1e6, "Mbit/s"), (1e3, "kbit/s")] where bitsPerSecond >= size {
      return (size, name)
    }
    return (1, "bit/s")
  }

  private mutating func drawHead() {
    let run = tables.statistics.run
    let room = Plot.left + Plot.width
    let title = Lettering.fitted(run.play.title.isEmpty ? run.scenario : run.play.title, to: room, size: 15, bold: true)
    write([.init(title, size: 15, bold: true)], left: 6, top: top)
    top += 22
    write(
      [
        .init(run.variant, size: 13, bold: true), .init("   \(words.statisticsSubject)", size: 12, tone: .quiet),
      ], left: 6, top: top)
    top += 24
    for (order, use) in uses.enumerated() {
      line([Point(x: 10, y: top + 6), Point(x: 44, y: top + 6)], order)
      let rate = use.configuration.rate > 0 ? "   \(Amounts.rate(use.configuration.rate))" : ""
      let name = Lettering.fitted(tables.names.way(of: use), to: room - 160, size: 10)
      write(
        [
          .init(Palette.letter(order) + "  ", size: 10, bold: true), .init(name, size: 10),
          .init(rate, size: 10, tone: .quiet),
        ],
        left: 50, top: top)
      top += 15
    }
    top += 14
  }

  /// - Parameter limit: The top of the axis; a round number above everything unless given.
  private mutating func drawPanel(
    _ title: String, top limit: Double? = nil, _ value: (DirectionUse, Int) -> Double?
  ) {
    write([.init(title, size: 10, bold: true)], left: Plot.left, top: top)
    top += 17
    let values = uses.map { use in use.parts.indices.map { value(use, $0) } }
    let most = values.flatMap { $0 }.compactMap { $0 }.max() ?? 0
    let ticks = Plot.ticks(upTo: limit ?? max(most, 1), exactly: limit != nil)
    let end = ticks.last ?? 1
    let bottom = top + Plot.height
    for tick in ticks {
      let y = bottom - tick / end * Plot.height
      rule(
        Point(x: Plot.left, y: y), Point(x: Plot.left + Plot.width, y: y), tick == 0 ? Palette.wire : Palette.faintLine)
      label("\(Decimal(tick, places: 2))", right: Plot.left - 6, middle: y)
    }
    for (order, line) in values.enumerated() where line.contains(where: { ($0 ?? 0) > end / 100 }) {
      let points = line.enumerated().flatMap { part, value -> [Point] in
        let y = bottom - min((value ?? 0) / end, 1) * Plot.height
        return [Point(x: x(of: grid.start(of: part)), y: y), Point(x: x(of: grid.start(of: part + 1)), y: y)]
      }
      self.line(Plot.thinned(points), order)
    }
    drawTime(at: bottom)
    top = bottom + Plot.gap
  }

  private var length: Double { Double(grid.width.nanoseconds) * Double(grid.count) }

  private func x(of time: Instant) -> Double {
    Plot.left + min(1, Double(time.nanoseconds) / length) * Plot.width
  }

  private mutating func drawTime(at bottom: Double) {
    let (unit, name) = [(1e9, "s"), (1e6, "ms"), (1e3, "µs")].first { length >= $0.0 } ?? (1, "ns")
    for tick in Plot.ticks(upTo: length / unit, count: 8) where tick * unit <= length {
      let x = Plot.left + tick * unit / length * Plot.width
      rule(Point(x: x, y: bottom), Point(x: x, y: bottom + 4), Palette.wire)
      let caption = Caption(lines: [[.init("\(Decimal(tick, places: 3)) \(name)", size: 9, tone: .quiet)]])
      add(caption, Rect(centre: Point(x: x, y: bottom + 12), size: caption.size))
    }
  }

  /// Round numbers from 0 up to one that is not less, or up to exactly that.
  private static func ticks(upTo most: Double, exactly isExact: Bool = false, count: Double = 4) -> [Double] {
    guard !isExact else { return stride(from: 0, through: most, by: most / 4).map { $0 } }
    var step = 1e-9
    for factor in [2.0, 2.5, 2.0].repeated(30) {
      if most / step <= count { break }
      step *= factor
    }
    let last = (most / step).rounded(.up)
    return stride(from: 0, through: last, by: 1).map { $0 * step }
  }

  /// The same way without points between two of the same height.
  private static func thinned(_ points: [Point]) -> [Point] {
    var result: [Point] = []
    for point in points {
      if result.count > 1, result[result.count - 1].y == point.y, result[result.count - 2].y == point.y {
        result.removeLast()
      }
      if result.last != point { result.append(point) }
    }
    return result
  }
}

/// Strokes and letters.
extension Plot {
  private mutating func line(_ points: [Point], _ order: Int) {
    var line = Canvas.Line(
      tail: "page", head: "page", route: WireRoute(points: points), colour: Palette.flow(order), width: 1.6)
    line.pattern = Palette.pattern(order)
    line.cornerRadius = WireRoute.sharp
    canvas.add(line)
  }

  private mutating func rule(_ from: Point, _ to: Point, _ colour: String) {
    canvas.add(
      Canvas.Line(tail: "page", head: "page", route: WireRoute(points: [from, to]), colour: colour, width: 0.7))
  }

  private mutating func write(_ runs: [Caption.Run], left: Double, top: Double) {
    let caption = Caption(lines: [runs], alignment: .left)
    add(caption, Rect(left: left, top: top, size: caption.size))
  }

  private mutating func label(_ text: String, right: Double, middle: Double) {
    let caption = Caption(lines: [[.init(text, size: 9, tone: .quiet)]])
    let size = caption.size
    add(caption, Rect(left: right - size.width, top: middle - size.height / 2, size: size))
  }

  private mutating func add(_ caption: Caption, _ rect: Rect) {
    shapeCount += 1
    canvas.add(Canvas.Shape(kind: .label, name: "text \(shapeCount)", rect: rect, caption: caption))
  }
}

extension [Double] {
  fileprivate func repeated(_ times: Int) -> [Double] { (0..<times).flatMap { _ in self } }
}
