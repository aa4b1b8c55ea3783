/// A network workload of the benchmark: a network of any size with traffic on it.
///
/// Each has a scenario beside the tests that says the same in YAML at a small size.
package protocol Workload: Sendable {
  static var word: String { get }
  /// What `--size` counts, for the help text.
  static var sizeMeans: String { get }
  static var defaultSize: Int { get }
  static func plan(size: Int) -> NetworkPlan
}

/// Every network workload there is.
package let workloads: [any Workload.Type] = [
  BridgePairs.self, RouterChain.self, ClientsAndServer.self, TranslatedClients.self, SwitchTree.self,
  BulkFlows.self, LeaseStorm.self, TranslationChurn.self,
]
