import AccountData
import Engine
import Screen
import TestSupport
import Testing
import Trading
import Units

@testable import Dashboard

/// No figure reads as another one, and what is not known or old says so.
struct HonestyTests {
  @Test func `a figure that has no room is left out whole, the mode word never`() {
    let desk = Desk.trading()
    let whole = Set(words(desk.frame(200, 60)) + words(desk.frame(120, 40)))
    for width in 7..<60 {
      let rows = desk.frame(width, 12).rows
      #expect(rows[0].hasPrefix(" PAPER"), "\(width)")
      for word in rows[1].split(separator: " ") where word.contains(where: \.isNumber) {
        #expect(whole.contains(String(word)), "\(width): \(word)")
      }
    }
    #expect(desk.frame(20, 5).rows[0].hasPrefix(" PAPER "))
    // A chart beside the book: the close is whole, what has no room is gone.
    var narrow = Desk.trading()
    narrow.press(.function(3))
    let head = narrow.frame(60, 24).rows.first { $0.contains("C 60,000.0") }
    #expect(head?.contains("H ") == false, "\(narrow.frame(60, 24).text)")
  }

  private func words(_ frame: Frame) -> [String] {
    frame.rows.flatMap { $0.split(separator: " ").map(String.init) }
  }

  @Test func `before the account was read nothing of it is zero`() {
    for (width, height) in [(80, 24), (120, 40), (200, 60)] {
      let desk = Desk()
      let text = desk.frame(width, height).text
      #expect(text.contains("Positions (—)"), "\(width)")
      #expect(text.contains("Orders (—)"), "\(width)")
      #expect(text.contains("uPnL —") && text.contains("Used —"), "\(width)")
      #expect(text.contains("not read yet"), "\(width)")
      for wrong in ["no open", " 0 of 5", "uPnL 0.00", "Used 0.00", "(0)"] {
        #expect(!text.contains(wrong), "\(width): \(wrong)")
      }
    }
    let read = Desk.idle().frame(120, 40).text
    #expect(read.contains("Positions (0)") && read.contains("no open order"))
  }

  @Test func `T22 the book, the chart and what is computed from the mark say that they are old`() {
    var desk = Desk.trading()
    desk.pass(.minutes(11))
    for (width, height) in [(80, 24), (120, 40)] {
      let text = desk.frame(width, height).text
      #expect(text.contains("Book BTC-USDT STALE 11m"), "\(width)")
      #expect(text.contains("+5.00?"), "\(width)")
      #expect(text.contains("%?"), "\(width)")
    }
    let row = desk.frame(80, 24).rows[1]
    #expect(row.contains("Equity 9,997.50?") && row.contains("Day -2.50 -0.03%?"), "\(row)")
    #expect(!Desk.trading().frame(80, 24).rows[1].contains("?"))
    desk.press(.function(8))
    #expect(desk.text.contains("long 10 BTC-USDT 600.00? USDT"))
    desk.press(.escape, "5")
    #expect(desk.text.contains("Chart BTC-USDT 1m STALE 11m"))
    #expect(!Desk.trading().text.contains("STALE"))
  }

  @Test func `what is read, the log and the zones stop scrolling where they end`() {
    var desk = Desk.trading()
    _ = update(&desk.model, .size(Size(width: 80, height: 24)), at: desk.now)
    for key: Key in ["?", "w", "L"] {
      desk.press(key)
      for _ in 0..<40 { desk.press(.pageDown) }
      let end = desk.model.sheet
      for _ in 0..<3 { desk.press("j") }
      #expect(desk.model.sheet == end)
      desk.press("k")
      #expect((desk.model.sheet != end) == (key == "?"), "\(key)")
      desk.press(.escape)
    }
    desk.press("7")
    for _ in 0..<30 { desk.press(.pageDown) }
    let last = desk.model.logOffset
    #expect(last == max(0, LogPanel.count(desk.model.snapshot) - 1))
    desk.press("k")
    #expect(desk.model.logOffset == max(0, last - 1))
    desk.press("8")
    for _ in 0..<30 { desk.press("j") }
    #expect(desk.model.zonesOffset == max(0, desk.model.zones.zones.count - 1))
  }

  @Test func `a page of the help moves by what is in sight`() {
    var desk = Desk.trading()
    _ = update(&desk.model, .size(Size(width: 80, height: 24)), at: desk.now)
    desk.press("?", .pageDown)
    let text = desk.frame(80, 24).text
    guard case .help(let offset, _) = desk.model.sheet else {
      Issue.record("no help")
      return
    }
    #expect(offset == 17)
    #expect(text.contains("18 to 34 of "))
  }

  @Test func `hidden money stays hidden in the question before everything is closed`() {
    var desk = Desk.trading()
    desk.press("v", .function(8))
    #expect(desk.text.contains("long 10 BTC-USDT ••• USDT"))
    #expect(!desk.text.contains("600.00"))
  }

  @Test func `leaving paper claims nothing of an exchange`() {
    var paper = Desk.trading()
    paper.press("q")
    #expect(paper.text.contains("2 positions and 3 orders on paper end with the program."))
    #expect(!paper.text.contains("stay open at the exchange"))
    var live = Desk.trading(mode: "LIVE")
    live.press("q")
    #expect(live.text.contains("2 positions and 3 orders stay open at the exchange."))
  }

  @Test func `the smallest screen with panels has an order and both sides of the book`() {
    let rows = Desk.trading().frame(60, 16).rows
    let text = rows.joined(separator: "\n")
    #expect(text.contains("59,999.5") && text.contains("60,000.5"), "\(text)")
    #expect(rows.contains { $0.contains("BTC-USDT") && $0.contains("59,990.5") }, "\(text)")
  }
}
