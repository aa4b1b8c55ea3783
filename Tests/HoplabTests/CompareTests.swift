import Foundation
import Testing

/// `hoplab compare`, as somebody at a terminal or a script has it.
@Suite("hoplab compare") struct CompareTests {
  @Test("tells what differs in outcome, way and load, and draws each step that differs")
  func different() throws {
    let folder = try TemporaryFolder()
    defer { folder.remove() }
    let compared = try Command.run("compare", Command.vmware, "nat", "host-only", "--out", folder["out"])
    #expect(compared.status == 1, "\(compared.errors)")
    for line in [
      "● nat  ■ host-only", "  ~ in       ping peer → vm1             network unreachable, says internet",
      "      ■ no route at vm1", "  only in nat: the link vm1:eth0 – pc.VMnet8",
      "  vm1:eth0: 192.168.233.128/24 in nat, 192.168.56.128/24 in host-only",
      "  the end at vm1, only in host-only: no route",
      "  pc.stack:eth0    ● nat         4×  out 10 (634 bytes)  in 10 (1.1 kB)",
      "                   ■ host-only   0×  out 0               in 1 (42 bytes)",
    ] {
      #expect(compared.output.contains(line + "\n"), "\(line)\n\(compared.output)")
    }
    #expect(compared.output.contains("hop 3, only in nat, at pc.nat8: NAT by a socket of its own"))
    #expect(compared.errors.isEmpty)
    let files = try folder.contents(below: "out/vmware/nat--host-only")
    let steps = ["between", "host", "in", "lease", "lease2", "out", "web"]
    let pictures = (["compare"] + steps.map { "steps/\($0)" }).flatMap { ["\($0).dot", "\($0).svg"] }
    #expect(files.keys.sorted() == (["compare.md"] + pictures).sorted())
    let text = String(decoding: files["compare.md"] ?? Data(), as: UTF8.self)
    #expect(
      text.contains("| ≠ | out | ping vm1 → peer | reply in 203.296 µs, seen as 192.168.1.10 | no route at vm1 |"))
    #expect(text.contains("| pc.stack:eth0 | 4 | 10 (634 bytes) | 10 (1.1 kB) | 0 | 0 | 1 (42 bytes) |"))
  }

  @Test("the same twice is no difference, and steps that do not differ any more lose their pictures")
  func same() throws {
    let folder = try TemporaryFolder()
    defer { folder.remove() }
    try FileManager.default.createDirectory(
      atPath: folder["out/vmware/nat--nat/steps"], withIntermediateDirectories: true)
    for name in ["out.svg", "out.dot", "notes.txt"] { try folder.write("old", to: "out/vmware/nat--nat/steps/\(name)") }
    let same = try Command.run("compare", Command.vmware, "nat", "nat", "--out", folder["out"])
    #expect(same.status == 0)
    #expect(same.output.contains("\nno difference: 7 steps, the network and every load are the same\n"))
    let files = try folder.contents(below: "out/vmware/nat--nat").keys.sorted()
    #expect(files == ["compare.dot", "compare.md", "compare.svg", "steps/notes.txt"])
  }

  @Test("fits 80 columns, as no other width is known")
  func width() throws {
    let folder = try TemporaryFolder()
    defer { folder.remove() }
    let compared = try Command.run("compare", Command.vmware, "bridged", "nat", "--no-pictures", "--out", folder["out"])
    let long = compared.output.split(separator: "\n").filter { $0.count > 80 && !$0.contains(folder.path) }
    #expect(long == [])
    #expect(try folder.contents(below: "out").keys.sorted() == ["vmware/bridged--nat/compare.md"])
  }

  @Test("compare.md shows the pictures that were made")
  func forms() throws {
    let folder = try TemporaryFolder()
    defer { folder.remove() }
    _ = try Command.run("compare", Command.vmware, "bridged", "nat", "--format", "png", "--out", folder["out"])
    let files = try folder.contents(below: "out/vmware/bridged--nat")
    let text = String(decoding: files["compare.md"] ?? Data(), as: UTF8.self)
    let shown = text.matches(of: /\]\(([^)]+)\)/).map { String($0.output.1) }
    #expect(shown.contains("compare.png") && shown.contains("steps/out.png"))
    #expect(shown.allSatisfy { files[$0] != nil }, "\(shown)")
  }

  @Test("one step, with its own load")
  func step() throws {
    let folder = try TemporaryFolder()
    defer { folder.remove() }
    let one = try Command.run(
      "compare", Command.vmware, "bridged", "nat", "--step", "out", "--no-pictures", "--out", folder["out"])
    #expect(one.output.contains("Load of out\n"))
    #expect(!one.output.contains("Load of the whole run") && !one.output.contains("between"))
    // In bridged mode the guest's packets pass the host's stack by.
    #expect(one.output.contains("pc.stack:eth0    ● bridged   0×"))
    #expect(one.output.contains("                 ■ nat       2×"))
  }

  @Test("JSON has the steps with their hops, and the loads as numbers")
  func json() throws {
    let folder = try TemporaryFolder()
    defer { folder.remove() }
    let compared = try Command.run(
      "compare", Command.vmware, "bridged", "nat", "--json", "--no-pictures", "--out", folder["out"])
    #expect(compared.status == 1)
    let object = try JSONSerialization.jsonObject(with: Data(compared.output.utf8)) as? [String: Any]
    #expect(object?["version"] as? Int == 1)
    #expect(object?["same"] as? Bool == false)
    #expect((object?["first"] as? [String: Any])?["variant"] as? String == "bridged")
    let steps = try #require(object?["steps"] as? [[String: Any]])
    #expect(steps.map { $0["id"] as? String } == ["lease", "lease2", "between", "host", "out", "web", "in"])
    #expect(
      steps.map { $0["difference"] as? String } == [
        "outcome", "outcome", "outcome", "outcome", "outcome", "way", "outcome",
      ])
    let hops = try #require(steps[4]["hops"] as? [[String: Any]])
    let shared = hops.filter { $0["in"] as? String == "both" }
    #expect(shared.map { $0["from"] as? String } == ["pc.bridge0:eth0", "lan", "peer:eth0", "lan"])
    #expect(shared.map { $0["first"] as? Int } == [3, 4, 5, 6])
    #expect(shared.map { $0["second"] as? Int } == [5, 6, 7, 8])
    let loads = try #require(object?["load"] as? [[String: Any]])
    #expect(!loads.isEmpty && loads.allSatisfy { $0["same"] as? Bool == false })
  }
}

