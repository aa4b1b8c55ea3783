import Configuration
import Foundation
import Scenarios
import Testing

@Suite("hoplab check, show, explain, schema") struct OtherCommandTests {
  @Test("check says what is in a file, and reads many")
  func check() throws {
    let folder = try TemporaryFolder()
    defer { folder.remove() }
    try folder.write("nodes: { a: { kind: hots } }\n", to: "broken.yaml")
    let good = try Command.run("check", Command.vmware)
    #expect(good.status == 0)
    #expect(good.output.hasSuffix("vmware.yaml: valid, 3 variants of 7 steps\n"))
    let both = try Command.run("check", Command.vmware, folder["broken.yaml"], "--json")
    #expect(both.status == 2)
    let object = try JSONSerialization.jsonObject(with: Data(both.output.utf8)) as? [String: Any]
    let files = try #require(object?["files"] as? [[String: Any]])
    #expect(files.map { $0["valid"] as? Bool } == [true, false])
    let first = (files[1]["diagnostics"] as? [[String: Any]])?.first
    #expect(first?["code"] as? String == "HL0201")
    #expect(first?["line"] as? Int == 1)
  }

  /// What a platform wires can be printed, read again and played, and then the same happens.
  @Test("show prints a scenario that holds as well", arguments: ["bridged", "nat", "host-only"])
  func show(variant: String) throws {
    let folder = try TemporaryFolder()
    defer { folder.remove() }
    let shown = try Command.run("show", Command.vmware, "--variant", variant)
    #expect(shown.status == 0)
    #expect(!shown.output.contains("kind: vmware"))
    try folder.write(shown.output, to: "plain.yaml")
    let run = try Command.run("run", folder["plain.yaml"], "--no-pictures", "--out", folder["out"])
    #expect(run.status == 0, "\(run.output)\(run.errors)")
  }

  @Test("show draws the topology alone")
  func picture() throws {
    let folder = try TemporaryFolder()
    defer { folder.remove() }
    let shown = try Command.run("show", Command.vmware, "--picture", folder["new/t.svg"])
    #expect(shown.status == 0)
    #expect(try String(contentsOfFile: folder["new/t.svg"], encoding: .utf8).contains("</svg>"))
    #expect(try Command.run("show", Command.vmware, "--picture", folder["t.gif"]).status == 64)
    let text = try Command.run("show", Command.vmware, "--topology")
    #expect(text.output.contains("nodes:") && !text.output.contains("steps:"))
  }

  /// They are all drawn as bars; the word beside the name tells them apart.
  @Test(
    "a picture says what kind of thing joins wires",
    arguments: [
      ("bond-failover", "bond0", "bond"), ("wifi-bridge", "bridge0", "Wi-Fi bridge"),
      ("router-on-a-stick", "eth0", "VLAN sub-interfaces"), ("bridge-firewall", "br0", "bridge"),
    ])
  func kinds(scenario: String, device: String, kind: String) throws {
    let folder = try TemporaryFolder()
    defer { folder.remove() }
    let shown = try Command.run(
      "show", "\(Command.root)/Scenarios/behaviour/\(scenario).yaml", "--picture", folder["t.dot"])
    #expect(shown.status == 0, "\(shown.errors)")
    let lines = try String(contentsOfFile: folder["t.dot"], encoding: .utf8).split(separator: "\n")
    let captions = lines.filter { $0.contains("<b>\(device)</b>") && $0.contains(">  ") }
    #expect(captions.contains { $0.contains(">  \(kind)<") || $0.contains(">  \(kind) ·") }, "\(captions)")
  }

  @Test("explain knows every code, lists them, and guesses what was meant")
  func explain() throws {
    let all = try Command.run("explain")
    #expect(all.status == 0)
    #expect(all.output.split(separator: "\n").count == DiagnosticCode.allCases.count)
    let one = try Command.run("explain", "hl0202")
    #expect(one.output.hasPrefix("HL0202: "))
    #expect(one.output.contains("right:"))
    #expect(try Command.run("explain", "HL9999").status == 64)
  }

  @Test(
    "the schemas that are shipped are those that are written",
    arguments: [
      ("scenario", "Scenarios"), ("result", "Documentation/schemas"), ("journal", "Documentation/schemas"),
    ])
  func schema(subject: String, folder: String) throws {
    let written = try Command.run("schema", subject)
    #expect(written.status == 0)
    let object = try JSONSerialization.jsonObject(with: Data(written.output.utf8)) as? [String: Any]
    #expect(object?["$id"] as? String == (subject == "scenario" ? nil : "urn:hoplab:\(subject):1"))
    let shipped = try String(contentsOfFile: "\(Command.root)/\(folder)/\(subject).schema.json", encoding: .utf8)
    #expect(written.output == shipped, "run 'make schema'")
    if subject == "scenario" { #expect(try Command.run("schema").output == shipped) }
  }

  @Test("version, help with an example for each command, completion")
  func help() throws {
    #expect(try Command.run("--version").output == "0.1.0\n")
    let commands = ["run", "test", "trace", "compare", "check", "show", "statistics", "explain", "schema"]
    for command in commands {
      let help = try Command.run(command, "--help")
      #expect(help.status == 0)
      #expect(help.output.contains("Example: hoplab \(command) "), "\(command)")
    }
    #expect(try Command.run("--generate-completion-script", "bash").output.contains("hoplab"))
  }
}
