import Engine
import Screen
import TestSupport
import Testing
import Trading
import Units

@testable import Dashboard

/// Figures of the ticket and the account line: whole, signed and never kinder than they are.
struct FigureTests {
  @Test func `a loss is never shown smaller, nor a gain larger, than it is`() {
    #expect(NumberText.signed(Money("-4.851")) == "-4.86")
    #expect(NumberText.signed(Money("4.859")) == "+4.85")
    #expect(NumberText.signed(Money("-0.001")) == "-0.01")
    #expect(NumberText.signed(Money.zero) == "0.00")
    #expect(NumberText.signedPercent("-0.000486") == "-0.05%")
    #expect(NumberText.multiple("-0.0401") == "-0.05 R")
    #expect(NumberText.usedPercent("0.00661") == "0.67%")
  }

  @Test func `one figure is rounded one way in every panel`() throws {
    var desk = Desk.trading()
    desk.quote(Sample.bitcoin, "59493.3".price)
    desk.refresh()
    let position = try #require(desk.model.figures.positions.first)
    let share = NumberText.signedPercent(try #require(position.returnOnMargin))
    #expect(share.hasPrefix("-"))
    desk.press("3", "z")
    let rows = desk.frame(200, 60).rows
    let line = try #require(rows.first { $0.contains("BTC-USDT") && $0.contains("long") })
    #expect(line.contains(" \(share.dropLast()) "), "\(line)")
    #expect(rows.contains { $0.contains("on margin") && $0.contains(share) }, "\(rows)")
    desk.press("6")
    let day = try #require(desk.model.figures.dayShare)
    #expect(day.isNegative)
    let used = NumberText.signedPercent(day).dropFirst()
    #expect(desk.text.contains("Day's loss"))
    #expect(desk.text.contains("\(used) of 3.00%"), "\(used)")
  }

  @Test(arguments: [80, 120])
  func `the ticket shows its share of R whole, and the profit with a sign`(width: Int) {
    var desk = Desk.idle()
    desk.press("b", .tab, .tab, .tab)
    desk.type("1%")
    desk.press(.tab)
    desk.type("3r")
    let text = desk.frame(width, 40).text
    #expect(text.contains(" of R"))
    #expect(text.contains("target 61,800.5  +"))
  }
}
