import Reports
import Scenarios
import Testing

/// What a step's picture marks beside its packets: the state in which the network is when it ends.
@Suite("Marks of faults") struct FaultMarkTests {
  @Test("a fault lasts from the step that made it to the one that mends it")
  func state() throws {
    let run = try #require(try Stage.runs(Stage.changes).first)
    func faults(_ id: String) throws -> Faults {
      run.faults(after: try #require(run.play.steps.firstIndex { $0.id == id }))
    }
    #expect(try faults("nowhere").isEmpty)
    #expect(try faults("mute").mute.count == 1)
    #expect(try faults("mute").links == [1])
    #expect(try faults("heard").isEmpty)
    #expect(try faults("open").isEmpty)
    #expect(try faults("apart").cut == [1])
    #expect(try faults("again").isEmpty)
    #expect(try faults("off").off.count == 1)
    #expect(try faults("on").isEmpty)
  }

  private let plan = VMwareSamples.nat.plan

  private func drawing(_ change: (inout StepSheet) -> Void) throws -> Canvas {
    var step = VMwareSamples.nat.steps[0]
    let arrangement = try Arrangement(of: [plan], carrying: [[step]])
    change(&step)
    return try #require(Drawing.step(step, of: plan, in: arrangement)).canvas
  }

  private func marks(_ canvas: Canvas) -> [Canvas.Shape] { canvas.shapes.filter { $0.kind == .fault } }

  @Test("a mark on every cut link, and in the legend; none, and no word of it, where all is whole")
  func links() throws {
    let whole = try drawing { _ in }
    let cut = try drawing { $0.cutLinks = [0, 1] }
    #expect(marks(whole).isEmpty)
    #expect(marks(cut).count == 2)
    #expect(cut.shapes.count { $0.name.hasPrefix("legend ") } > whole.shapes.count { $0.name.hasPrefix("legend ") })
    for mark in marks(cut) {
      #expect(!cut.shapes.contains { $0.kind == .badge && $0.rect.intersects(mark.rect) })
    }
  }

  @Test("a device that is off is marked at its corner, a whole machine once at its frame, and not where it is written")
  func devices() throws {
    let machine = try #require(plan.machines.firstIndex { $0.devices.count > 1 })
    let all = plan.machines[machine].devices.indices.map { Plan.DeviceID(machine: machine, device: $0) }
    let one = try drawing { $0.offDevices = [all[0]] }
    let box = try #require(one.shapes.first { $0.kind == .box && marks(one)[0].rect.intersects($0.rect) })
    #expect(marks(one).count == 1)
    let centre = marks(one)[0].rect.centre
    #expect(centre.x == box.rect.right && centre.y == box.rect.top)
    let whole = try drawing { $0.offDevices = all }
    #expect(marks(whole).count == 1)
    #expect(!whole.shapes.contains { $0.kind == .box && $0.rect.intersects(marks(whole)[0].rect) })
    let written = try drawing { sheet in
      sheet.offDevices = all
      sheet.deaths = [StepSheet.Death(at: all[0], number: nil, reason: "switched off")]
    }
    #expect(marks(written).isEmpty)
    #expect(!written.shapes.contains { $0.name.hasSuffix(" fault") })
  }
}
