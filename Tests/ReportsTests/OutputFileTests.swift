import Foundation
import Reports
import Testing

/// Files are written whole or not at all.
@Suite("Output files") struct OutputFileTests {
  private let folder: String

  init() throws {
    folder = NSTemporaryDirectory() + "/hoplab-output-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
  }

  private func contents(_ name: String) -> String? { try? String(contentsOfFile: "\(folder)/\(name)", encoding: .utf8) }

  @Test("folders on the way are made, what was there is replaced, and nothing else stays behind")
  func writing() throws {
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try OutputFile.write(Array("one".utf8), to: "\(folder)/a/b/c.txt")
    #expect(contents("a/b/c.txt") == "one")
    try OutputFile.write(Array("two".utf8), to: "\(folder)/a/b/c.txt")
    #expect(contents("a/b/c.txt") == "two")
    try OutputFile.write([], to: "\(folder)/a/b/empty")
    #expect(contents("a/b/empty") == "")
    #expect(try FileManager.default.contentsOfDirectory(atPath: "\(folder)/a/b").sorted() == ["c.txt", "empty"])
  }

  @Test("what cannot be written says so and leaves what was there")
  func refusals() throws {
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try OutputFile.write(Array("one".utf8), to: "\(folder)/file")
    let below = #expect(throws: OutputError.self) { try OutputFile.write([1], to: "\(folder)/file/below") }
    #expect(below?.description.contains("it is no folder") == true)
    #expect(contents("file") == "one")
    try FileManager.default.createDirectory(atPath: "\(folder)/taken", withIntermediateDirectories: true)
    #expect(throws: OutputError.self) { try OutputFile.write([1], to: "\(folder)/taken") }
    #expect(throws: OutputError.self) { try OutputFile.write([1], to: "\(folder)/a\0b") }
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder).sorted() == ["file", "taken"])
  }

  @Test("the folder of a variant is named after it")
  func names() {
    #expect(OutputFolder("Output/latest", scenario: "lab", variant: "nat").path == "Output/latest/lab/nat")
    #expect(OutputFolder("/tmp/x/", scenario: "lab", variant: "nat").path == "/tmp/x/lab/nat")
  }
}
