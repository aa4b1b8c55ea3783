import GraphvizLayout
import Testing

@Suite("Graphviz in process") struct GraphvizTests {
  @Test("lays out nodes in rows, with the sizes they asked for")
  func rows() throws {
    let graph = try Graphviz.layout(
      "digraph { node [shape=box, fixedsize=true, width=2, height=0.5, label=\"\"]; a -> b }")
    let a = try #require(graph.nodes.first { $0.name == "a" })
    let b = try #require(graph.nodes.first { $0.name == "b" })
    #expect(a.centre.y > b.centre.y)
    #expect((a.width, a.height) == (144, 36))
    #expect(graph.box.right - graph.box.left >= 144)
  }

  @Test("says where an edge runs, in 3n + 1 points between its nodes")
  func edges() throws {
    let graph = try Graphviz.layout("digraph { a -> b }")
    let edge = try #require(graph.edges.first)
    #expect((edge.tail, edge.head) == ("a", "b"))
    #expect(edge.points.count % 3 == 1)
    #expect(edge.points.count >= 4)
  }

  @Test("finds clusters, also nested ones, and no other subgraphs")
  func clusters() throws {
    let graph = try Graphviz.layout(
      "digraph { subgraph clusterA { a; subgraph clusterB { b } } subgraph other { c } a -> b -> c }")
    #expect(graph.clusters.map(\.name) == ["clusterA", "clusterB"])
    let (outer, inner) = (graph.clusters[0].box, graph.clusters[1].box)
    #expect(outer.left < inner.left && inner.right < outer.right)
    #expect(outer.bottom < inner.bottom && inner.top < outer.top)
  }

  @Test("goes through clusters in the order of the text, wherever their names lie in memory")
  func order() throws {
    for round in 0..<8 {
      // Names of many lengths: the allocator keeps them in places of many kinds.
      let names = (0..<24).map { "cluster\($0)" + String(repeating: "x", count: ($0 * 89 + round * 37) % 211) }
      let text = names.map { "subgraph \($0) { n\($0) }" }.joined(separator: " ")
      #expect(try Graphviz.layout("digraph { \(text) }").clusters.map(\.name) == names)
    }
  }

  @Test("an empty graph has nothing in it")
  func empty() throws {
    let graph = try Graphviz.layout("digraph {}")
    #expect(graph.nodes.isEmpty && graph.edges.isEmpty && graph.clusters.isEmpty)
  }

  @Test("nop2 takes the places from the text")
  func places() throws {
    let graph = try Graphviz.layout(
      """
      digraph { a [pos="0,0", width=1, height=1]; b [pos="300,40", width=1, height=1];
      a -> b [pos="e,264,40 36,0 100,0 200,40 250,40"] }
      """, engine: .nop2)
    #expect(graph.nodes[1].centre.x - graph.nodes[0].centre.x == 300)
    #expect(graph.nodes[1].centre.y - graph.nodes[0].centre.y == 40)
    #expect(graph.edges[0].points.count == 4)
  }

  @Test(
    "renders each format into memory",
    arguments: [
      (Graphviz.Format.svg, Array("<?xml".utf8)), (.png, [0x89] + Array("PNG".utf8)),
      (.pdf, Array("%PDF".utf8)),
    ])
  func formats(format: Graphviz.Format, magic: [UInt8]) throws {
    let bytes = try Graphviz.render("digraph { a -> b }", engine: .dot, format: format)
    #expect(bytes.starts(with: magic))
    #expect(bytes.count > 200)
  }
}

@Suite("Graphviz's complaints") struct GraphvizFailureTests {
  @Test(
    "what is no graph is refused in Graphviz's words",
    arguments: [
      "", "   ", "digraph {", "digraph { a -> }", "nonsense", "digraph { \"unended }", "\u{1}\u{2}",
    ])
  func syntax(dot: String) {
    #expect(throws: Graphviz.Failure.self) { try Graphviz.layout(dot) }
  }

  @Test("the message names what is wrong")
  func message() {
    let failure = #expect(throws: Graphviz.Failure.self) { try Graphviz.layout("digraph { a -> }") }
    #expect(failure?.message.contains("syntax error") == true)
    #expect(failure?.description.hasPrefix("Graphviz: ") == true)
  }

  @Test("a warning is thrown too: #rgb would be drawn black")
  func warning() {
    #expect(throws: Graphviz.Failure.self) {
      try Graphviz.render("digraph { a [color=\"#12\"] }", engine: .dot, format: .svg)
    }
    #expect(throws: Never.self) {
      try Graphviz.render("digraph { a [color=\"#112233\"] }", engine: .dot, format: .svg)
    }
  }

  @Test("a NUL does not silently end the text")
  func nul() {
    #expect(throws: Graphviz.Failure.self) { try Graphviz.layout("digraph { a }\0 rubbish") }
  }

  @Test("after a failure the next graph is drawn as if nothing had happened")
  func recovery() throws {
    #expect(throws: Graphviz.Failure.self) { try Graphviz.layout("digraph { a [") }
    #expect(try Graphviz.layout("digraph { a -> b }").nodes.count == 2)
  }

  @Test("of a text cut anywhere, the graph or a failure comes, nothing else")
  func cuts() {
    let dot =
      "digraph \"g\" { subgraph cluster_a { bb=\"0,0,9,9\"; a [label=<<b>é</b>>] } a -> b [pos=\"e,1,1 2,2\"] }"
    for end in dot.unicodeScalars.indices {
      let cut = String(dot[..<end])
      if let graph = try? Graphviz.layout(cut) { Issue.record("\(cut) gave \(graph)") }
    }
    #expect(throws: Never.self) { try Graphviz.layout(dot) }
  }
}

@Suite("Graphviz from many tasks") struct GraphvizConcurrencyTests {
  @Test("calls wait for their turn, and each gets its own answer")
  func tasks() async throws {
    try await withThrowingTaskGroup(of: (Int, Int).self) { group in
      for count in 1...24 {
        group.addTask {
          let nodes = (0..<count).map { "n\($0);" }.joined()
          if count.isMultiple(of: 5) {
            #expect(throws: Graphviz.Failure.self) { try Graphviz.layout("digraph { \(nodes) ->") }
          }
          let svg = try Graphviz.render("digraph { \(nodes) }", engine: .dot, format: .svg)
          #expect(!svg.isEmpty)
          return (count, try Graphviz.layout("digraph { \(nodes) }").nodes.count)
        }
      }
      for try await (wanted, got) in group { #expect(wanted == got) }
    }
  }
}
