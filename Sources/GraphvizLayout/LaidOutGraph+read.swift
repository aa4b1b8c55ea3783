import CGraphviz

extension LaidOutGraph {
  /// Copies the positions out of a graph that has been laid out and is about to be freed.
  init(reading graph: UnsafeMutablePointer<Agraph_t>) {
    self.init(box: Box(hoplab_graph_box(graph)), nodes: [], clusters: [], edges: [])
    var node = agfstnode(graph)
    while let current = node {
      nodes.append(Node(reading: current))
      var edge = agfstout(graph, current)
      while let leaving = edge {
        edges.append(Edge(reading: leaving))
        edge = agnxtout(graph, leaving)
      }
      node = agnxtnode(graph, current)
    }
    readClusters(of: graph)
  }

  private mutating func readClusters(of graph: UnsafeMutablePointer<Agraph_t>) {
    var subgraph = agfstsubg(graph)
    while let current = subgraph {
      let name = spelledName(of: current)
      // Graphviz lays out subgraphs of any other name as mere groups, without a box.
      if name.hasPrefix("cluster") {
        clusters.append(Cluster(name: name, box: Box(hoplab_graph_box(current))))
      }
      readClusters(of: current)
      subgraph = agnxtsubg(current)
    }
  }
}

extension LaidOutGraph.Box {
  fileprivate init(_ box: hoplab_box) {
    self.init(left: box.left, bottom: box.bottom, right: box.right, top: box.top)
  }
}

extension LaidOutGraph.Node {
  fileprivate init(reading node: UnsafeMutablePointer<Agnode_t>) {
    let centre = hoplab_node_centre(node)
    let size = hoplab_node_size(node)
    self.init(
      name: spelledName(of: node), centre: .init(x: centre.x, y: centre.y), width: size.x, height: size.y)
  }
}

extension LaidOutGraph.Edge {
  fileprivate init(reading edge: UnsafeMutablePointer<Agedge_t>) {
    var points: [LaidOutGraph.Point] = []
    for piece in 0..<hoplab_bezier_count(edge) {
      for index in 0..<hoplab_bezier_length(edge, piece) {
        let point = hoplab_bezier_point(edge, piece, index)
        points.append(.init(x: point.x, y: point.y))
      }
    }
    self.init(
      tail: spelledName(of: hoplab_tail(edge)), head: spelledName(of: hoplab_head(edge)), points: points)
  }
}

private func spelledName(of object: UnsafeMutableRawPointer?) -> String {
  guard let name = hoplab_name(object) else { return "" }
  return String(cString: name)
}
