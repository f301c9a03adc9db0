import Engine
import Screen
import TestSupport
import Testing
import Trading
import Units

@testable import Dashboard

/// What must be in sight whatever the size.
struct VitalTests {
  @Test func `T23 the status bar is whole at 80 columns`() {
    let desk = Desk.trading()
    let bar = desk.frame(80, 24).rows[0]
    #expect(
      bar == " PAPER  simulated  built-in market mkt 0s  acc 0s  clk +12ms   RUNNING 12:00:00")
  }

  @Test func `T23 the word for a halt is in the status bar at every size`() {
    var desk = Desk.trading()
    desk.take(.command(.setState(.halted, reason: "test"), .keyboard))
    desk.refresh()
    for width in [60, 80, 100, 120, 200] {
      #expect(desk.frame(width, 24).rows[0].contains(" HALTED "))
      #expect(desk.frame(width, 24).rows[0].hasPrefix(" PAPER "))
    }
  }

  @Test func `that the program is behind is in the status bar at every size`() {
    var desk = Desk.trading()
    desk.model.snapshot.lateness = .milliseconds(400)
    for width in [60, 80, 100, 120, 200] {
      #expect(desk.frame(width, 24).rows[0].contains(" LATE 400 ms "))
      #expect(desk.frame(width, 24).rows[0].hasPrefix(" PAPER "))
    }
  }

  @Test func `equity, day and the keys to quit and flatten are whole at 80 columns`() {
    let rows = Desk.trading().frame(80, 24).rows
    #expect(rows[1].hasPrefix(" Equity 9,997.50  Day -2.50 -0.03%"))
    #expect(rows[23].contains("q quit"))
    #expect(rows[23].contains("F8 flatten"))
  }

  @Test func `the room beside the profit gives way before a figure does`() {
    var desk = Desk.trading()
    for price: Price in [3_000, 3_196] {
      desk.quote(Sample.ether, price)
      desk.refresh()
      let row = desk.frame(80, 24).rows[1]
      #expect(row.contains("  Free 10,000.00  Used 208.75"), "\(row)")
    }
    #expect(desk.frame(80, 24).rows[1].contains("Day -100.50 -1.01%  uPnL -100.50"))
  }

  @Test func `T24 the same state is drawn as the same frame`() {
    #expect(Desk.trading().frame(120, 40) == Desk.trading().frame(120, 40))
  }
}
