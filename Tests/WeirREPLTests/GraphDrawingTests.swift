import Testing

@testable import WeirREPL

struct GraphDrawingTests {
  private func drawing(_ cells: (name: String, reads: [Int])...) -> String {
    GraphDrawing(cells.map { .init($0.name, reads: $0.reads.map { ($0, []) }) }).lines(width: 80).joined(separator: "\n")
  }

  @Test func oneAfterTheOther() {
    #expect(drawing(("raw", []), ("clean", [0]), ("model", [1])) == """
      raw   ─╮
      clean ◂┴─╮
      model ◂──╯
      """)
  }

  @Test func oneReadByMany() {
    #expect(drawing(("x", []), ("y", [0]), ("z", [0, 1]), ("alone", [])) == """
      x     ─╮
      y     ◂┼─╮
      z     ◂┴─╯
      alone
      """)
  }

  @Test func aLaneThatIsFreeIsUsedAgain() {
    let drawing = GraphDrawing((0..<50).map { .init("c\($0)", reads: $0 > 0 ? [($0 - 1, [])] : []) })
    #expect(drawing.laneCount == 2)
  }

  @Test func aLineThatOnlyPassesIsNotJoined() {
    #expect(drawing(("a", []), ("b", []), ("c", [1]), ("d", [0])) == """
      a ─╮
      b ─│─╮
      c ◂│─╯
      d ◂╯
      """)
  }

  @Test func readsThatPointNowhereAreLeftOut() {
    #expect(drawing(("a", [5, 0, -1])) == "a")
    #expect(drawing() == "")
  }
}

struct ProgressMeterTests {
  @Test func shortWorkHasNoLine() {
    var meter = ProgressMeter(now: 100)
    meter.note(1, of: 10, "fold", now: 100.1)
    #expect(meter.line(now: 100.4, width: 80) == nil)
    #expect(meter.line(now: 100.6, width: 80) != nil)
  }

  @Test func tellsRateAndEstimate() {
    var meter = ProgressMeter(now: 0)
    meter.note(0, of: 200, "epoch", now: 0)
    meter.note(50, of: 200, "epoch", now: 2)
    #expect(meter.line(now: 2, width: 90) == "epoch █████░░░░░░░░░░░░░░░ 25 %  50 of 200, 25/s, 6 s left")
    // What takes long is counted in seconds each.
    meter.note(1, of: 3, "model", now: 10)
    meter.note(2, of: 3, "model", now: 14)
    #expect(meter.line(now: 14, width: 90) == "model █████████████░░░░░░░ 66 %  2 of 3, 4 s each, 4 s left")
  }

  @Test func whatChangesAllTheTimeStandsBehind() {
    var meter = ProgressMeter(now: 0)
    meter.note(0, of: 200, "steps: epoch 1 of 4, loss 0.9", now: 0)
    meter.note(50, of: 200, "steps: epoch 2 of 4, loss 0.5 █▁", now: 2)
    #expect(
      meter.line(now: 2, width: 100)
        == "steps █████░░░░░░░░░░░░░░░ 25 %  50 of 200, 25/s, 6 s left; epoch 2 of 4, loss 0.5 █▁")
  }

  @Test func withoutATotalItCounts() {
    var meter = ProgressMeter(now: 0)
    #expect(meter.line(now: 75, width: 80) == "running 1 min 15 s")
    meter.note(0, of: 0, "rows", now: 0)
    meter.note(2_500_000, of: 0, "rows", now: 10)
    #expect(meter.line(now: 10, width: 80) == "rows 2.5M, 250k/s")
    meter.stop()
    #expect(meter.line(now: 12, width: 80) == "stopping … 12 s")
  }

  @Test func hostileNumbersAndNarrowWindowsAreBorne() {
    var meter = ProgressMeter(now: 0)
    for (done, total) in [(Int.max, 1), (-5, 10), (5, -1), (Int.min, Int.max), (0, 0), (7, 7)] {
      meter.note(done, of: total, "work", now: 1)
      meter.note(done, of: total, "work", now: 1)
      for width in [2, 20, 300] { #expect((meter.line(now: 1, width: width) ?? "").count < width) }
    }
  }
}
