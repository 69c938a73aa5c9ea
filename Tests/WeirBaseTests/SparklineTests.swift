import Testing
import WeirBase

struct SparklineTests {
  @Test func barsFollowTheNumbers() {
    #expect(Sparkline.text(of: [0, 1, 2, 3, 4, 5, 6, 7], width: 20) == "▁▂▃▄▅▆▇█")
    #expect(Sparkline.text(of: [7, 7, 0, 0], width: 2) == "█▁")
    #expect(Sparkline.text(of: [3, 3, 3], width: 8) == "▁▁▁")
  }

  @Test func hostileNumbersAreBorne() {
    #expect(Sparkline.text(of: [], width: 5) == "" && Sparkline.text(of: [1], width: -3) == "")
    #expect(Sparkline.text(of: [.nan, 1, .infinity, 2], width: 9) == "▁█")
    #expect(Sparkline.text(of: [-1e308, 1e308], width: 2).count == 2)
  }
}
