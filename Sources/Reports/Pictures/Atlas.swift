import GraphvizLayout
import Scenarios

/// A form in which pictures can be had.
public enum PictureFormat: String, Sendable, CaseIterable {
  case svg, png, pdf

  var rendering: Graphviz.Format {
    switch self {
    case .svg: .svg
    case .png: .png
    case .pdf: .pdf
    }
  }
}

/// The plans and pages of all variants, and one arrangement for them all, so that only what differs looks different.
public struct Atlas: Sendable {
  struct Chapter: Sendable {
    var variant: String
    var plan: Plan
    var sheets: [StepSheet]
  }

  let chapters: [Chapter]
  let arrangement: Arrangement

  public init(of runs: [VariantRun]) throws(OutputError) {
    chapters = runs.map { run in
      Chapter(
        variant: run.variant, plan: PlanMaker(run).plan(of: run),
        sheets: run.verdict.steps.indices.map { SheetMaker.sheet(of: $0, in: run) })
    }
    do {
      arrangement = try Arrangement(of: chapters.map(\.plan), carrying: chapters.map(\.sheets))
    } catch {
      throw OutputError("the pictures cannot be laid out: \(error)")
    }
  }

  func chapter(of run: VariantRun) -> Chapter? { chapters.first { $0.variant == run.variant } }

  /// The files of one drawing: its DOT text, where that is kept, and each form asked for.
  static func files(
    of drawing: Drawing?, named name: String, _ options: ReportOptions
  ) throws(OutputError) -> [ReportFile] {
    guard let drawing else { return [] }
    var files = options.keepsDOT ? [ReportFile("\(name).dot", text: drawing.dot)] : []
    for format in options.formats {
      do {
        files.append(
          ReportFile("\(name).\(format.rawValue)", bytes: try drawing.rendered(as: format.rendering)))
      } catch {
        throw OutputError("\(name).\(format.rawValue) cannot be drawn: \(error)")
      }
    }
    return files
  }
}
