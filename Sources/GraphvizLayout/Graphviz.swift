import CGraphviz
import Synchronization

/// Graphviz in process: DOT text in; positions or a finished picture out.
///
/// libgraphviz keeps its state in C globals, so every call waits for its turn behind one lock; any task may call.
public enum Graphviz {
  public enum Engine: String, Sendable, CaseIterable {
    /// Layers, with clusters.
    case dot
    /// Takes every position and every edge from the text, as `neato -n2` does.
    case nop2
  }

  public enum Format: String, Sendable, CaseIterable {
    case svg
    case png
    case pdf
  }

  /// What Graphviz had to say, in its own words; a warning counts, because it means the picture is not what was asked for.
  public struct Failure: Error, Hashable, CustomStringConvertible {
    public var message: String

    public init(message: String) { self.message = message }

    public var description: String { "Graphviz: \(message)" }
  }

  /// Positions of all nodes, clusters and edges of `dot`, as `engine` lays them out.
  public static func layout(_ dot: String, engine: Engine = .dot) throws(Failure) -> LaidOutGraph {
    try withLayout(of: dot, engine: engine) { _, graph throws(Failure) in LaidOutGraph(reading: graph) }
  }

  /// The finished picture as the bytes of a file.
  public static func render(
    _ dot: String, engine: Engine = .nop2, format: Format
  ) throws(Failure) -> [UInt8] {
    try withLayout(of: dot, engine: engine) { context, graph throws(Failure) in
      var data: UnsafeMutablePointer<CChar>?
      var length: UInt32 = 0
      let status = gvRenderData(context, graph, format.rawValue, &data, &length)
      defer { gvFreeRenderData(data) }
      guard status == 0, let data else {
        throw Failure(message: Complaints.takeAll() ?? "it cannot write \(format.rawValue)")
      }
      return data.withMemoryRebound(to: UInt8.self, capacity: Int(length)) {
        Array(UnsafeBufferPointer(start: $0, count: Int(length)))
      }
    }
  }

  private static func withLayout<Result: Sendable>(
    of dot: String, engine: Engine,
    _ body: (OpaquePointer, UnsafeMutablePointer<Agraph_t>) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    // A C string ends at the first NUL; cutting the text there would draw half of what was meant.
    guard !dot.utf8.contains(0) else { throw Failure(message: "the DOT text contains a NUL character") }
    return try library.withLock { library throws(Failure) in
      let context = try library.context()
      Complaints.forget()
      let reading = UnsafeMutablePointer<hoplab_reading>.allocate(capacity: 1)
      defer { reading.deallocate() }
      guard let graph = hoplab_read(dot, reading) else {
        throw Failure(message: Complaints.takeAll() ?? "the DOT text holds no graph")
      }
      defer { agclose(graph) }
      let status = gvLayout(context, graph, engine.rawValue)
      defer { gvFreeLayout(context, graph) }
      guard status == 0 else {
        throw Failure(message: Complaints.takeAll() ?? "the layout engine \(engine.rawValue) failed")
      }
      let result = try body(context, graph)
      if let complaint = Complaints.takeAll() { throw Failure(message: complaint) }
      return result
    }
  }

  private static let library = Mutex(Library())
}

/// The one context of the process, made at its first use.
///
/// It is never freed: loading the plugins again costs more than all pictures of a scenario.
private struct Library: ~Copyable {
  private var made: OpaquePointer?

  mutating func context() throws(Graphviz.Failure) -> OpaquePointer {
    if let made { return made }
    hoplab_listen { Complaints.hear($0) }
    guard let context = gvContext() else {
      throw Graphviz.Failure(message: "it cannot be started")
    }
    made = context
    return context
  }
}

/// What libgraphviz said since the last call; it reports through a C function without context, so this is global.
private enum Complaints {
  private static let heard = Mutex("")

  static func hear(_ piece: UnsafeMutablePointer<CChar>?) -> Int32 {
    guard let piece else { return 0 }
    heard.withLock { $0 += String(cString: piece) }
    return 0
  }

  static func forget() { heard.withLock { $0 = "" } }

  static func takeAll() -> String? {
    heard.withLock { text in
      defer { text = "" }
      let lines = text.split(whereSeparator: \.isNewline)
      return lines.isEmpty ? nil : lines.joined(separator: "; ")
    }
  }
}
