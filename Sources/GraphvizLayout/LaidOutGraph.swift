/// Where Graphviz put everything, in points, y upwards.
public struct LaidOutGraph: Hashable, Sendable {
  public struct Point: Hashable, Sendable {
    public var x: Double
    public var y: Double

    public init(x: Double, y: Double) {
      self.x = x
      self.y = y
    }
  }

  public struct Box: Hashable, Sendable {
    public var left: Double
    public var bottom: Double
    public var right: Double
    public var top: Double
  }

  public struct Node: Hashable, Sendable {
    public var name: String
    public var centre: Point
    public var width: Double
    public var height: Double
  }

  /// A subgraph drawn as a box; `name` starts with `cluster`.
  public struct Cluster: Hashable, Sendable {
    public var name: String
    public var box: Box
  }

  public struct Edge: Hashable, Sendable {
    public var tail: String
    public var head: String
    /// Control points of a cubic B-spline, 3n + 1 of them for each piece, all pieces in one row.
    public var points: [Point]
  }

  public var box: Box
  /// In the order of their first mention in the DOT text.
  public var nodes: [Node]
  public var clusters: [Cluster]
  public var edges: [Edge]
}
