import Reports
import Testing

/// Every page of every sample, laid out once per scenario.
struct PictureAlbum: Sendable {
  struct Page: Sendable, CustomTestStringConvertible {
    var name: String
    var drawing: Drawing
    /// Nil for the topology and the overview.
    var step: StepSheet?

    var testDescription: String { name }
  }

  static let scenarios: [[DrawnSample]] = [
    VMwareSamples.all, [OpenStackSamples.dualNIC, OpenStackSamples.singleNIC], [OpenStackSamples.tenGuests],
    [NestedSample.inner],
  ]

  static func pages(of samples: [DrawnSample]) throws -> [Page] {
    let arrangement = try Arrangement(of: samples.map(\.plan), carrying: samples.map(\.steps))
    var pages: [Page] = []
    for sample in samples {
      let name = "\(sample.plan.scenario)/\(sample.plan.variant)"
      let topology = try #require(Drawing.topology(of: sample.plan, in: arrangement))
      let overview = try #require(
        Drawing.overview(of: sample.plan, OverviewSheet(steps: sample.steps), in: arrangement))
      pages.append(Page(name: name + "/topology", drawing: topology))
      pages.append(Page(name: name + "/flow", drawing: overview))
      for step in sample.steps {
        let drawing = try #require(Drawing.step(step, of: sample.plan, in: arrangement))
        pages.append(Page(name: "\(name)/\(step.id)", drawing: drawing, step: step))
      }
    }
    return pages
  }

  static func all() throws -> [Page] { try scenarios.flatMap { try pages(of: $0) } }
}

@Suite("Pages are readable") struct ReadabilityTests {
  /// What stands in the way of other marks; a port stands in its box, parts stand in their note.
  private static let writing: Set<Canvas.Kind> = [.box, .badge, .note, .cross, .fault, .tag, .title, .legend]

  @Test("no box, badge, letter, cross, note, title or legend overlaps another")
  func overlaps() throws {
    for page in try PictureAlbum.all() {
      let shapes = page.drawing.canvas.shapes.filter { Self.writing.contains($0.kind) }
      for (index, shape) in shapes.enumerated() {
        for other in shapes[..<index] where shape.rect.intersects(other.rect.grown(by: -0.5)) {
          // Letters of lines side by side touch like the lines of a map; they never hide each other.
          if shape.kind == .tag, other.kind == .tag, abs(shape.rect.left - other.rect.left) >= 11 { continue }
          Issue.record("\(page.name): \(shape.name) overlaps \(other.name)")
        }
      }
    }
  }

  @Test("no line of a flow runs under a box, a caption, a note, a machine's title or the legend")
  func linesUnderText() throws {
    for page in try PictureAlbum.all() {
      let canvas = page.drawing.canvas
      let texts = canvas.shapes.filter { [.box, .note, .label, .title, .legend].contains($0.kind) }
      for line in canvas.lines where line.isFlow {
        for text in texts where line.route.meets(text.rect.grown(by: -1.5)) {
          Issue.record("\(page.name): \(line.tail) → \(line.head) runs under \(text.name)")
        }
        for title in canvas.frameTitles where line.route.meets(title) {
          Issue.record("\(page.name): \(line.tail) → \(line.head) runs under a machine's title")
        }
      }
    }
  }

  @Test("captions stand inside their boxes, ports inside their device")
  func inside() throws {
    for page in try PictureAlbum.all() {
      let shapes = page.drawing.canvas.shapes
      for label in shapes where label.name.hasSuffix(" caption") {
        let box = try #require(shapes.first { $0.kind == .box && $0.name + " caption" == label.name })
        #expect(box.rect.contains(label.rect), "\(page.name): \(label.name)")
      }
      for port in shapes where port.kind == .port {
        let box = try #require(shapes.first { $0.kind == .box && port.name.hasPrefix($0.name + ":") })
        #expect(box.rect.contains(port.rect), "\(page.name): \(port.name)")
      }
    }
  }

  @Test("ports of a device do not cover each other or its caption")
  func ports() throws {
    for page in try PictureAlbum.all() {
      let shapes = page.drawing.canvas.shapes.filter { $0.kind == .port || $0.name.hasSuffix(" caption") }
      for (index, shape) in shapes.enumerated() {
        for other in shapes[..<index] {
          #expect(!shape.rect.intersects(other.rect), "\(page.name): \(shape.name) covers \(other.name)")
        }
      }
    }
  }

  @Test("everything is on the page")
  func page() throws {
    for page in try PictureAlbum.all() {
      let canvas = page.drawing.canvas
      for shape in canvas.shapes { #expect(canvas.page.contains(shape.rect), "\(page.name): \(shape.name)") }
    }
  }

  @Test("no text is smaller than nine points, and colours are written as #rrggbb")
  func sizes() throws {
    for page in try PictureAlbum.all() {
      for piece in page.drawing.dot.split(separator: "point-size=\"").dropFirst() {
        let size = try #require(Double(piece.prefix { $0 != "\"" }))
        #expect(size >= 9)
      }
      for piece in page.drawing.dot.split(separator: "olor=\"").dropFirst() {
        #expect(piece.prefix { $0 != "\"" }.count == 7, "\(page.name): \(piece.prefix(20))")
      }
    }
  }
}

@Suite("Pages show what happened") struct ContentTests {
  @Test("every arrow carries its number, once")
  func numbers() throws {
    for page in try PictureAlbum.all() {
      guard let step = page.step else { continue }
      let shown = page.drawing.canvas.shapes.filter { $0.kind == .badge }
        .flatMap { $0.name.split(separator: " ").compactMap { Int($0) } }
      #expect(shown.sorted() == step.arrows.map(\.number).sorted(), "\(page.name)")
    }
  }

