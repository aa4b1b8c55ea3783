import Simulation

/// Arrows, and what is written at them.
extension LadderScene {
  mutating func add(_ message: Ladder.Message, _ after: TimeSpan?, _ label: String) {
    let room = layout.room(of: message)
    let width = room.right - room.left
    let top = y
    y = write(
      Lettering.wrapped(label, to: width, size: LadderLayout.textSize), room, message.speech.topic.colour,
      LadderLayout.textSize)
    if let after, lastTime != after {
      let caption = Caption(
        lines: [[.init(after == .zero ? "0" : after.words, size: 8, tone: .quiet)]], alignment: .left)
      canvas.add(
        Canvas.Shape(
          kind: .label, name: name("time"), rect: Rect(left: left, top: y - 6, size: caption.size), caption: caption,
          frame: run?.frame))
      lastTime = after
    }
    // A cross in the middle of nowhere needs more room than an arrow.
    let margin = message.targets.isEmpty && !message.isSilence ? 6.0 : 0
    let height = message.isUnsent ? (top + y) / 2 : y + 3 + margin
    y = message.isUnsent ? y : height + 3 + margin
    draw(message, at: height)
    if let change = ladder.words.change(in: message) {
      y = write(
        Lettering.wrapped(change, to: width, size: LadderLayout.smallSize), room, Palette.quiet,
        LadderLayout.smallSize)
    }
    let reasons = message.targets.map { ladder.words.death(of: $0) } + [ladder.words.loss(of: message)]
    if let reason = reasons.compactMap({ $0 }).first {
      y = write(
        Lettering.wrapped(reason, to: width, size: LadderLayout.smallSize), room,
        message.isSilence ? Palette.quiet : Palette.failed, LadderLayout.smallSize)
    }
    y += 6
  }

  /// Lines of text in the room of a message, on paper where they cross lifelines; gives back where they end.
  private mutating func write(
    _ lines: [String], _ room: (left: Double, right: Double, isCentred: Bool), _ colour: String, _ size: Double
  ) -> Double {
    let caption = Caption(
      lines: lines.map { [Caption.Run($0, size: size, tone: .colour(colour))] },
      alignment: room.isCentred ? .centre : .left)
    let left = room.isCentred ? (room.left + room.right - caption.size.width) / 2 : room.left
    let rect = Rect(left: left, top: y, size: caption.size)
    var shape = Canvas.Shape(
      kind: .label, name: name("words"), rect: rect, caption: caption, lineWidth: 0, frame: run?.frame)
    if layout.lifelines.contains(where: { rect.left < $0 && $0 < rect.right }) {
      shape.outline = .square
      shape.fill = run == nil ? Palette.white : Self.runFill
    }
    canvas.add(shape)
    return rect.bottom
  }

  private mutating func draw(_ message: Ladder.Message, at height: Double) {
    let ends = layout.ends(of: message)
    let colour = message.speech.topic.colour
    guard !message.isUnsent else {
      return canvas.add(.cross(at: Point(x: ends.from, y: height), name: name("cross")))
    }
    for target in message.targets {
      let x = layout.lifelines[target.participant]
      let isDead = target.death != nil
      let stop = x - (x > ends.from ? 1 : -1) * (isDead ? 9 : 1.5)
      addArrow(from: ends.from, to: stop, at: height, colour, message.isReply, hasHead: !isDead)
      if isDead { canvas.add(.cross(at: Point(x: x - (x > ends.from ? 8 : -8), y: height), name: name("cross"))) }
    }
    guard message.targets.isEmpty else { return }
    addArrow(from: ends.from, to: ends.to, at: height, colour, message.isReply, hasHead: message.isSilence)
    if !message.isSilence {
      canvas.add(.cross(at: Point(x: ends.to, y: height), name: name("cross")))
    }
  }

  private mutating func addArrow(
    from: Double, to: Double, at height: Double, _ colour: String, _ isReply: Bool, hasHead: Bool
  ) {
    canvas.add(
      Canvas.Line(
        tail: "title", head: "title", route: WireRoute(points: [Point(x: from, y: height), Point(x: to, y: height)]),
        colour: colour, width: 1.5, pattern: isReply ? .longDashes : .solid, hasArrowhead: hasHead, isFlow: true))
  }
}
