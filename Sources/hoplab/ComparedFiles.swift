import ArgumentParser
import Configuration
import Reports
import Scenarios

/// The two variants that the arguments of `hoplab compare` name.
struct ComparedFiles {
  /// A variant of a file, and what it is called where the other stands beside it.
  struct Choice {
    var file: ScenarioFile
    var scenario: Scenario
    var play: Play
    var label: String
  }

  let first: Choice
  let second: Choice

  /// `FILE#variant FILE#variant`, `FILE variant variant`, or one file that has two variants.
  ///
  /// Mistakes are told on standard error, all of them, and end the command.
  init(_ arguments: [String]) throws {
    let wishes = try ComparedFiles.wishes(arguments)
    var choices: [Choice] = []
    var files: [String: ScenarioFile] = [:]  // looked up, never iterated
    var mistakes = 0
    for wish in wishes where files[wish.path] == nil {
      let file = ScenarioFile(wish.path)
      files[wish.path] = file
      // A comparison wants no expectations.
      file.tell(leavingOut: .nothingToCheck)
      if file.scenario == nil { mistakes += 1 }
    }
    var told: Set<String> = []  // looked up, never iterated
    for wish in wishes {
      guard wish.variant != nil || !told.contains(wish.path) else { continue }
      guard let file = files[wish.path], let scenario = file.scenario else { continue }
      guard let play = ComparedFiles.play(wish, of: file, scenario, isAlone: wishes.count == 1) else {
        mistakes += 1
        told.insert(wish.path)
        continue
      }
      choices += play.map { Choice(file: file, scenario: scenario, play: $0, label: $0.variant) }
    }
    guard mistakes == 0, choices.count == 2 else { throw ExitCode.invalid }
    (first, second) = ComparedFiles.labelled(choices[0], choices[1])
  }

  /// Whether arguments are in a form that can be understood; no file is read.
  static func validate(_ arguments: [String]) throws { _ = try wishes(arguments) }

  /// A file, and a variant of it if one is named.
  private struct Wish {
    var path: String
    var variant: String?
  }

  private static func wishes(_ arguments: [String]) throws -> [Wish] {
    let first = wish(arguments[0])
    let rest = arguments.dropFirst()
    guard rest.count == 2 else {
      return [first] + rest.map { isFile($0) ? wish($0) : Wish(path: first.path, variant: $0) }
    }
    guard first.variant == nil, !rest.contains(where: isFile) else {
      throw ValidationError("of three, the first is a file and the others are variants of it: FILE VARIANT VARIANT")
    }
    return rest.map { Wish(path: first.path, variant: $0) }
  }

  /// `vmware.yaml#nat`; the name of a file that is there may have a `#` of its own.
  private static func wish(_ argument: String) -> Wish {
    guard let mark = argument.lastIndex(of: "#"), mark > argument.startIndex, !InputFile.exists(argument) else {
      return Wish(path: argument, variant: nil)
    }
    let variant = String(argument[argument.index(after: mark)...])
    return Wish(path: String(argument[..<mark]), variant: variant.isEmpty ? nil : variant)
  }

  /// Whether an argument after the first names a file and no variant: that is seen from how it is written.
  private static func isFile(_ argument: String) -> Bool {
    argument == "-" || argument.hasSuffix(".yaml") || argument.hasSuffix(".yml")
      || argument.contains { $0 == "#" || $0 == "/" }
  }

  /// The variant that is wished for; both of a file that stands alone. Nil, and told, where that is not clear.
  private static func play(_ wish: Wish, of file: ScenarioFile, _ scenario: Scenario, isAlone: Bool) -> [Play]? {
    let names = scenario.plays.map(\.variant)
    if let variant = wish.variant {
      let plays = try? file.plays(of: scenario, named: [variant])
      guard let plays else { return nil }
      guard !isAlone else {
        Terminal.note("\(file.path): what is '\(variant)' to be compared with? \(advice(file, names, isAlone: true))\n")
        return nil
      }
      return plays
    }
    if names.count == (isAlone ? 2 : 1) { return scenario.plays }
    if names.count == 1 {
      Terminal.note(
        "\(file.path): it has one variant, and nothing to compare it with; name another file after it\n")
    } else {
      Terminal.note("\(file.path): it has \(names.count) variants. \(advice(file, names, isAlone: isAlone))\n")
    }
    return nil
  }

  private static func advice(_ file: ScenarioFile, _ names: [String], isAlone: Bool) -> String {
    let pair = names.prefix(2).joined(separator: " ")
    let example = isAlone ? "hoplab compare \(file.path) \(pair)" : "\(file.path)#\(names[0])"
    return "Name \(isAlone ? "two" : "one") of them: \(names.joined(separator: ", "))\n  as in: \(example)"
  }

  /// Variants of one scenario are called by their names, others by the scenario's, and what is still the same by the file.
  private static func labelled(_ first: Choice, _ second: Choice) -> (Choice, Choice) {
    var choices = [first, second]
    func isDistinct() -> Bool { choices[0].label != choices[1].label }
    guard first.file.path != second.file.path else { return (first, second) }
    if first.scenario.name == second.scenario.name, isDistinct() { return (first, second) }
    for index in choices.indices { choices[index].label = name(of: choices[index], choices[index].scenario.name) }
    if !isDistinct() {
      for index in choices.indices { choices[index].label = name(of: choices[index], choices[index].file.path) }
    }
    return (choices[0], choices[1])
  }

  private static func name(of choice: Choice, _ scenario: String) -> String {
    choice.play.variant == Play.defaultVariant ? scenario : "\(scenario)#\(choice.play.variant)"
  }

  /// Where what comes of it is kept: `vmware/nat--host-only`, or `one--two` of two scenarios.
  var place: String {
    func plain(_ text: String) -> String {
      String(text.map { $0.isLetter || $0.isNumber || $0 == "-" || $0 == "_" ? $0 : "-" }.prefix(60))
    }
    func whole(_ choice: Choice) -> String {
      choice.play.variant == Play.defaultVariant
        ? choice.scenario.name : "\(choice.scenario.name)-\(plain(choice.play.variant))"
    }
    guard first.scenario.name == second.scenario.name else { return "\(whole(first))--\(whole(second))" }
    return "\(first.scenario.name)/\(plain(first.play.variant))--\(plain(second.play.variant))"
  }
}
