import Engine
import Screen
import TestSupport
import Testing
import Trading
import Units

@testable import Dashboard

/// What the chart says of prices that matter.
struct ChartMarkTests {
  private func line(_ marks: [(String, String)], width: Int) -> String {
    MarkName.line(
      marks.map { label, price in
        MarkName(ChartMark(price: 1, label: label, ink: .text), sign: "v", price)
      }, width: width
    ).map(\.text).joined()
  }

  @Test func `names at the edge lose their prices before they lose a letter`() {
    let marks = [("stop", "59,000.0"), ("liq", "53,812.4"), ("alert", "50,000.0")]
    #expect(line(marks, width: 60) == "vstop 59,000.0 vliq 53,812.4 valert 50,000.0 ")
    #expect(line(marks, width: 36) == "vstop 59,000.0 vliq 53,812.4 valert ")
    #expect(line(marks, width: 30) == "vstop 59,000.0 vliq valert ")
    #expect(line(marks, width: 18) == "vstop vliq valert ")
    #expect(line(marks, width: 15) == "vstop vliq +1 ")
    #expect(line(marks, width: 10) == "vstop +2 ")
    #expect(line(marks, width: 3) == "+3")
  }

  @Test func `no name is cut in any size`() {
    var desk = Desk.trading()
    desk.press("5")
    for width in 60...130 {
      let text = desk.frame(width, 24).text
      for cut in ["▾sto ", "▾st ", "▾s ", "▾li ", "▾targe", "▴targe "] {
        #expect(!text.contains(cut), "\(width): \(cut)")
      }
    }
  }

  @Test func `a long line of the log goes on below it`() {
    var desk = Desk.trading()
    let reason = "the other side closed the connection and said nothing about why it did so"
    desk.take(.link(.privateStream, .down(reason)))
    desk.refresh()
    let rows = desk.frame(120, 40).rows.suffix(12)
    #expect(rows.contains { $0.contains(" so  ") }, "\(rows.joined(separator: "\n"))")
  }

  @Test func `what became of an order is told where no log is in sight`() throws {
    var desk = Desk.trading()
    _ = try desk.placeLimit()
    #expect(desk.frame(80, 24).rows[22].hasPrefix(" 12:00:"))
    #expect(desk.frame(80, 24).rows[22].contains("ok buy 5 BTC-USDT"))
    #expect(!desk.frame(120, 40).rows[38].contains("ok buy 5 BTC-USDT"))
  }
}
