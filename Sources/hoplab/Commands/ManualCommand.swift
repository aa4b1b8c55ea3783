import ArgumentParser
import Configuration
import Reports

/// `hoplab manual`, which `make install` asks for; nobody else has to know of it.
struct ManualCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "manual", abstract: "Print the manual page, made from the help of all commands.", shouldDisplay: false)

  func run() throws { Terminal.print(try ManualPage(JSONValue(parsing: Hoplab._dumpHelp())).text) }
}

/// The help of a program as a page for man(1), in the macros of man(7).
struct ManualPage {
  private(set) var text = ""

  /// - Parameter dump: What ArgumentParser says of the program.
  init(_ dump: JSONValue) throws {
    guard let program = dump["command"], let name = program["commandName"]?.text else { return }
    let commands = (program["subcommands"]?.list ?? []).filter { isShown($0) && $0["commandName"]?.text != "help" }
    macro("TH", name.uppercased(), "1", "", "\(name) \(Hoplab.version)", "")
    macro("SH", "NAME")
    line("\(name) \\- \(ManualPage.escaped(program["abstract"]?.text ?? ""))")
    macro("SH", "SYNOPSIS")
    for command in commands {
      macro("br")
      line(synopsis(of: command, in: name))
    }
    macro("SH", "DESCRIPTION")
    paragraphs(program["discussion"]?.text ?? "")
    macro("SH", "COMMANDS")
    for command in commands { add(command) }
  }

  private mutating func add(_ command: JSONValue) {
    macro("SS", command["commandName"]?.text ?? "")
    line(ManualPage.escaped(command["abstract"]?.text ?? ""))
    for argument in (command["arguments"]?.list ?? []) where isShown(argument) {
      macro("TP")
      line(heading(of: argument))
      let initial = argument["defaultValue"]?.text.map { " The default is \($0)." } ?? ""
      line(ManualPage.escaped((argument["abstract"]?.text ?? "") + initial))
    }
    paragraphs(command["discussion"]?.text ?? "")
  }

  private func isShown(_ item: JSONValue) -> Bool { item["shouldDisplay"]?.truth != false }

  /// `hoplab check FILES... [--json]`, in which options that have a value are left to the rest of the page.
  private func synopsis(of command: JSONValue, in program: String) -> String {
    let arguments = (command["arguments"]?.list ?? []).filter { isShown($0) && $0["kind"]?.text == "positional" }
    let words = arguments.map { argument in
      let name = (argument["valueName"]?.text ?? "") + (argument["isRepeating"]?.truth == true ? "..." : "")
      let shown = "\\fI\(ManualPage.escaped(name))\\fR"
      return argument["isOptional"]?.truth == true ? "[\(shown)]" : shown
    }
    let name = "\\fB\(program) \(ManualPage.escaped(command["commandName"]?.text ?? ""))\\fR"
    return ([name] + words + ["[\\fIoptions\\fR]"]).joined(separator: " ")
  }

  /// `-j, --jobs jobs`
  private func heading(of argument: JSONValue) -> String {
    let value = "\\fI\(ManualPage.escaped(argument["valueName"]?.text ?? ""))\\fR"
    guard let names = argument["names"]?.list, argument["kind"]?.text != "positional" else { return value }
    let short = names.filter { $0["kind"]?.text == "short" }
    let long = names.filter { $0["kind"]?.text != "short" }
    let words =
      short.map { "\\fB\\-\(ManualPage.escaped($0["name"]?.text ?? ""))\\fR" }
      + long.map { "\\fB\\-\\-\(ManualPage.escaped($0["name"]?.text ?? ""))\\fR" }
    return words.joined(separator: ", ") + (argument["kind"]?.text == "option" ? " \(value)" : "")
  }

  /// Lines that are indented, and examples, stay lines of their own.
  private mutating func paragraphs(_ text: String) {
    var isBroken = true
    for part in text.split(separator: "\n", omittingEmptySubsequences: false) {
      if part.isEmpty || part.hasPrefix("  ") || part.hasPrefix("Example: ") || isBroken { macro("PP") }
      isBroken = part.isEmpty
      if !part.isEmpty { line(ManualPage.escaped(String(part.drop { $0 == " " }))) }
    }
  }

  private mutating func macro(_ name: String, _ arguments: String...) {
    let words = arguments.map { " \"\(ManualPage.escaped($0))\"" }.joined()
    text += ".\(name)\(words)\n"
  }

  /// A line that begins with a point or a quote would be a macro.
  private mutating func line(_ words: String) {
    guard !words.isEmpty else { return }
    text += (words.hasPrefix(".") || words.hasPrefix("'") ? "\\&" : "") + words + "\n"
  }

  private static func escaped(_ text: String) -> String {
    text.replacing("\\", with: "\\e").replacing("-", with: "\\-").replacing("\"", with: "\\(dq")
  }
}