@Suite("What hoplab compare is told to compare") struct ComparedFilesTests {
  private static let host = """
    nodes:
      a: { kind: host, interfaces: { eth0: 10.0.0.1/24 } }
      b: { kind: host, interfaces: { eth0: 10.0.0.2/24 } }
      sw: { kind: switch }
    links: [[a, sw], [b, sw]]
    steps: [{ id: ping, ping: "a -> ${to}" }]
    with: { to: b }

    """

  private static func lab() throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    try folder.write("name: one\n" + host, to: "one.yaml")
    try folder.write(
      "name: two\n"
        + host.replacingOccurrences(of: "sw:", with: "hub:").replacingOccurrences(of: ", sw]", with: ", hub]")
        .replacingOccurrences(of: "kind: switch", with: "kind: hub"), to: "two.yaml")
    try folder.write("name: pair\n" + host + "variants: { one: {}, self: { with: { to: a } } }\n", to: "pair.yaml")
    try folder.write("name: three\n" + host + "variants: { x: {}, y: {}, zebra: {} }\n", to: "three.yaml")
    try folder.write("nodes: { a: { kind: hots } }\n", to: "broken.yaml")
    return folder
  }

  /// What is said, the exit code, and where what differs is kept.
  @Test(
    "files, variants, both",
    arguments: [
      (["pair.yaml"], 1, "pair/one--self"), (["pair.yaml", "self", "one"], 1, "pair/self--one"),
      (["pair.yaml#one", "pair.yaml#self"], 1, "pair/one--self"), (["pair.yaml#one", "self"], 1, "pair/one--self"),
      (["three.yaml", "x", "y"], 0, "three/x--y"), (["one.yaml", "two.yaml"], 1, "one--two"),
      (["one.yaml", "pair.yaml#one"], 0, "one--pair-one"), (["three.yaml#zebra", "one.yaml"], 0, "three-zebra--one"),
      (["one.yaml", "one.yaml"], 0, "one/default--default"),
    ])
  func found(arguments: [String], status: Int32, place: String) throws {
    let folder = try Self.lab()
    defer { folder.remove() }
    let compared = try Command.run(["compare"] + arguments + ["--no-pictures", "--out", "out"], in: folder.path)
    #expect(compared.status == status, "\(compared.output)\(compared.errors)")
    #expect(compared.errors == "", "nothing is expected, which is no mistake here")
    #expect(try folder.contents(below: "out").keys.sorted() == ["\(place)/compare.md"])
  }

  @Test(
    "mistakes are told with a way out, and nothing is written",
    arguments: [
      (
        ["three.yaml"], 2,
        "three.yaml: it has 3 variants. Name two of them: x, y, zebra\n  as in: hoplab compare three.yaml x y\n"
      ),
      (["three.yaml", "x", "zebar"], 2, "'three' has no variant 'zebar'"), (["three.yaml", "x", "zebar"], 2, "zebra"),
      (["three.yaml#x"], 2, "three.yaml: what is 'x' to be compared with?"),
      (["three.yaml#x", "three.yaml"], 2, "it has 3 variants. Name one of them: x, y, zebra\n  as in: three.yaml#x\n"),
      (["one.yaml"], 2, "it has one variant, and nothing to compare it with"),
      (["one.yaml", "none.yaml"], 2, "none.yaml"), (["broken.yaml", "none.yaml"], 2, "HL0201"),
      (["broken.yaml", "none.yaml"], 2, "it does not exist"), (["one.yaml", "two"], 2, "'one' has no variant 'two'"),
      (["pair.yaml", "--step", "pign"], 2, "neither has a step 'pign'; did you mean ping?"),
      ([], 64, "Missing expected argument"), (["pair.yaml", "one", "self", "one"], 64, "two variants are compared"),
      (["pair.yaml", "--format", "gif"], 64, "gif"),
      (["pair.yaml#one", "self", "one"], 64, "of three, the first is a file"),
      (["pair.yaml", "one", "three.yaml"], 64, "of three, the first is a file"),
    ])
  func mistakes(arguments: [String], status: Int32, words: String) throws {
    let folder = try Self.lab()
    defer { folder.remove() }
    let compared = try Command.run(["compare"] + arguments + ["--out", "out"], in: folder.path)
    #expect(compared.status == status)
    #expect(compared.errors.contains(words), "\(compared.errors)")
    #expect(compared.output == "" && !FileManager.default.fileExists(atPath: folder["out"]))
  }
}

