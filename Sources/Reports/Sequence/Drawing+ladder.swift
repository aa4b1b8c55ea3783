import Scenarios
import Simulation

extension Drawing {
  /// The ladder of a run on as many pages as it takes.
  package static func ladder(of run: VariantRun) -> [Drawing] {
    let ladder = LadderMaker.ladder(of: run)
    let pages = LadderRows(ladder).pages
    let layout = LadderLayout(ladder, pages)
    return pages.enumerated().map { number, rows in
      var scene = LadderScene(ladder, layout, name: "sequence")
      scene.addTitle(run, page: pages.count > 1 ? (number + 1, pages.count) : nil)
      for row in rows { scene.add(row) }
      return Drawing(scene.finished(), isNamed: false)
    }
  }
}
