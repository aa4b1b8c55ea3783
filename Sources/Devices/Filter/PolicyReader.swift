import Configuration
import Packets
import Simulation

/// The policies as they are written: one word for what passes through, or a word for each hook.
struct PolicyReader {
  private(set) var verdicts: [PacketFilter.Hook: PacketFilter.Verdict] = [:]

  private enum Word: String, CaseIterable { case accept, drop, reject }

  private static let hooks = PacketFilter.Hook.allCases.map {
    Field($0.rawValue, .cases(of: Word.self), "What becomes of a packet there")
  }

  /// Taken as it is written; `init` understands it.
  static let shape = Shape<Value>(
    expecting: "accept, drop or reject, or a map of hooks to those",
    schema: .anyOf([Shape<Word>.cases(of: Word.self).schema, .object(hooks)])
  ) { value, _ in value }

  init(_ value: Value?, at places: [PacketFilter.Hook], _ reader: inout DeviceReader) {
    guard let value else { return }
    guard value.map != nil else {
      // One word has always meant what passes through.
      if let word = Shape<Word>.cases(of: Word.self).read(value, &reader.diagnostics) {
        set(word, at: .forward, value.location, &reader)
      }
      return
    }
    let declared = Self.hooks.filter { field in places.contains { $0.rawValue == field.name } }
    let fields = Fields(value, declared: declared, of: "the policy of '\(reader.machine)'", &reader.diagnostics)
    for (hook, field) in zip(PacketFilter.Hook.allCases, Self.hooks) where places.contains(hook) {
      if let word = fields.read(field, &reader.diagnostics) { set(word, at: hook, fields.location(of: field), &reader) }
    }
  }

  private mutating func set(
    _ word: Word, at hook: PacketFilter.Hook, _ location: SourceLocation, _ reader: inout DeviceReader
  ) {
    let origin = reader.origin("\(hook) policy \(word)", at: location)
    switch word {
    case .accept: verdicts[hook] = .accept
    case .drop: verdicts[hook] = .drop(origin)
    case .reject:
      guard hook.mayReject else {
        return reader.diagnostics.report(
          "nobody can be answered at \(hook)", .impossibleRule, at: location, notes: ["write 'drop'"])
      }
      verdicts[hook] = .reject(.unreachable(.port), origin)
    }
  }
}