/// What `make gallery` keeps is what `hoplab compare` makes now.
@Suite("Kept comparisons") struct KeptComparisonTests {
  static let lines: [String] = {
    let text = (try? String(contentsOfFile: "\(Command.root)/Scenarios/comparisons.txt", encoding: .utf8)) ?? ""
    return text.split(separator: "\n").map(String.init).filter { !$0.hasPrefix("#") }
  }()

  @Test("there are some")
  func some() { #expect(!Self.lines.isEmpty) }

  @Test("differ as they did", arguments: lines)
  func unchanged(line: String) throws {
    let folder = try TemporaryFolder()
    defer { folder.remove() }
    let arguments = ["compare"] + line.split(separator: " ").map(String.init) + ["--out", folder["out"]]
    let compared = try Command.run(arguments, in: Command.root)
    #expect(compared.status == 1, "\(compared.errors)")
    let made = try folder.contents(below: "out").filter { !$0.key.hasSuffix(".svg") }
    #expect(made.count > 1)
    for (file, bytes) in made.sorted(by: { $0.key < $1.key }) {
      let path = "\(Command.root)/Output/gallery/compare/\(file)"
      let kept = try? String(contentsOfFile: path, encoding: .utf8)
      let difference =
        kept.map { TextDifference.words($0, String(decoding: bytes, as: UTF8.self)) } ?? "it is not there"
      #expect(difference == nil, "\(path) is not what is made now; make gallery\n\(difference ?? "")")
    }
  }
}
