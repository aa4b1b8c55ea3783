/// Some lines of text with their styles, and the room they take.
struct Caption: Hashable, Sendable {
  enum Tone: Hashable, Sendable {
    case strong
    case quiet
    case colour(String)
  }

  struct Run: Hashable, Sendable {
    var text: String
    var size: Double
    var bold: Bool
    var tone: Tone

    init(_ text: String, size: Double = 9, bold: Bool = false, tone: Tone = .strong) {
      self.text = text
      self.size = size
      self.bold = bold
      self.tone = tone
    }

    var width: Double { Lettering.width(of: text, size: size, bold: bold) }
  }

  enum Alignment: Hashable, Sendable {
    case centre
    case left
  }

  var lines: [[Run]]
  var alignment = Alignment.centre

  var isEmpty: Bool { lines.allSatisfy { $0.allSatisfy(\.text.isEmpty) } }

  var size: Size {
    guard !isEmpty else { return .zero }
    return lines.reduce(.zero) { total, line in
      Size(
        width: max(total.width, line.reduce(0) { $0 + $1.width }),
        height: total.height + (line.map(\.size).max() ?? 0) * Self.leading)
    }
  }

  /// From line to line, in font sizes.
  static let leading = 1.25
}

extension Caption {
  private static let nameLimit = 150.0
  private static let remarkLimit = 132.0

  /// What is written in a device's box: its name, for a machine of one device the machine's, and the remarks.
  init(of device: Plan.Device, in machine: Plan.Machine, isWholeMachine: Bool) {
    let name = Lettering.fitted(
      isWholeMachine ? machine.name : device.name == "stack" ? "IP stack" : device.name, to: Self.nameLimit,
      size: 11, bold: true)
    var remarks = device.remarks
    if isWholeMachine {
      // A guest is wired like a host; what tells it apart in a picture is that it is one.
      let kind = machine.parent != nil && machine.kind == "host" ? "guest" : machine.kind
      if !kind.isEmpty, kind != machine.name { remarks.insert(kind, at: 0) }
    } else if let word = device.kind ?? device.role.word, device.name.lowercased() != word.lowercased() {
      remarks.insert(word, at: 0)
    }
    let heading = Run(name, size: 11, bold: true)
    if device.role.isBar {
      let facts = Lettering.fitted(remarks.joined(separator: " · "), to: 190, size: 9)
      self.init(lines: [facts.isEmpty ? [heading] : [heading, Run("  " + facts, tone: .quiet)]])
    } else {
      let facts = remarks.flatMap { Lettering.wrapped($0, to: Self.remarkLimit, size: 9) }
      self.init(lines: [[heading]] + facts.map { [Run($0, tone: .quiet)] })
    }
  }

  init(of port: Plan.Port) {
    let name = Lettering.fitted(port.name, to: 90, size: 9, bold: true)
    let addresses = port.addresses.map { Lettering.fitted($0, to: 200, size: 9) }
    self.init(lines: (name.isEmpty ? [] : [[Run(name, bold: true)]]) + addresses.map { [Run($0)] })
  }

  /// A machine's own title: its name and what kind it is, beside it or below.
  init(of machine: Plan.Machine, isStacked: Bool = false) {
    let name = Run(
      Lettering.fitted(machine.name, to: Self.nameLimit, size: 12, bold: true), size: 12, bold: true)
    let kind = Lettering.fitted(machine.kind, to: Self.nameLimit, size: 10)
    let lines =
      if kind.isEmpty {
        [[name]]
      } else if isStacked {
        [[name], [Run(kind, size: 10, tone: .quiet)]]
      } else {
        [[name, Run("  " + kind, size: 10, tone: .quiet)]]
      }
    self.init(lines: lines, alignment: .left)
  }
}

extension Caption {
  /// The same with each text that begins with a mark in the colour of that mark.
  func tinted(_ tints: [(mark: String, colour: String)]) -> Caption {
    guard !tints.isEmpty else { return self }
    var caption = self
    for line in lines.indices {
      for run in lines[line].indices {
        let text = lines[line][run].text.drop { $0 == " " }
        guard let tint = tints.first(where: { text.hasPrefix($0.mark) }) else { continue }
        caption.lines[line][run].tone = .colour(tint.colour)
      }
    }
    return caption
  }
}

extension Plan.Role {
  /// The word that says what a device is where its name does not.
  fileprivate var word: String? {
    switch self {
    case .switch: "switch"
    case .bridge: "bridge"
    case .hub: "hub"
    case .router: "router"
    case .stack, .nat, .server, .adapter: nil
    }
  }
}
