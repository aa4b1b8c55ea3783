import Configuration
import Foundation
import Platforms
import Scenarios
import Testing
import YAMLSource

/// The scenario that is shipped, and what changes when it is changed.
enum Shipped {
  static let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().appending(path: "Scenarios")

  static func scenario(_ name: String = "vmware") throws -> Scenario {
    var sources = SourceMap()
    var diagnostics = Diagnostics()
    let bytes = try [UInt8](Data(contentsOf: folder.appending(path: "\(name).yaml")))
    let value = try #require(YAMLSource.read(bytes: bytes, name: name, into: &sources, &diagnostics))
    var files = TextFiles(sources) { name, sources, diagnostics in
      YAMLSource.readText(name, into: &sources, &diagnostics) {
        try [UInt8](Data(contentsOf: folder.appending(path: $0)))
      }
    }
    return try #require(
      Scenario.read(value, defaultName: name, files: &files, &diagnostics), "\(diagnostics.all)")
  }

  /// Those of a folder, by their names.
  static func names(in folder: String) -> [String] {
    let files = try? FileManager.default.contentsOfDirectory(atPath: Shipped.folder.appending(path: folder).path)
    return (files ?? []).filter { $0.hasSuffix(".yaml") }.map { "\(folder)/\($0.dropLast(5))" }.sorted()
  }

  static func play(_ variant: String) throws -> Play {
    try #require(scenario().plays.first { $0.variant == variant })
  }

  /// The play that comes of printing a play in the plain language and reading that.
  static func reread(_ play: Play) throws -> Play {
    var sources = SourceMap()
    var diagnostics = Diagnostics()
    let text = play.expanded.yaml()
    let value = try #require(YAMLSource.read(text: text, name: "shown", into: &sources, &diagnostics))
    return try #require(Scenario.read(value, &diagnostics)?.plays.first, "\(diagnostics.all)")
  }

  /// What a reader of the report would see: each step with whether it held.
  static func verdicts(_ play: Play) -> [String: StepVerdict.Result] {
    let verdict = Judge(play, Player(play).run()).verdict()
    return Dictionary(verdict.steps.map { ($0.id, $0.result) }) { first, _ in first }
  }

  /// Whether some step comes to another verdict after the change. A text that no longer makes sense is a change too.
  static func changes(_ play: Play, _ change: (Value) -> Value) throws -> Bool {
    var diagnostics = Diagnostics()
    guard let changed = Scenario.read(change(play.expanded), &diagnostics)?.plays.first else { return true }
    let after = verdicts(changed)
    return verdicts(play).contains { after[$0.key] != $0.value }
  }
}

/// Changes to a scenario in the plain language.
enum Document {
  /// The same with something failed before the first step.
  static func failing(_ part: String, in document: Value) -> Value {
    var document = document
    let step: Value = ["id": "taken-away", "fail": .string(part)]
    document = setting("steps", to: .list([step] + (document["steps"]?.list ?? [])), in: document)
    return document
  }

  static func setting(_ key: String, to value: Value, in document: Value) -> Value {
    guard var mapping = document.map else { return document }
    mapping.set(key, to: value)
    return Value(.map(mapping), at: document.location)
  }

  /// The places of everything that a device decides by: gateways, routes, masquerades, name servers, services, owned
  /// addresses. Interfaces go with their links; a hardware address decides nothing.
  static func rules(in document: Value) -> [[String]] {
    var paths: [[String]] = []
    for node in document["nodes"]?.map?.entries ?? [] {
      for device in node.value["devices"]?.map?.entries ?? [] {
        for field in device.value.map?.entries ?? [] where !["kind", "interfaces", "mac"].contains(field.key) {
          let path = ["nodes", node.key, "devices", device.key, field.key]
          if let items = field.value.list, items.count > 1 {
            paths += items.indices.map { path + ["\($0)"] }
          } else {
            paths.append(path)
          }
        }
      }
    }
    return paths
  }

  static func removing(_ path: ArraySlice<String>, from document: Value) -> Value {
    guard let first = path.first else { return document }
    let rest = path.dropFirst()
    if var items = document.list, let index = Int(first) {
      if rest.isEmpty { items.remove(at: index) } else { items[index] = removing(rest, from: items[index]) }
      return Value(.list(items), at: document.location)
    }
    guard var mapping = document.map, let inner = mapping[first] else { return document }
    if rest.isEmpty {
      mapping.remove(first)
    } else {
      mapping.set(first, to: removing(rest, from: inner))
    }
    return Value(.map(mapping), at: document.location)
  }
}