  @Test("request and reply are told apart without colour, and no plain line lies under an arrow")
  func legs() throws {
    for page in try PictureAlbum.all() {
      guard let step = page.step else { continue }
      let flows = page.drawing.canvas.lines.filter(\.isFlow)
      let hasReply = step.arrows.contains { $0.leg == .reply }
      #expect(flows.contains { $0.pattern == .dashes } == hasReply)
      for flow in flows {
        #expect(!page.drawing.canvas.lines.contains { !$0.isFlow && $0.route == flow.route })
      }
    }
  }

  @Test("a cross for every death, with its reason beside it")
  func deaths() throws {
    for page in try PictureAlbum.all() {
      guard let step = page.step else { continue }
      let shapes = page.drawing.canvas.shapes
      #expect(shapes.count { $0.kind == .cross } == step.deaths.count, "\(page.name)")
      #expect(shapes.count { $0.name.hasPrefix("reason ") && $0.kind == .note } == step.deaths.count)
    }
  }

  @Test("a death that no arrow leads to stands beside its device, and the arrows keep their heads")
  func deathElsewhere() throws {
    let plan = VMwareSamples.nat.plan
    var step = VMwareSamples.nat.steps[3]
    let arrangement = try Arrangement(of: [plan], carrying: [[step]])
    let alive = try #require(Drawing.step(step, of: plan, in: arrangement)).canvas
    step.deaths = [StepSheet.Death(at: Plan.DeviceID(machine: 0, device: 0), number: 2, reason: "elsewhere")]
    let dead = try #require(Drawing.step(step, of: plan, in: arrangement)).canvas
    #expect(dead.lines.count { $0.hasArrowhead } == alive.lines.count { $0.hasArrowhead })
    let cross = try #require(dead.shapes.first { $0.kind == .cross })
    let box = try #require(dead.shapes.first { $0.kind == .box && $0.name == "internet" })
    #expect(!cross.rect.intersects(box.rect))
    #expect(cross.rect.intersects(box.rect.grown(by: 20)))
  }

  @Test(
    "ports have their names and addresses, but jacks of hubs and echoes of a neighbour's name are left out")
  func ports() throws {
    let plan = VMwareSamples.nat.plan
    let arrangement = try Arrangement(of: [plan])
    let ports = try #require(Drawing.topology(of: plan, in: arrangement)).canvas.shapes
      .filter { $0.kind == .port }.map { String($0.name.prefix { $0 != "#" }) }
    #expect(ports.contains("pc.stack:vmnet8"))
    #expect(ports.contains("pc.bridge0:eth0"))
    #expect(!ports.contains("pc.bridge0:VMnet0"))
    #expect(!ports.contains { $0.hasPrefix("pc.VMnet8:") })
  }

  @Test(
    "in the overview every step has its letter on each link it used, and its own line pattern beside its colour"
  )
  func overview() throws {
    for samples in PictureAlbum.scenarios {
      for (sample, page) in zip(
        samples, try PictureAlbum.pages(of: samples).filter { $0.name.hasSuffix("/flow") })
      {
        let canvas = page.drawing.canvas
        for step in sample.steps {
          let links = Set(step.arrows.map(\.crossing.link)).count
          #expect(canvas.lines.count { $0.isFlow && $0.tooltip == step.id } == links)
        }
        let links = Set(sample.steps.flatMap { $0.arrows.map(\.crossing.link) }).count
        #expect(canvas.shapes.count { $0.kind == .tag } >= links)
      }
    }
  }

  @Test("the same device stands at the same place on every page of every variant")
  func places() throws {
    for samples in PictureAlbum.scenarios {
      var known: [String: Canvas.Shape] = [:]
      for page in try PictureAlbum.pages(of: samples) {
        for shape in page.drawing.canvas.shapes where shape.kind == .box {
          if let before = known[shape.name] {
            #expect(before.rect.centre == shape.rect.centre, "\(page.name): \(shape.name) moved")
          }
          known[shape.name] = shape
        }
      }
      #expect(known.count > 4)
    }
  }
}

@Suite("DOT and SVG") struct DrawingOutputTests {
  @Test("the same plan gives the same text")
  func determinism() throws {
    let first = try PictureAlbum.all().map(\.drawing.dot)
    #expect(try PictureAlbum.all().map(\.drawing.dot) == first)
  }

  @Test("Graphviz draws every page without a word of complaint")
  func rendering() throws {
    for page in try PictureAlbum.all() {
      #expect(try page.drawing.svg().contains("</svg>"), "\(page.name)")
    }
  }

  @Test("an SVG knows the text it was made from, and no other")
  func digest() throws {
    let pages = try PictureAlbum.pages(of: [VMwareSamples.nat])
    let svg = try pages[0].drawing.svg()
    #expect(Drawing.isCurrent(svg: svg, for: pages[0].drawing.dot))
    #expect(!Drawing.isCurrent(svg: svg, for: pages[1].drawing.dot))
    #expect(!Drawing.isCurrent(svg: "<svg/>", for: pages[0].drawing.dot))
    #expect(Drawing.digest(inSVG: "<!-- hoplab dot digest: 12 -->") == nil)
  }

  /// Test vectors of the FNV specification's authors for FNV-1a, 64 bit.
  @Test(
    "the digest is FNV-1a",
    arguments: [("", "cbf29ce484222325"), ("a", "af63dc4c8601ec8c"), ("foobar", "85944171f73967e8")])
  func fnv(text: String, digest: String) {
    #expect(Drawing.digest(of: text) == digest)
  }

  @Test("a plan the arrangement does not know is not drawn")
  func stranger() throws {
    let arrangement = try Arrangement(of: [VMwareSamples.nat.plan])
    #expect(Drawing.topology(of: VMwareSamples.bridged.plan, in: arrangement) == nil)
  }
}
